/** Protections against freers as a table for people: which lock helps against which freer of one walk. */
import { RACE_KINDS } from '../machine/scenario.js';
import type { MatrixCell, SmallestFix } from '../replay/what-ifs.js';
import type { Paints } from './text.js';

const WORDS = { confirmed: 'race', refuted: 'ok', unknown: '?', 'not-replayable': '-' } as const;

/** What the words in the cells mean. */
export const LEGEND =
  'race: a trace exists; ok: none in all states; bug: a lock is misused; ?: a bound was reached; -: not replayable';

/** One row for each protection, one column for each freer, what the words mean, and the smallest fix. Ends with a newline. */
export function matrixText(cells: readonly MatrixCell[], fix: SmallestFix, paints: Paints): string {
  const freers = [...new Set(cells.map(({ freer }) => freer))];
  if (freers.length === 0) return 'no freer applies to what is walked here\n';
  const rows = [...new Set(cells.map((cell) => rowName(cell)))];
  const wide = Math.max(...rows.map((row) => row.length));
  const head = `${' '.repeat(wide)}  ${freers.join('  ')}`.trimEnd();
  const body = rows.map((row) => {
    const words = freers.map((freer) => {
      const cell = cells.find((each) => rowName(each) === row && each.freer === freer);
      return wordOf(cell, freer.length, paints);
    });
    return `${row.padEnd(wide)}  ${words.join('  ')}`.trimEnd();
  });
  return [head, ...body, '', paints.dim(LEGEND), '', ...fixLines(fix), ''].join('\n');
}

/** The smallest fix in sentences, and what it does not speak of. */
export function fixLines({ needed, fixes, against, notReplayable }: SmallestFix): readonly string[] {
  const open =
    notReplayable.length === 0 ? [] : [`not replayable, and not judged: ${notReplayable.join(', ')}`];
  if (against.length === 0) return open;
  const freers = against.join(', ');
  if (!needed) return [`no fix is needed against ${freers}: the walk is harmless as it stands`, ...open];
  if (fixes.length === 0) {
    return [
      `smallest fix: none; no protection tried, alone or in pairs, is enough against ${freers}`,
      ...open,
    ];
  }
  return [`smallest fix against ${freers}: ${fixes.map((each) => each.join(' + ')).join(', or ')}`, ...open];
}

/** What a row is called: the protections that are added. */
export const rowName = ({ protections }: MatrixCell): string =>
  protections.length === 0 ? 'as it stands' : protections.join(' + ');

const RACES: ReadonlySet<string> = new Set(RACE_KINDS);

/** The word of a cell. A walk that misuses a lock, and does not race, is a bug of the walk with that lock. */
export function cellWord(cell: MatrixCell): string {
  const isMisuse = cell.verdict === 'confirmed' && !cell.kinds.some((kind) => RACES.has(kind));
  return isMisuse ? 'bug' : WORDS[cell.verdict];
}

function wordOf(cell: MatrixCell | undefined, width: number, { red, dim }: Paints): string {
  if (cell === undefined) return ' '.repeat(width);
  const word = cellWord(cell).padEnd(width);
  if (cell.verdict === 'confirmed') return red(word);
  return cell.verdict === 'refuted' ? word : dim(word);
}
