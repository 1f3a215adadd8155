/** Changed texts of a file in which a function on a call chain no longer protects what it calls. */
import type { Protection } from '../src/core/kernel/types.js';
import type { ChainHop } from '../src/core/report/report.js';

export interface Mutant {
  readonly file: string;
  readonly function: string;
  readonly what: string;
  readonly text: string;
}

interface Body {
  readonly lines: readonly string[];
  /** Where it is in the file, its braces included. */
  readonly from: number;
  readonly to: number;
  readonly whole: readonly string[];
}

/**
 * The mutants of one hop: the protection deleted, its release moved above the walk, another lock in its place that does not exclude
 * the freer. Only where the lock is taken in a statement of its own or in a condition that leaves, in a function in kernel style (its
 * body is between braces in the first column).
 */
export function mutantsOf(
  text: string,
  hop: ChainHop,
  protection: Protection,
  other: Replacement,
): readonly Mutant[] {
  const body = bodyAround(text, hop.line);
  if (!body) return [];
  const acquires = callOf(protection, 'acquire');
  const releases = callOf(protection, 'release');
  const mutant = (what: string, edit: (line: string, index: number) => string): Mutant => ({
    file: hop.file,
    function: hop.function,
    what: `${protection.id} ${what}`,
    text: [...body.whole.slice(0, body.from), ...body.lines.map(edit), ...body.whole.slice(body.to)].join(
      '\n',
    ),
  });
  const taken = body.lines.flatMap((line, index) => takenAt(line, index, body.lines, acquires));
  if (taken.length === 0) return [];
  const gone = new Set(taken.flatMap(({ first, last }) => linesFrom(first, last)));
  const isTaken = (index: number): boolean => taken.some(({ first }) => first === index);
  const isRelease = (line: string): boolean => releases !== undefined && isStatement(line, releases);
  const release = body.lines.find(isRelease);
  const mutants = [
    mutant('deleted', (line, index) => (gone.has(index) || isRelease(line) ? ';' : line)),
    mutant(`swapped for ${other.acquire}`, (line, index) =>
      isTaken(index)
        ? `\t${other.acquire};`
        : gone.has(index)
          ? ';'
          : isRelease(line)
            ? `\t${other.release};`
            : line,
    ),
  ];
  if (release === undefined) return mutants;
  const atOnce = mutant('released at once', (line, index) =>
    taken.some(({ last }) => last === index) ? `${line} ${release.trim()}` : isRelease(line) ? ';' : line,
  );
  return [...mutants, atOnce];
}

/** What is taken in place of a lock, as two statements. */
export interface Replacement {
  readonly acquire: string;
  readonly release: string;
}

/** Every question for an online page becomes one for any page: the first change that takes a walk over page frames its check. */
export function unaskedMutants(text: string, hop: ChainHop): readonly Mutant[] {
  const body = bodyAround(text, hop.line);
  if (!body?.lines.some((line) => line.includes('pfn_to_online_page('))) return [];
  const lines = body.lines.map((line) => line.replaceAll('pfn_to_online_page(', 'pfn_to_page('));
  const changed = [...body.whole.slice(0, body.from), ...lines, ...body.whole.slice(body.to)].join('\n');
  return [
    {
      file: hop.file,
      function: hop.function,
      what: 'pfn_to_online_page() swapped for pfn_to_page()',
      text: changed,
    },
  ];
}

function bodyAround(text: string, line: number): Body | undefined {
  const whole = text.split('\n');
  const from = whole.findLastIndex((each, index) => index < line - 1 && each.startsWith('{'));
  const to = whole.findIndex((each, index) => index >= line - 1 && each.startsWith('}'));
  return from < 0 || to < 0 ? undefined : { whole, from, to, lines: whole.slice(from, to) };
}

/** The lines of a statement that takes the lock: `lock(x);`, or `if (trylock(x)) goto out;` on one line or two. */
function takenAt(
  line: string,
  index: number,
  lines: readonly string[],
  acquires: string | undefined,
): readonly { readonly first: number; readonly last: number }[] {
  if (acquires === undefined) return [];
  if (isStatement(line, acquires)) return [{ first: index, last: index }];
  if (!new RegExp(`^\\s*if \\(!?(?:${acquires})\\s*\\([^;]*\\)\\)`).test(line)) return [];
  const leaves = /\b(?:return\b[^;]*|goto \w+|continue|break);\s*$/;
  if (leaves.test(line)) return [{ first: index, last: index }];
  return leaves.test(lines[index + 1] ?? '') && line.trimEnd().endsWith(')')
    ? [{ first: index, last: index + 1 }]
    : [];
}

const linesFrom = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset);

/** A line that is a call of one of the names and nothing else. */
const isStatement = (line: string, names: string): boolean =>
  new RegExp(`^\\s*(?:${names})\\s*\\([^;]*\\);\\s*$`).test(line);

/** The names of calls that have an effect, as alternatives of a pattern. */
function callOf({ calls }: Protection, effect: 'acquire' | 'release'): string | undefined {
  const names = calls.filter((call) => call.effect === effect).map(({ api }) => api);
  return names.length === 0 ? undefined : names.join('|');
}
