/**
 * The assumption that the caller owns the range that is walked, and nobody frees tables below it meanwhile: as for a walk of one's own
 * vmalloc area. It holds against any freer, so that it is a lock in the scenario that the whole walk and the whole freer take.
 */
import type { Assumption, ThreadProgram } from '../program/ir.js';
import type { Scenario } from '../machine/scenario.js';
import { holdAround, type Holding } from './hold.js';

const NAME = 'range_owner';

const RANGE: Holding = {
  protection: NAME,
  name: NAME,
  mode: 'write',
  effect: { kind: 'lock', lock: 'rwsem' },
  text: 'owns the range',
};

export const OWNED: Assumption = {
  kind: 'owner',
  text: 'the caller owns the range that is walked: no freer works on it before the walk is over',
};

/** The scenario in which the walker owns what it walks. */
export function withOwner(scenario: Scenario): Scenario {
  const owned = (program: ThreadProgram): ThreadProgram => holdAround(program, [RANGE]);
  return {
    ...scenario,
    threads: scenario.threads.map((thread) =>
      thread.role === 'environment' ? thread : { ...thread, program: owned(thread.program) },
    ),
    locks: [...scenario.locks, { name: NAME, kind: 'mutex' }],
    assumptions: [OWNED, ...scenario.assumptions],
  };
}
