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
import { createMoves } from './moves.js';
import { createIntList, createStore } from './store.js';

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
  const words = new Int32Array(machine.bytes.buffer);
  const store = createStore(words);
  const { lane: laneByte } = machine.layout;
  const moves = createMoves();
  const changesOf = createIntList();
  const stepsOf = createIntList();
  const settled = createIntList();
  const walker = machine.model.threads.findIndex((thread) => thread.role === 'walker');
  const found = new Map<ViolationKind, Candidate>();

  const report = (
    kind: ViolationKind | undefined,
    node: number,
    last: readonly ScheduleStep[],
    laneChanges: number,
    steps: number,
    point: number,
  ): void => {
    if (kind === undefined || !wanted.has(kind)) return;
    const known = found.get(kind);
    if (known !== undefined) {
      const worse =
        laneChanges - known.laneChanges || steps - known.schedule.length || point - known.walkerPoint;
      if (worse >= 0) return;
    }
    found.set(kind, { kind, schedule: moves.scheduleTo(node, last), laneChanges, walkerPoint: point });
  };

  /** buckets[steps] of this number of lane changes, and of one more. */
  let level: number[][] = [[]];
  let nextLevel: number[][] = [];
  const queue = (buckets: number[][], steps: number, node: number): void => {
    while (buckets.length <= steps) buckets.push([]);
    buckets[steps]?.push(node);
  };
  const reach = (
    from: number,
    lane: number,
    choice: number,
    changes: number,
    steps: number,
    now: number,
  ): void => {
    machine.bytes[laneByte] = lane;
    const added = store.add();
    const node = added >= 0 ? added : -added - 1;
    if (added >= 0) {
      changesOf.push(changes);
      stepsOf.push(steps);
      settled.push(0);
    } else {
      const isBetter =
        changes < changesOf.at(node) || (changes === changesOf.at(node) && steps < stepsOf.at(node));
      if (settled.at(node) === 1 || !isBetter) return;
      changesOf.set(node, changes);
      stepsOf.set(node, steps);
    }
    moves.set(node, from, lane, choice);
    queue(changes === now ? level : nextLevel, steps, node);
  };

  machine.reset();
  reach(-1, NO_LANE, 0, 0, 0, 0);
  let expanded = 0;
  for (let changes = 0; level.length > 0; changes++) {
    for (let steps = 0; steps < level.length; steps++) {
      for (const node of level[steps] ?? []) {
        if (settled.at(node) === 1 || changesOf.at(node) !== changes || stepsOf.at(node) !== steps) continue;
        settled.set(node, 1);
        if ((++expanded & 0x3ff) === 0) {
          const isLate = Date.now() - limits.started > limits.maxMs;
          if (isLate || limits.cancellation.isCancelled || store.count > limits.maxStates) return found;
        }
        expand(node, changes, steps);
      }
      if ([...wanted].every((kind) => found.has(kind))) return found;
    }
    level = nextLevel;
    nextLevel = [];
  }
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
        if (outcome === DONE) reach(node, lane, choice, cost, steps + 1, changes);
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
