/** What the statements that a lock is put around do with locks themselves, as far down as is looked. */
import type { FunctionRef } from '../../index/link.js';
import type { FixWorld } from './fix.js';
import { clashesWith, type Guard } from './guard.js';

/** Calls that are followed down, and functions that are looked at. */
const DEPTH = 3;
const LOOKS = 200;

/** Whether a call in this stretch of the function takes the lock again, or one that comes before it in the kernel's order. */
export function clashesBelow(
  ref: FunctionRef,
  [start, end]: readonly [number, number],
  guard: Guard,
  world: FixWorld,
): boolean {
  const seen = new Set<string>();
  let open: readonly FunctionRef[] = [ref];
  for (let depth = 0; depth <= DEPTH && open.length > 0; depth += 1) {
    const below: FunctionRef[] = [];
    for (const caller of open) {
      const calls =
        caller === ref
          ? caller.facts.calls.filter(({ offset }) => start <= offset && offset < end)
          : caller.facts.calls;
      for (const { callee } of calls) {
        if (clashesWith(callee, guard, world.knowledge)) return true;
        if (seen.has(callee) || seen.size >= LOOKS || world.knowledge.primitive(callee)) continue;
        seen.add(callee);
        below.push(...world.index.definitions(callee, { file: caller.file }));
      }
    }
    open = below;
  }
  return false;
}
