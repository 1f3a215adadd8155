/** Runs a schedule again, one state per step: a trace is a function of (scenario, schedule). */
import type { Machine } from '../machine/machine.js';
import { initialState, step } from '../machine/machine.js';
import type { ViolationKind } from '../machine/scenario.js';
import type { ScheduleStep } from './exploration.js';

export interface ReplayedStep {
  readonly lane: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly violation?: ViolationKind;
  readonly infos: readonly ViolationKind[];
}

export type Replayed =
  | { readonly steps: readonly ReplayedStep[]; readonly stuckAt?: never }
  /** The step of this number can't be taken: the schedule belongs to another program. */
  | { readonly steps: readonly ReplayedStep[]; readonly stuckAt: number };

export function replaySchedule(machine: Machine, schedule: readonly ScheduleStep[]): Replayed {
  const steps: ReplayedStep[] = [];
  let before = initialState(machine);
  for (const [index, { thread, choice }] of schedule.entries()) {
    const result = step(machine, before, thread)[choice];
    if (result === undefined) return { steps, stuckAt: index };
    const { violation, infos } = result;
    steps.push({
      lane: thread,
      before,
      after: result.state,
      infos,
      ...(violation === undefined ? {} : { violation }),
    });
    before = result.state;
  }
  return { steps };
}
