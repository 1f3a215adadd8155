/** The visible steps: what each does to the world, by the rules. */
import type { Expr, Step } from '../program/ir.js';
import type { Bench, Operation } from './bench.js';
import { DISABLED, DONE, violationCode } from './bench.js';
import type { Evaluate } from './evaluate.js';
import { lock, take } from './locks.js';
import { access, life } from './memory.js';
import type { ModelThread, Point } from './model.js';
import type { Value } from './value.js';
import * as V from './value.js';
import { quiesce, waitForOthers } from './waits.js';
import { PAGE } from './world.js';

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
