/** Protections against freers as a table for people: which lock helps against which freer of one walk. */
import type { MatrixCell } from '../replay/what-ifs.js';
import type { Paints } from './text.js';

const WORDS = { confirmed: 'race', refuted: 'ok', unknown: '?', 'not-replayable': '-' } as const;

/** One row for each protection, one column for each freer, then what the words mean. Ends with a newline. */
export function matrixText(cells: readonly MatrixCell[], paints: Paints): string {
  const freers = [...new Set(cells.map(({ freer }) => freer))];
  const rows = [...new Set(cells.map((cell) => nameOf(cell)))];
  const wide = Math.max(...rows.map((row) => row.length));
  const head = `${' '.repeat(wide)}  ${freers.join('  ')}`.trimEnd();
  const body = rows.map((row) => {
    const words = freers.map((freer) => {
      const cell = cells.find((each) => nameOf(each) === row && each.freer === freer);
      return wordOf(cell, freer.length, paints);
    });
    return `${row.padEnd(wide)}  ${words.join('  ')}`.trimEnd();
  });
  const legend =
    'race: a trace exists; ok: none in all states; bug: the lock itself is misused; ?: a bound was reached; -: not replayable';
  return [head, ...body, '', paints.dim(legend), ''].join('\n');
}

const nameOf = ({ protections }: MatrixCell): string =>
  protections.length === 0 ? 'as it stands' : protections.join(' + ');

/** Kinds that say something of the lock and nothing of the freer. */
const MISUSE: ReadonlySet<string> = new Set([
  'sleep-in-atomic',
  'double-unlock',
  'lock-leak',
  'deadlock',
  'stale-leaf',
  'lock-order',
]);

function wordOf(cell: MatrixCell | undefined, width: number, { red, dim }: Paints): string {
  if (cell === undefined) return ' '.repeat(width);
  const isMisuse = cell.verdict === 'confirmed' && cell.kinds.every((kind) => MISUSE.has(kind));
  const word = (isMisuse ? 'bug' : WORDS[cell.verdict]).padEnd(width);
  if (cell.verdict === 'confirmed') return red(word);
  return cell.verdict === 'refuted' ? word : dim(word);
}
