/**
 * The machine: runs one thread for one step of a model, on a state that is a few dozen bytes.
 *
 * The explorer calls it millions of times, so it works in place on its own `bytes` and reports by numbers. `step` is the
 * same as a pure function, for everybody else.
 */
import { END } from '../program/ir.js';
import { evaluator } from './evaluate.js';
import { layoutOf } from './layout.js';
import type { Layout } from './layout.js';
import type { Model, ModelThread } from './model.js';
import { laneCount } from './model.js';
import type { Operation, Outcome } from './operations.js';
import { DISABLED, DONE, STAYS, isAfterStep, kindOfCode, operationOf, violationCode } from './operations.js';
import type { Rules } from './rules.js';
import { KERNEL_RULES } from './rules.js';
import type { ViolationKind } from './scenario.js';
import { INFO_KINDS, VIOLATION_KINDS } from './scenario.js';
import * as V from './value.js';
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

const NO_STEPS = 100_000;

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

/** An odometer over the choices of one step: the first run takes way 0 of each, `more` turns it on. */
function createChoices(): {
  readonly pick: (ways: number) => number;
  readonly begin: () => void;
  readonly more: () => boolean;
  readonly taken: () => readonly number[];
} {
  const picked: number[] = [];
  const ways: number[] = [];
  let depth = 0;
  return {
    pick: (count) => {
      if (depth === picked.length) {
        picked.push(0);
        ways.push(count);
      }
      return picked[depth++] ?? 0;
    },
    taken: () => picked.slice(0, depth),
    begin: () => {
      picked.length = 0;
      ways.length = 0;
      depth = 0;
    },
    more: () => {
      picked.length = depth;
      ways.length = depth;
      depth = 0;
      for (let last = picked.length - 1; last >= 0; last--) {
        const next = (picked[last] ?? 0) + 1;
        if (next < (ways[last] ?? 0)) {
          picked[last] = next;
          return true;
        }
        picked.pop();
        ways.pop();
      }
      return false;
    },
  };
}

/** The RCU softirq: frees a page whose grace period is over. */
function runCallback(bench: Parameters<typeof operationOf>[0]): Outcome {
  const { model, rules, world } = bench;
  const due: number[] = [];
  for (let page = 0; page < model.pages.length; page++) if (world.callback(page) === 0) due.push(page);
  if (due.length === 0) return DISABLED;
  const page = due[bench.pick(due.length)];
  if (page === undefined) return DISABLED;
  const state = world.page(page);
  if (state === PAGE.freed || state === PAGE.reused) return violationCode('use-after-free');
  world.setCallback(page, -1);
  world.setPage(page, rules.stateAfterFree);
  return DONE;
}

/** One thread: a visible step and the local steps after it. */
function createRun(
  bench: Parameters<typeof operationOf>[0],
  thread: ModelThread,
  index: number,
): { readonly start: () => void; readonly step: () => Outcome } {
  const { model, rules, world } = bench;
  const vars = new Int32Array(thread.vars.length);
  const build = evaluator(model, thread, vars);
  const operations: readonly Operation[] = thread.points.map((point) =>
    operationOf(bench, index, point, vars, build),
  );
  const after = thread.points.map((point) => {
    const step = thread.steps[point.step];
    return step === undefined || thread.pointOf[point.step] === undefined ? END : step.next;
  });
  const isPause = thread.points.map((point) => {
    const op = thread.steps[point.step]?.op;
    return (
      op === 'let' ||
      op === 'branch' ||
      op === 'choose' ||
      op === 'nop' ||
      op === 'call' ||
      op === 'note' ||
      op === 'return' ||
      op === 'assert_held'
    );
  });
  const locals = thread.steps.map((step): (() => number) => {
    switch (step.op) {
      case 'let': {
        const value = build(step.value);
        const dst = thread.vars.indexOf(step.dst);
        return () => {
          vars[dst] = value();
          return step.next;
        };
      }
      case 'branch': {
        const condition = build(step.condition);
        return () => {
          const truth = V.truth(condition());
          return (truth === V.UNKNOWN ? bench.pick(2) === 0 : truth === 1) ? step.then : step.else;
        };
      }
      case 'choose':
        return () => step.targets[step.targets.length > 1 ? bench.pick(step.targets.length) : 0] ?? END;
      case 'call': {
        const dst = step.dst === undefined ? -1 : thread.vars.indexOf(step.dst);
        return () => {
          if (dst >= 0) vars[dst] = V.UNKNOWN;
          return step.next;
        };
      }
      case 'return':
        return () => END;
      default:
        return () => step.next;
    }
  });
  const live = thread.points.map((point) => point.live);
  const slots = Math.max(0, ...live.map((names) => names.length));
  const leak = rules.endsHolding === undefined ? DONE : violationCode(rules.endsHolding);

  /** From `at` through local steps to the next point or the end, where the state is written. */
  const arrive = (start: number): Outcome => {
    let at = start;
    for (let count = 0; count < NO_STEPS; count++) {
      const point = at === END ? thread.points.length : (thread.pointOf[at] ?? -1);
      if (point >= 0) {
        world.setPoint(index, point);
        const names = live[point];
        const used = names?.length ?? 0;
        for (let slot = 0; slot < slots; slot++) {
          world.setSlot(index, slot, slot < used ? V.pack(vars[names?.[slot] ?? 0] ?? 0) : 0);
        }
        return at === END && holdsAnything(bench, index) ? leak : DONE;
      }
      at = locals[at]?.() ?? END;
    }
    throw new Error(`thread ${thread.name}: a loop of local steps without a pause`);
  };

  return {
    start: () => {
      vars.fill(0);
      for (const name of thread.liveAtStart) vars[name] = V.UNKNOWN;
      arrive(thread.steps.length === 0 ? END : 0);
    },
    step: () => {
      const point = world.point(index);
      const operation = operations[point];
      if (operation === undefined) return DISABLED;
      const names = live[point];
      if (names !== undefined) {
        for (let slot = 0; slot < names.length; slot++)
          vars[names[slot] ?? 0] = V.unpack(world.slot(index, slot));
      }
      const outcome = operation();
      if (outcome === STAYS) return DONE;
      if (outcome !== DONE) return outcome;
      return arrive(
        isPause[point] === true
          ? (locals[thread.points[point]?.step ?? 0]?.() ?? END)
          : (after[point] ?? END),
      );
    },
  };
}

function holdsAnything(bench: Parameters<typeof operationOf>[0], thread: number): boolean {
  const { model, world } = bench;
  if (
    world.rcu(thread) > 0 ||
    world.irq(thread) > 0 ||
    world.preempt(thread) > 0 ||
    world.stopper() === thread
  )
    return true;
  for (let lock = 0; lock < model.locks.length; lock++) {
    if (world.writer(lock) === thread || world.reads(lock, thread) > 0) return true;
  }
  return false;
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
