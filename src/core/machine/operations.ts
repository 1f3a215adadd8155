/** The visible steps: what each does to the world, by the rules. */
import type { Step } from '../program/ir.js';
import { VIOLATION_KINDS } from './scenario.js';
import type { ViolationKind } from './scenario.js';
import type { Evaluate } from './evaluate.js';
import { MASK, PENDING, WAITING } from './layout.js';
import type { Model, ModelThread, Point } from './model.js';
import type { Rules } from './rules.js';
import type { Expr } from '../program/ir.js';
import type { Value } from './value.js';
import * as V from './value.js';
import type { MutableWorld } from './world.js';
import { PAGE } from './world.js';

/** What running a step gave: it can't run now, it ran, it ran but waits at the same place, or a violation (1 + its index). */
export const DISABLED = -1;
export const DONE = 0;
export const STAYS = -2;
export type Outcome = number;
export type Operation = () => Outcome;

export const violationCode = (kind: ViolationKind): Outcome => 1 + VIOLATION_KINDS.indexOf(kind);
export const kindOfCode = (code: Outcome): ViolationKind | undefined => VIOLATION_KINDS[code - 1];

/** A lock that is kept is found when the step is done; every other violation instead of the step. */
export const isAfterStep = (code: Outcome): boolean => code === violationCode('lock-leak');

/** What the operations share: the parts of one machine. */
export interface Bench {
  readonly model: Model;
  readonly rules: Rules;
  readonly world: MutableWorld;
  /** Picks one of n ways; the machine runs the step once for each. */
  readonly pick: (ways: number) => number;
  /** Something worth telling that does not end the run. */
  readonly inform: (kind: ViolationKind) => void;
  /** `thread` takes `lock`: for the lock order. */
  readonly acquired: (lock: number, thread: number) => void;
}

/** The operation of a visible step; a pause is one that does nothing. */
export function operationOf(
  bench: Bench,
  thread: number,
  point: Point,
  vars: Int32Array,
  build: (expr: Expr) => Evaluate,
): Operation {
  const { model, rules, world } = bench;
  const program = model.threads[thread];
  const step = program?.steps[point.step];
  if (program === undefined || step === undefined) return () => DONE;
  const sleep = violationCode('sleep-in-atomic');
  const unheld = rules.unlocksUnheld === undefined ? DONE : violationCode(rules.unlocksUnheld);
  const assign = assignment(program, step, vars);
  switch (step.op) {
    case 'load':
    case 'store':
    case 'exchange':
      return access(bench, thread, step, assign, build);
    case 'alloc': {
      const pages = program.spares.get(point.step) ?? [];
      return () => {
        const page = pages.find((candidate) => world.page(candidate) === PAGE.spare);
        if (page !== undefined) world.setPage(page, PAGE.live);
        assign(page === undefined ? 0 : V.tableOf(page));
        return DONE;
      };
    }
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return life(bench, thread, step.op, build(step.page));
    case 'reuse':
      return () => {
        const pages = model.pages.flatMap((_, page) => (rules.mayReuse(world.page(page)) ? [page] : []));
        if (pages.length === 0) return DISABLED;
        const page = pages[bench.pick(pages.length)];
        if (page !== undefined) world.setPage(page, PAGE.reused);
        return DONE;
      };
    case 'lock':
      return lock(bench, thread, point.lock, step.mode);
    case 'trylock': {
      const kind = world.kindOf(point.lock);
      const isRead = step.mode === 'read' && rules.isShared(kind);
      return () => {
        const may = isRead
          ? rules.readerMayTry(world, point.lock, thread)
          : rules.writerMayTry(world, point.lock, thread);
        if (may) take(bench, thread, point.lock, isRead);
        assign(may ? 1 : 0);
        return DONE;
      };
    }
    case 'unlock': {
      const kind = world.kindOf(point.lock);
      const isRead = step.mode === 'read' && rules.isShared(kind);
      return () => {
        if (isRead ? world.reads(point.lock, thread) === 0 : world.writer(point.lock) !== thread)
          return unheld;
        if (isRead) world.addReads(point.lock, thread, -1);
        else world.setWriter(point.lock, -1);
        if (rules.disablesPreemption(kind)) world.addPreempt(thread, -1);
        quiesce(bench, thread);
        return DONE;
      };
    }
    case 'downgrade':
      return () => {
        if (world.writer(point.lock) !== thread) return unheld;
        world.setWriter(point.lock, -1);
        if (rules.keepsReadAfterDowngrade) world.addReads(point.lock, thread, 1);
        return DONE;
      };
    case 'rcu_read_lock':
      return () => (world.addRcu(thread, 1), DONE);
    case 'rcu_read_unlock':
      return () => {
        if (world.rcu(thread) === 0) return unheld;
        world.addRcu(thread, -1);
        quiesce(bench, thread);
        return DONE;
      };
    case 'irq_off':
      return () => (world.addIrq(thread, 1), DONE);
    case 'irq_on':
      return () => {
        world.addIrq(thread, -1);
        quiesce(bench, thread);
        return DONE;
      };
    case 'preempt_off':
      return () => (world.addPreempt(thread, 1), DONE);
    case 'preempt_on':
      return () => {
        if (world.preempt(thread) === 0) return unheld;
        world.addPreempt(thread, -1);
        quiesce(bench, thread);
        return DONE;
      };
    case 'synchronize_rcu': {
      const wait = waitForOthers(
        bench,
        thread,
        (other) => rules.isRcuReader(world, other) && rules.gracePeriodWaitsFor(world, other, thread),
      );
      return () => (rules.isAtomic(world, thread) ? sleep : wait());
    }
    case 'flush':
      return waitForOthers(bench, thread, (other) => rules.flushWaitsFor(world, other, thread));
    case 'ipi_sync':
      return waitForOthers(bench, thread, (other) => rules.ipiWaitsFor(world, other, thread));
    case 'stop_machine':
      return () => {
        if (rules.isAtomic(world, thread)) return sleep;
        if (!rules.stopMachineMayStart(world, thread)) return DISABLED;
        world.setStopper(thread);
        return DONE;
      };
    case 'end_stop_machine':
      return () => {
        if (world.stopper() !== thread) return unheld;
        world.setStopper(-1);
        return DONE;
      };
    case 'sleep':
      return () => (rules.isAtomic(world, thread) ? sleep : DONE);
    default:
      return () => DONE;
  }
}

function assignment(program: ModelThread, step: Step, vars: Int32Array): (value: Value) => void {
  const name = 'dst' in step ? step.dst : undefined;
  const number = name === undefined ? -1 : program.vars.indexOf(name);
  return (value) => {
    if (number >= 0) vars[number] = value;
  };
}

/** Reads and writes of an entry. The faults are decided here: by the pointer, then by the state of its page. */
function access(
  bench: Bench,
  thread: number,
  step: Extract<Step, { op: 'load' | 'store' | 'exchange' }>,
  assign: (value: Value) => void,
  build: (expr: Expr) => Evaluate,
): Operation {
  const { model, rules, world } = bench;
  const from = build(step.op === 'load' ? step.from : step.to);
  const stored = step.op === 'load' ? undefined : build(step.value);
  const through = [rules.throughNone, rules.throughLeaf, rules.throughBad].map(violationCode);
  const faults = Array.from({ length: 7 }, (_, state) => {
    const kind = rules.faultOf(state);
    return kind === undefined ? DONE : violationCode(kind);
  });
  const first = model.pages.map((page) => page.firstCell);
  const lengths = model.pages.map((page) => page.entries.length);
  const initial = model.pages.flatMap((page) => page.entries);
  const mayBeStale = step.op === 'load' && othersStore(model, thread);
  return () => {
    const target = V.asPointer(from());
    if (target < V.tableOf(0) && target !== V.UNKNOWN) return through[target - V.THROUGH_NONE] ?? DONE;
    if (!V.isPointer(target)) {
      assign(V.UNKNOWN);
      return DONE;
    }
    const page = V.pageOfPointer(target);
    const fault = faults[world.page(page)] ?? DONE;
    if (fault !== DONE) return fault;
    const length = lengths[page] ?? 0;
    const index =
      V.indexOfPointer(target) === V.ANY_INDEX && length > 0 ? bench.pick(length) : V.indexOfPointer(target);
    if (index >= length) {
      assign(V.UNKNOWN);
      return DONE;
    }
    const cell = (first[page] ?? 0) + index;
    const now = world.cell(cell);
    if (mayBeStale && now === 0 && initial[cell] === 1) bench.inform('stale-leaf');
    const value = stored?.();
    assign(V.unpackEntry(now));
    if (value !== undefined) world.setCell(cell, V.packEntry(value));
    return DONE;
  };
}

/** Does any other thread change entries, while this one only reads? */
function othersStore(model: Model, thread: number): boolean {
  const stores = (program: ModelThread): boolean =>
    program.steps.some((step) => step.op === 'store' || step.op === 'exchange');
  const own = model.threads[thread];
  return own !== undefined && !stores(own) && model.threads.some((other) => other !== own && stores(other));
}

/** Steps in the life of a page. What the model does not have (an unknown or empty operand) stays as it is. */
function life(
  bench: Bench,
  thread: number,
  op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove',
  operand: Evaluate,
): Operation {
  const { model, rules, world } = bench;
  const twice = violationCode('use-after-free');
  return () => {
    const page = V.pageOf(operand());
    if (page < 0 || model.pages[page]?.isStatic === true) return DONE;
    const state = world.page(page);
    switch (op) {
      case 'free':
      case 'free_rcu':
        if (state === PAGE.freed || state === PAGE.reused) return twice;
        if (op === 'free') world.setPage(page, rules.stateAfterFree);
        else if (world.callback(page) < 0) world.setCallback(page, gracePeriod(bench, thread));
        return DONE;
      case 'poison':
        world.setPage(page, PAGE.poisoned);
        return DONE;
      case 'offline':
        world.setPage(page, PAGE.offline);
        return DONE;
      case 'remove':
        world.setPage(page, PAGE.removed);
        return DONE;
    }
  };
}

function gracePeriod(bench: Bench, waiter: number): number {
  const { rules, world } = bench;
  return maskOf(
    world.threads,
    (other) => rules.isRcuReader(world, other) && rules.gracePeriodWaitsFor(world, other, waiter),
  );
}

function maskOf(threads: number, includes: (thread: number) => boolean): number {
  let mask = 0;
  for (let thread = 0; thread < threads; thread++) if (includes(thread)) mask |= 1 << thread;
  return mask;
}

/** A step that waits for what others were doing when it began: a grace period, an IPI's acknowledge. */
function waitForOthers(bench: Bench, thread: number, waitsFor: (other: number) => boolean): Operation {
  const { world } = bench;
  return () => {
    const wait = world.wait(thread);
    if (wait === WAITING) {
      world.setWait(thread, 0);
      return DONE;
    }
    if (wait !== 0) return DISABLED;
    const mask = maskOf(world.threads, waitsFor);
    if (mask === 0) return DONE;
    world.setWait(thread, WAITING | mask);
    return STAYS;
  };
}

function take(bench: Bench, thread: number, lock: number, isRead: boolean): void {
  const { rules, world } = bench;
  bench.acquired(lock, thread);
  if (isRead) world.addReads(lock, thread, 1);
  else world.setWriter(lock, thread);
  if (rules.disablesPreemption(world.kindOf(lock))) world.addPreempt(thread, 1);
}

/**
 * down_read(), down_write() and their like. A reader waits until it may enter. A writer that can't enter stands in line
 * first, where that blocks readers; a percpu-rwsem's writer may have to wait for a grace period even before that.
 */
function lock(bench: Bench, thread: number, lock: number, mode: 'read' | 'write'): Operation {
  const { rules, world } = bench;
  const kind = world.kindOf(lock);
  const sleeps = rules.sleeps(kind);
  const sleep = violationCode('sleep-in-atomic');
  const enter = (isRead: boolean): Outcome => {
    world.setWait(thread, 0);
    take(bench, thread, lock, isRead);
    return DONE;
  };
  if (mode === 'read' && rules.isShared(kind)) {
    return () => {
      if (sleeps && rules.isAtomic(world, thread)) return sleep;
      return rules.readerMayEnter(world, lock, thread) ? enter(true) : DISABLED;
    };
  }
  return () => {
    if (sleeps && rules.isAtomic(world, thread)) return sleep;
    const wait = world.wait(thread);
    if ((wait & WAITING) !== 0 && (wait & MASK) !== 0) return DISABLED;
    if (wait === 0 && rules.writerWaitsForGracePeriod(kind)) {
      const mask = gracePeriod(bench, thread);
      // Another writer may just have been there (rcu_sync still passed): then there is no grace period to wait for.
      if (mask !== 0 && bench.pick(2) === 0) {
        world.setWait(thread, WAITING | mask);
        return STAYS;
      }
    }
    if (rules.writerMayEnter(world, lock, thread)) return enter(false);
    if (wait === PENDING || !rules.writerQueues(kind)) return DISABLED;
    world.setWait(thread, PENDING);
    return STAYS;
  };
}

/** `thread` may have left a read-side section, or turned interrupts on: nobody has to wait for it any more. */
function quiesce(bench: Bench, thread: number): void {
  const { model, rules, world } = bench;
  const bit = 1 << thread;
  const isReader = rules.isRcuReader(world, thread);
  const isIrqOff = world.irq(thread) > 0;
  for (let other = 0; other < world.threads; other++) {
    const wait = world.wait(other);
    if ((wait & WAITING) === 0 || (wait & bit) === 0) continue;
    const program = model.threads[other];
    const op = program?.steps[program.points[world.point(other)]?.step ?? -1]?.op;
    if (op === 'flush' || op === 'ipi_sync' ? !isIrqOff : !isReader) world.setWait(other, wait & ~bit);
  }
  if (isReader) return;
  for (let page = 0; page < model.pages.length; page++) {
    const mask = world.callback(page);
    if (mask > 0) world.setCallback(page, mask & ~bit);
  }
}
