/** A schedule as the C program takes it: a row of choices for each step. */
import { DISABLED } from '../../machine/bench.js';
import type { Machine } from '../../machine/machine.js';
import { initialState } from '../../machine/machine.js';
import type { ScheduleStep } from '../../explorer/exploration.js';

/**
 * For each scheduled step the choices that it takes, in the order in which the machine asks for them. A lane that can't move there
 * (the schedule is that of another race) stays where it is, and loses its turn in the program, too.
 */
export function picksOf(machine: Machine, schedule: readonly ScheduleStep[]): readonly string[] {
  let state = initialState(machine);
  return schedule.map(({ thread, choice }) => {
    const after = stateAfter(machine, state, thread, choice);
    const picks = after === undefined ? [] : machine.picks().slice(0, 8);
    state = after ?? state;
    return `{ ${thread}, { ${picks.length === 0 ? '0' : picks.join(', ')} } }`;
  });
}

/** Undefined: the lane can't move, or not that way. */
function stateAfter(
  machine: Machine,
  state: Uint8Array,
  lane: number,
  choice: number,
): Uint8Array | undefined {
  machine.begin();
  let left = choice;
  do {
    machine.bytes.set(state);
    if (machine.run(lane) !== DISABLED && left-- === 0) return machine.bytes.slice();
  } while (machine.more());
  return undefined;
}
