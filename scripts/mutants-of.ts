/** Changed texts of a file in which a function on a call chain no longer protects what it calls. */
import type { Protection } from '../src/core/kernel/types.js';
import type { ChainHop } from '../src/core/report/report.js';

export interface Mutant {
  readonly file: string;
  readonly function: string;
  readonly what: string;
  readonly text: string;
}

/**
 * The mutants of one hop: the pair deleted, the release moved above the walk, rcu_read_lock() in its place. Only where the lock is
 * taken in a statement of its own, in a function in kernel style (its body ends with a brace in the first column).
 */
export function mutantsOf(text: string, hop: ChainHop, protection: Protection): readonly Mutant[] {
  const lines = text.split('\n');
  const from = lines.findLastIndex((line, index) => index < hop.line - 1 && line.startsWith('{'));
  const to = lines.findIndex((line, index) => index >= hop.line - 1 && line.startsWith('}'));
  if (from < 0 || to < 0) return [];
  const acquires = statementsOf(protection, 'acquire');
  const releases = statementsOf(protection, 'release');
  const body = lines.slice(from, to);
  const taken = body.findIndex((line) => acquires.test(line));
  if (taken < 0) return [];
  const release = body.find((line) => releases.test(line));
  const edited = (what: string, edit: (line: string, index: number) => string): Mutant => ({
    file: hop.file,
    function: hop.function,
    what: `${protection.id} ${what}`,
    text: [...lines.slice(0, from), ...body.map(edit), ...lines.slice(to)].join('\n'),
  });
  const isPart = (line: string): boolean => acquires.test(line) || releases.test(line);
  return [
    edited('deleted', (line) => (isPart(line) ? ';' : line)),
    edited('swapped for rcu_read_lock()', (line) =>
      acquires.test(line) ? '\trcu_read_lock();' : releases.test(line) ? '\trcu_read_unlock();' : line,
    ),
    ...(release === undefined
      ? []
      : [
          edited('released at once', (line) =>
            acquires.test(line) ? `${line} ${release.trim()}` : releases.test(line) ? ';' : line,
          ),
        ]),
  ];
}

/** A line that is a call of the protection and nothing else. */
function statementsOf({ calls }: Protection, effect: 'acquire' | 'release'): RegExp {
  const names = calls
    .filter((call) => call.effect === effect && isPlain(call.acquired))
    .map(({ api }) => api);
  return new RegExp(`^\\s*(?:${names.join('|')})\\s*\\([^;]*\\);\\s*$`);
}

const isPlain = (acquired: string | undefined): boolean => acquired === undefined || acquired === 'always';
