/** What the operations of one machine share, and what running one gives. */
import type { Model } from './model.js';
import type { Rules } from './rules.js';
import { VIOLATION_KINDS } from './scenario.js';
import type { ViolationKind } from './scenario.js';
import type { MutableWorld } from './world.js';

/** What running a step gave: it can't run now, it ran, it ran but waits at the same place, or a violation (1 + its index). */
export const DISABLED = -1;
export const DONE = 0;
export const STAYS = -2;
export type Outcome = number;
export type Operation = () => Outcome;

export const violationCode = (kind: ViolationKind): Outcome => 1 + VIOLATION_KINDS.indexOf(kind);
export const kindOfCode = (code: Outcome): ViolationKind | undefined => VIOLATION_KINDS[code - 1];

/** A lock that is kept is found when the step is done; every other violation instead of the step. */
export const isAfterStep = (code: Outcome): boolean => code === violationCode('lock-leak');

/** What the operations share: the parts of one machine. */
export interface Bench {
  readonly model: Model;
  readonly rules: Rules;
  readonly world: MutableWorld;
  /** Picks one of n ways; the machine runs the step once for each. */
  readonly pick: (ways: number) => number;
  /** Something worth telling that does not end the run. */
  readonly inform: (kind: ViolationKind) => void;
  /** `thread` takes `lock`: for the lock order. */
  readonly acquired: (lock: number, thread: number) => void;
}
