/** Phase 1: all reachable states, breadth first. Says which kinds of violation exist, and how many states there are. */
import type { Cancellation } from '../ports.js';
import type { Machine } from '../machine/machine.js';
import { DISABLED, DONE, isAfterStep, violationCode } from '../machine/bench.js';
import type { ViolationKind } from '../machine/scenario.js';
import { INFO_KINDS, VIOLATION_KINDS, violationClass } from '../machine/scenario.js';
import type { ExplorationBounds, ScheduleStep } from './exploration.js';
import { createMoves } from './moves.js';
import { createStore } from './store.js';

export interface Reached {
  readonly kinds: ReadonlySet<ViolationKind>;
  readonly states: number;
  readonly bytes: number;
  readonly stopped?: 'states' | 'time' | 'cancelled';
  /** For each kind the shortest schedule, lane changes not counted. */
  readonly shortest: ReadonlyMap<ViolationKind, readonly ScheduleStep[]>;
}

export interface Limits extends ExplorationBounds {
  readonly cancellation: Cancellation;
  readonly onProgress?: ((states: number) => void) | undefined;
  /** Date.now() at the start of all. */
  readonly started: number;
}

const CHECK_EVERY = 0x3ff;

export function reachAll(machine: Machine, limits: Limits): Reached {
  const words = new Int32Array(machine.bytes.buffer);
  const store = createStore(words);
  const moves = createMoves();
  const dead = machine.layout.dead;
  const deadlock = violationCode('deadlock');
  const shortest = new Map<ViolationKind, readonly ScheduleStep[]>();
  const enough = Math.min(limits.enough ?? limits.maxStates, limits.maxStates);
  /** So many states are seen at most; fewer, once the worst is known. */
  const most = { states: limits.maxStates };
  let stopped: Reached['stopped'];

  const found = (kind: ViolationKind | undefined, state: number, last: readonly ScheduleStep[]): void => {
    if (kind === undefined || shortest.has(kind)) return;
    shortest.set(kind, moves.scheduleTo(state, last));
    if (violationClass(kind) === 'race') most.states = enough;
  };
  const add = (parent: number, lane: number, choice: number): void => {
    const state = store.add();
    if (state >= 0) moves.set(state, parent, lane, choice);
  };
  /** A violation ends the run: the state it happened in, marked with its kind. */
  const end = (state: number, outcome: number, lane: number, choice: number): void => {
    if (!isAfterStep(outcome)) store.load(state);
    machine.bytes[dead] = outcome;
    add(state, lane, choice);
  };

  machine.reset();
  add(-1, 0, 0);
  for (let state = 0; state < store.count; state++) {
    if ((state & CHECK_EVERY) === 0) {
      if (limits.cancellation.isCancelled) stopped = 'cancelled';
      else if (Date.now() - limits.started > limits.maxMs) stopped = 'time';
      limits.onProgress?.(store.count);
    }
    if (store.count > most.states) stopped = 'states';
    if (stopped !== undefined) break;
    store.load(state);
    if (machine.bytes[dead] !== 0) continue;
    let isStuck = true;
    for (let lane = 0; lane < machine.lanes; lane++) {
      let choice = 0;
      machine.begin();
      do {
        store.load(state);
        const outcome = machine.run(lane);
        if (outcome === DISABLED) continue;
        isStuck = false;
        if (outcome === DONE) add(state, lane, choice);
        else {
          found(VIOLATION_KINDS[outcome - 1], state, [{ thread: lane, choice }]);
          end(state, outcome, lane, choice);
        }
        const infos = machine.infos();
        if (infos !== 0)
          INFO_KINDS.forEach(
            (kind, bit) => (infos & (1 << bit)) !== 0 && found(kind, state, [{ thread: lane, choice }]),
          );
        choice++;
      } while (machine.more());
    }
    if (!isStuck) continue;
    store.load(state);
    for (let lane = 0; lane < machine.model.threads.length; lane++) {
      if (machine.mayRest(lane)) continue;
      found('deadlock', state, []);
      end(state, deadlock, 0, 0);
      break;
    }
  }
  return {
    kinds: new Set(shortest.keys()),
    states: store.count,
    bytes: store.bytes() + 8 * store.count,
    shortest,
    ...(stopped === undefined ? {} : { stopped }),
  };
}
