/** From walkers up: which functions use the primitives, and which files their callers are in. */
import type { TreeIndex } from './index.js';
import type { FunctionRef } from './link.js';
import type { WordIndex } from './words.js';

/** Functions that call any of the primitives themselves, in the order of the tree. Their files are read for it. */
export function usersOf(
  index: TreeIndex,
  words: WordIndex,
  primitives: ReadonlySet<string>,
): readonly FunctionRef[] {
  return words
    .mentioning(primitives)
    .flatMap((file) => index.functionsIn(file))
    .filter(({ facts }) => facts.calls.some((call) => call.kind === 'direct' && primitives.has(call.callee)));
}

/** The name of a function among all: its file, name and line (an `#if` may have two of one name). */
export function keyOf({ file, facts }: FunctionRef): string {
  return `${file}:${facts.name}:${facts.line}`;
}

export interface Reach {
  /** Functions that reach a walker, walkers included, by their distance in calls. */
  readonly distance: ReadonlyMap<string, { readonly function: FunctionRef; readonly rounds: number }>;
  /** Functions whose callers were not all read, for their name is in too many files. */
  readonly cut: readonly FunctionRef[];
  /** True when callers were left at the last round. */
  readonly bounded: boolean;
}

/**
 * All functions from which the given ones are called, level by level, at most `rounds` levels up. A function that is
 * passed on or stored in a table ends its path here: what calls it then is the question of analysis/roots.
 */
export function reachOf(index: TreeIndex, from: readonly FunctionRef[], rounds: number): Reach {
  const distance = new Map<string, { function: FunctionRef; rounds: number }>();
  const cut: FunctionRef[] = [];
  for (const ref of from) distance.set(keyOf(ref), { function: ref, rounds: 0 });
  let frontier = from;
  let round = 0;
  while (frontier.length > 0 && round < rounds) {
    round++;
    const next: FunctionRef[] = [];
    for (const ref of frontier) {
      const { mentions, unread } = index.callers(ref);
      if (unread > 0) cut.push(ref);
      for (const { mention } of mentions) {
        if (mention.kind !== 'call' && mention.kind !== 'argument' && mention.kind !== 'value') continue;
        const key = keyOf(mention.from);
        if (distance.has(key)) continue;
        distance.set(key, { function: mention.from, rounds: round });
        next.push(mention.from);
      }
    }
    frontier = next;
  }
  return { distance, cut, bounded: frontier.length > 0 };
}
