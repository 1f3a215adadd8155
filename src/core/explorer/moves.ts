/** How a search reached its states: for each the state before it and the move between the two, four bytes each. */
import type { ScheduleStep } from './exploration.js';
import { createIntList } from './store.js';

/** The choice of a move is in these bits, its lane above them. */
const CHOICE_BITS = 24;
const CHOICE = (1 << CHOICE_BITS) - 1;

export interface Moves {
  /** Notes how a state is reached: a new one, which has the next number, or a known one that is reached in a better way. */
  set(state: number, from: number, lane: number, choice: number): void;
  /** The moves from the initial state, number 0, to a state; then `last`. */
  scheduleTo(state: number, last: readonly ScheduleStep[]): readonly ScheduleStep[];
}

export function createMoves(): Moves {
  const parents = createIntList();
  const moves = createIntList();
  return {
    set: (state, from, lane, choice) => {
      const move = (lane << CHOICE_BITS) | choice;
      if (state === parents.length) {
        parents.push(from);
        moves.push(move);
      } else {
        parents.set(state, from);
        moves.set(state, move);
      }
    },
    scheduleTo: (state, last) => {
      const steps: ScheduleStep[] = [];
      for (let at = state; at > 0; at = parents.at(at)) {
        const move = moves.at(at);
        steps.push({ thread: move >> CHOICE_BITS, choice: move & CHOICE });
      }
      return [...steps.reverse(), ...last];
    },
  };
}
