/** One lane of the machine: a thread takes a visible step and the local steps after it; the callback lane frees pages. */
import { END, type Expr, type Step } from '../program/ir.js';
import type { Bench, Operation, Outcome } from './bench.js';
import { DISABLED, DONE, STAYS, violationCode } from './bench.js';
import { evaluator, type Evaluate } from './evaluate.js';
import type { ModelThread } from './model.js';
import { operationOf } from './operations.js';
import { isVisible } from './points.js';
import * as V from './value.js';
import { PAGE } from './world.js';

/** So many local steps come before a pause at most (points.ts:cutLocalLoops): more are a bug of whoever chose the pauses. */
const MOST_LOCAL_STEPS = 100_000;

/** The RCU softirq: frees a page whose grace period is over. */
export function runCallback(bench: Bench): Outcome {
  const { model, rules, world } = bench;
  const due: number[] = [];
  for (let page = 0; page < model.pages.length; page++) if (world.callback(page) === 0) due.push(page);
  if (due.length === 0) return DISABLED;
  const page = due[bench.pick(due.length)];
  if (page === undefined) return DISABLED;
  const state = world.page(page);
  const isFreed = state === PAGE.freed || state === PAGE.reused;
  if (isFreed && rules.freesTwice !== undefined) return violationCode(rules.freesTwice);
  world.setCallback(page, -1);
  world.setPage(page, rules.stateAfterFree);
  return DONE;
}

/** One thread: a visible step and the local steps after it. */
export function createRun(
  bench: Bench,
  thread: ModelThread,
  index: number,
): { readonly start: () => void; readonly step: () => Outcome } {
  const { model, rules, world } = bench;
  const vars = new Int32Array(thread.vars.length);
  const build = evaluator(model, thread, vars);
  const operations: readonly Operation[] = thread.points.map((point) =>
    operationOf(bench, index, point, vars, build),
  );
  const after = thread.points.map((point) => thread.steps[point.step]?.next ?? END);
  const isPause = thread.points.map((point) => {
    const step = thread.steps[point.step];
    return step !== undefined && !isVisible(step);
  });
  const locals = thread.steps.map((step) => localStep(bench, thread, step, vars, build));
  const live = thread.points.map((point) => point.live);
  const lengths = model.pages.map((page) => page.entries.length);
  const slots = Math.max(0, ...live.map((names) => names.length));
  const leak = rules.endsHolding === undefined ? DONE : violationCode(rules.endsHolding);

  /** From `at` through local steps to the next point or the end, where the state is written. */
  const arrive = (start: number): Outcome => {
    let at = start;
    for (let count = 0; count < MOST_LOCAL_STEPS; count++) {
      const point = at === END ? thread.points.length : (thread.pointOf[at] ?? -1);
      if (point >= 0) {
        world.setPoint(index, point);
        const names = live[point];
        const used = names?.length ?? 0;
        for (let slot = 0; slot < slots; slot++) {
          world.setSlot(
            index,
            slot,
            slot < used ? V.pack(V.keep(vars[names?.[slot] ?? 0] ?? 0, lengths)) : 0,
          );
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

/** What a step does that only its own thread can see; it gives the next one. */
function localStep(
  bench: Bench,
  thread: ModelThread,
  step: Step,
  vars: Int32Array,
  build: (expr: Expr) => Evaluate,
): () => number {
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
}

function holdsAnything(bench: Bench, thread: number): boolean {
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
