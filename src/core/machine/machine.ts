/**
 * The machine: runs one thread for one step of a model, on a state that is a few dozen bytes.
 *
 * The explorer calls it millions of times, so it works in place on its own `bytes` and reports by numbers. `step` is the
 * same as a pure function, for everybody else.
 */
import type { Outcome } from './bench.js';
import { DISABLED, isAfterStep, kindOfCode } from './bench.js';
import { createChoices } from './choices.js';
import { createRun, runCallback } from './lane.js';
import { layoutOf } from './layout.js';
import type { Layout } from './layout.js';
import type { Model } from './model.js';
import { laneCount } from './model.js';
import type { Rules } from './rules.js';
import { KERNEL_RULES } from './rules.js';
import type { ViolationKind } from './scenario.js';
import { INFO_KINDS, VIOLATION_KINDS } from './scenario.js';
import type { MutableWorld } from './world.js';
import { PAGE, createWorld } from './world.js';

export interface Machine {
  readonly model: Model;
  readonly layout: Layout;
  readonly lanes: number;
  /** The state it works on. Load one here before `run`. */
  readonly bytes: Uint8Array;
  readonly world: MutableWorld;
  /** Puts the initial state into `bytes`. */
  reset(): void;
  /**
   * Runs a step of the lane. Returns DISABLED (`bytes` then holds nothing of use), DONE, or the code of a violation, for which
   * `bytes` must be loaded again by the caller unless it `isAfterStep`. Call `begin` before the first of a step's outcomes, `more` for the others.
   */
  run(lane: number): Outcome;
  begin(): void;
  /** Is there another outcome? If so the next `run`, on the same state loaded again, takes it. */
  more(): boolean;
  /** The choices that the last `run` took, in the order in which it met them. */
  picks(): readonly number[];
  /** Bits of INFO_KINDS that the last `run` found. */
  infos(): number;
  /** Lock order: 1 at [held * locks + taken] for each pair seen so far. */
  readonly order: Uint8Array;
  /** Pairs of `order` that are part of a cycle; taking one reports `lock-order`. */
  readonly cyclic: Uint8Array;
  /** Is the lane at its end, or waiting as it may for ever? */
  mayRest(lane: number): boolean;
}

export function createMachine(model: Model, rules: Rules = KERNEL_RULES): Machine {
  const layout = layoutOf(model);
  const bytes = new Uint8Array(layout.bytes);
  const world = createWorld(model, layout, bytes);
  const choices = createChoices();
  const locks = model.locks.length;
  const order = new Uint8Array(locks * locks);
  const cyclic = new Uint8Array(locks * locks);
  let infos = 0;
  const inform = (kind: ViolationKind): void => {
    infos |= 1 << (VIOLATION_KINDS.indexOf(kind) - VIOLATION_KINDS.length + INFO_KINDS.length);
  };
  const acquired = (lock: number, thread: number): void => {
    for (let held = 0; held < locks; held++) {
      if (held === lock || (world.writer(held) !== thread && world.reads(held, thread) === 0)) continue;
      order[held * locks + lock] = 1;
      if (cyclic[held * locks + lock] === 1) inform('lock-order');
    }
  };
  const bench = { model, rules, world, pick: choices.pick, inform, acquired };
  const runs = model.threads.map((thread, index) => createRun(bench, thread, index));
  const callbacks = model.threads.length;

  return {
    model,
    layout,
    lanes: laneCount(model),
    bytes,
    world,
    order,
    cyclic,
    begin: choices.begin,
    more: choices.more,
    picks: choices.taken,
    infos: () => infos,
    reset: () => {
      bytes.fill(0);
      model.pages.forEach((page, index) => {
        world.setPage(index, page.isSpare ? PAGE.spare : PAGE.live);
        page.entries.forEach((entry, at) => world.setCell(page.firstCell + at, entry));
      });
      choices.begin();
      for (const run of runs) run.start();
      if (choices.taken().length > 0) throw new Error('a choice in the initial state');
    },
    run: (lane) => {
      infos = 0;
      if (!rules.mayRunBesideStopMachine) {
        const stopper = world.stopper();
        if (stopper >= 0 && stopper !== lane) return DISABLED;
      }
      return lane === callbacks ? runCallback(bench) : (runs[lane]?.step() ?? DISABLED);
    },
    mayRest: (lane) => {
      const thread = model.threads[lane];
      const point = thread?.points[world.point(lane)];
      if (thread === undefined || point === undefined || thread.role === 'environment') return true;
      return thread.steps[point.step]?.op === 'reuse';
    },
  };
}

/** One possible result of a step. */
export interface StepResult {
  /** The state after it; of a violation the state that it happened in, marked as an end. */
  readonly state: Uint8Array;
  readonly violation?: ViolationKind;
  readonly infos: readonly ViolationKind[];
}

export function initialState(machine: Machine): Uint8Array {
  machine.reset();
  return machine.bytes.slice();
}

/** All results of the lane's next step in `state`, in the order of their choice numbers; none when it can't run. Pure. */
export function step(machine: Machine, state: Uint8Array, lane: number): readonly StepResult[] {
  const results: StepResult[] = [];
  machine.begin();
  do {
    machine.bytes.set(state);
    const outcome = machine.run(lane);
    if (outcome === DISABLED) continue;
    const violation = kindOfCode(outcome);
    const infos = INFO_KINDS.filter((_, bit) => (machine.infos() & (1 << bit)) !== 0);
    const after = violation === undefined || isAfterStep(outcome) ? machine.bytes.slice() : state.slice();
    if (violation !== undefined) after[machine.layout.dead] = outcome;
    results.push({ state: after, infos, ...(violation === undefined ? {} : { violation }) });
  } while (machine.more());
  return results;
}
