/** The conditions under which code is compiled: for each place of a file, the `#if`s around it. */

/** A condition around a stretch of text, and the one around that. */
export interface Guard {
  /** `CONFIG_X`, `!CONFIG_X`, or the text of an `#if` condition; empty for the guard of a header against a second inclusion. */
  readonly condition: string;
  readonly start: number;
  readonly outer: Guard | undefined;
}

/** From each offset on, the innermost guard, until the next offset. */
export interface Guards {
  readonly offsets: readonly number[];
  readonly innermost: readonly (Guard | undefined)[];
}

export const NO_GUARDS: Guards = { offsets: [], innermost: [] };

/** Conditions around an offset, outermost first; of those that begin behind `from`. No more than the innermost few. */
export function guardsAt(guards: Guards, offset: number, from = -1): readonly string[] {
  const found: string[] = [];
  let guard = guards.innermost[lastUpTo(guards.offsets, offset)];
  for (; guard !== undefined && guard.start > from && found.length < MOST_GUARDS; guard = guard.outer) {
    if (guard.condition !== '') found.push(guard.condition);
  }
  return found.length === 0 ? UNGUARDED : found.reverse();
}

const UNGUARDED: readonly string[] = [];
const MOST_GUARDS = 16;
/** Index of the last offset that is not behind `offset`; -1: none. */
function lastUpTo(offsets: readonly number[], offset: number): number {
  let low = -1;
  let high = offsets.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
