/** How often a lock may be held at each step of a program. */
import { successors } from './graph.js';
import { END, type Step } from './ir.js';

/** Holds of one lock that are told apart. */
const DEPTH = 4;

/** Bit n: the lock may be held n times. */
export type Depths = number;

/** The lock that a step takes or lets go: by its name in the scenario, or by its class. */
export function lockName(step: Step): string | undefined {
  return 'lock' in step ? (step.lock.name ?? step.lock.class) : undefined;
}

/** How often it may be held before each step, where it is held `initial` times before the first; 0: no way leads there. */
export function depthsBefore(steps: readonly Step[], name: string, initial = 0): readonly Depths[] {
  const before = steps.map(() => 0);
  before[0] = 1 << Math.min(initial, DEPTH - 1);
  const pending = [0];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const step = steps[index];
    if (!step) continue;
    const after = depthsAfter(step, name, before[index] ?? 0);
    for (const to of successors(step)) {
      if (to === END) continue;
      const known = before[to] ?? 0;
      if ((known | after) === known) continue;
      before[to] = known | after;
      pending.push(to);
    }
  }
  return before;
}

/** And behind a step before which it may be held `depths` times. */
export function depthsAfter(step: Step, name: string, depths: Depths): Depths {
  if (lockName(step) !== name) return depths;
  const deeper = ((depths << 1) | (depths & (1 << (DEPTH - 1)))) & ((1 << DEPTH) - 1);
  if (step.op === 'lock') return deeper;
  if (step.op === 'trylock') return depths | deeper;
  return step.op === 'unlock' ? (depths >> 1) | (depths & 1) : depths;
}
