/** The fewest of some sets that cover as much as all of them together do. */

export interface Covering {
  readonly covers: ReadonlySet<number>;
  /** Of two that cover the same, the one with the smaller depth is better. */
  readonly depth: number;
}

/** So many sets are tried together; beyond that, the one that covers most is taken first. */
const EXACT = 3;

/** The smallest choice, the largest set first. Equal choices: the one whose sets lie nearer. `of`: so many things there are. */
export function smallestCover<C extends Covering>(sets: readonly C[], of: number): readonly C[] {
  const worthy = withoutDominated(sets);
  const reachable = new Set(worthy.flatMap(({ covers }) => [...covers])).size;
  if (reachable === 0 || of === 0) return [];
  for (let size = 1; size <= EXACT; size += 1) {
    const best = choices(worthy, size)
      .filter((choice) => new Set(choice.flatMap(({ covers }) => [...covers])).size === reachable)
      .sort((a, b) => depthOf(a) - depthOf(b))[0];
    if (best) return bySize(best);
  }
  return greedy(worthy, reachable);
}

/** Those that no other covers at least as well as, from a place as near or nearer. */
function withoutDominated<C extends Covering>(sets: readonly C[]): readonly C[] {
  const ordered = [...sets].sort((a, b) => b.covers.size - a.covers.size || a.depth - b.depth);
  const kept: C[] = [];
  for (const each of ordered)
    if (!kept.some(({ covers }) => [...each.covers].every((index) => covers.has(index)))) kept.push(each);
  return kept;
}

function choices<C>(sets: readonly C[], size: number): readonly (readonly C[])[] {
  if (size === 0) return [[]];
  return sets.flatMap((first, index) =>
    choices(sets.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

function greedy<C extends Covering>(sets: readonly C[], reachable: number): readonly C[] {
  const chosen: C[] = [];
  const covered = new Set<number>();
  while (covered.size < reachable) {
    const gain = ({ covers }: C): number => [...covers].filter((index) => !covered.has(index)).length;
    const [best] = [...sets].sort((a, b) => gain(b) - gain(a) || a.depth - b.depth);
    if (!best || gain(best) === 0) break;
    chosen.push(best);
    for (const index of best.covers) covered.add(index);
  }
  return withoutVain(chosen, reachable);
}

/** What was taken first may be covered by what was taken after it. */
function withoutVain<C extends Covering>(chosen: readonly C[], reachable: number): readonly C[] {
  return chosen.reduce<readonly C[]>((left, each) => {
    const others = left.filter((other) => other !== each);
    return new Set(others.flatMap(({ covers }) => [...covers])).size === reachable ? others : left;
  }, chosen);
}

const depthOf = (choice: readonly Covering[]): number => choice.reduce((sum, { depth }) => sum + depth, 0);
const bySize = <C extends Covering>(choice: readonly C[]): readonly C[] =>
  [...choice].sort((a, b) => b.covers.size - a.covers.size || a.depth - b.depth);
