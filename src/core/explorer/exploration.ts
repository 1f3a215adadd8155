/** What an exploration of a scenario answers. Plain data. */
import type { ViolationKind } from '../machine/scenario.js';

export interface ExplorationBounds {
  /** Distinct states after which the search gives up with `unknown`. */
  readonly maxStates: number;
  /** Milliseconds after which the search gives up with `unknown`. */
  readonly maxMs: number;
  /** Distinct states after which the search ends, once it has met a race; absent: it sees all. */
  readonly enough?: number;
}

export const DEFAULT_BOUNDS: ExplorationBounds = { maxStates: 2_000_000, maxMs: 5_000 };

/** A schedule: which thread (index into the scenario's threads; the RCU callback lane comes after the last) moves at each step, and, where the thread can go several ways, which. */
export interface ScheduleStep {
  readonly thread: number;
  readonly choice: number;
}

export interface FoundViolation {
  readonly kind: ViolationKind;
  /** The schedule with fewest lane changes, then fewest steps. Its last step is the violation. */
  readonly schedule: readonly ScheduleStep[];
  readonly laneChanges: number;
}

export interface Exploration {
  /** `race`: a violation of class race or bug exists; `none`: none in all reachable states; `unknown`: a bound was reached first. */
  readonly verdict: 'race' | 'none' | 'unknown';
  /** All kinds found, in the order of VIOLATION_KINDS. */
  readonly violations: readonly FoundViolation[];
  readonly states: number;
  readonly ms: number;
  /** Why the search stopped early, if it did; `alone`: all that it found the walk does by itself (replay/alone.ts). */
  readonly stopped?: 'states' | 'time' | 'cancelled' | 'alone';
}
