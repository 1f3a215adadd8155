/**
 * Phase 2: for each kind that exists, the schedule that is easiest to follow: fewest lane changes, then fewest steps, then
 * the earliest point of the walker. Dijkstra over (state, lane that moved last) with that order as cost.
 */
import type { Machine } from '../machine/machine.js';
import { DISABLED, DONE } from '../machine/bench.js';
import type { ViolationKind } from '../machine/scenario.js';
import { INFO_KINDS, VIOLATION_KINDS } from '../machine/scenario.js';
import type { FoundViolation, ScheduleStep } from './exploration.js';
import type { Limits } from './search.js';
import { createFrontier } from './frontier.js';
import { createMoves, type Moves } from './moves.js';
import { createStore } from './store.js';

const NO_LANE = 0xff;

interface Candidate extends FoundViolation {
  readonly walkerPoint: number;
}

/** Violations found for `wanted`; a kind is missing when a limit was reached first. */
export function simplestSchedules(
  machine: Machine,
  wanted: ReadonlySet<ViolationKind>,
  limits: Limits,
): ReadonlyMap<ViolationKind, FoundViolation> {
  const store = createStore(new Int32Array(machine.bytes.buffer));
  const { lane: laneByte } = machine.layout;
  const moves = createMoves();
  const frontier = createFrontier();
  const { found, report } = keepSimplest(wanted, moves);
  const walker = machine.model.threads.findIndex((thread) => thread.role === 'walker');

  const reach = (from: number, lane: number, choice: number, changes: number, steps: number): void => {
    machine.bytes[laneByte] = lane;
    const added = store.add();
    const node = added >= 0 ? added : -added - 1;
    if (frontier.reach(node, changes, steps)) moves.set(node, from, lane, choice);
  };
  const isOver = (): boolean =>
    Date.now() - limits.started > limits.maxMs ||
    limits.cancellation.isCancelled ||
    store.count > limits.maxStates;

  machine.reset();
  reach(-1, NO_LANE, 0, 0, 0);
  let expanded = 0;
  do {
    const { waiting, changes } = frontier;
    for (let steps = 0; steps < waiting.length; steps++) {
      for (const node of waiting[steps] ?? []) {
        if (!frontier.settle(node, steps)) continue;
        if ((++expanded & 0x3ff) === 0 && isOver()) return found;
        expand(node, changes, steps);
      }
      if ([...wanted].every((kind) => found.has(kind))) return found;
    }
  } while (frontier.advance());
  return found;

  function expand(node: number, changes: number, steps: number): void {
    store.load(node);
    const before = machine.bytes[laneByte];
    const walkerPoint = walker < 0 ? 0 : machine.world.point(walker);
    let isStuck = true;
    for (let lane = 0; lane < machine.lanes; lane++) {
      const cost = changes + (before === NO_LANE || before === lane ? 0 : 1);
      let choice = 0;
      machine.begin();
      do {
        store.load(node);
        const outcome = machine.run(lane);
        if (outcome === DISABLED) continue;
        isStuck = false;
        const last = [{ thread: lane, choice }];
        const infos = machine.infos();
        if (infos !== 0) {
          INFO_KINDS.forEach((kind, bit) => {
            if ((infos & (1 << bit)) !== 0) report(kind, node, last, cost, steps + 1, walkerPoint);
          });
        }
        if (outcome === DONE) reach(node, lane, choice, cost, steps + 1);
        else report(VIOLATION_KINDS[outcome - 1], node, last, cost, steps + 1, walkerPoint);
        choice++;
      } while (machine.more());
    }
    if (!isStuck) return;
    store.load(node);
    const isDeadlock = machine.model.threads.some((_, lane) => !machine.mayRest(lane));
    if (isDeadlock) report('deadlock', node, [], changes, steps, walkerPoint);
  }
}

/** Of the violations that are reported, the simplest of each kind. */
function keepSimplest(
  wanted: ReadonlySet<ViolationKind>,
  moves: Moves,
): {
  readonly found: ReadonlyMap<ViolationKind, Candidate>;
  /** `last` are the moves after `node`, `point` is where the walker stands. */
  readonly report: (
    kind: ViolationKind | undefined,
    node: number,
    last: readonly ScheduleStep[],
    laneChanges: number,
    steps: number,
    point: number,
  ) => void;
} {
  const found = new Map<ViolationKind, Candidate>();
  return {
    found,
    report: (kind, node, last, laneChanges, steps, point) => {
      if (kind === undefined || !wanted.has(kind)) return;
      const known = found.get(kind);
      if (known !== undefined) {
        const worse =
          laneChanges - known.laneChanges || steps - known.schedule.length || point - known.walkerPoint;
        if (worse >= 0) return;
      }
      found.set(kind, { kind, schedule: moves.scheduleTo(node, last), laneChanges, walkerPoint: point });
    },
  };
}
