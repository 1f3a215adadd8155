/** The visible steps: what each does to the world, by the rules. */
import type { Expr, Step } from '../program/ir.js';
import type { Bench, Operation } from './bench.js';
import { DISABLED, DONE, violationCode } from './bench.js';
import type { Evaluate } from './evaluate.js';
import { downgrade, lock, trylock, unlock } from './locks.js';
import { access, alloc, life, reuse } from './memory.js';
import type { ModelThread, Point } from './model.js';
import type { Value } from './value.js';
import { quiesce, waitForOthers } from './waits.js';
import { MAX_NESTING } from './world.js';

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
  const sleeps = (op: Parameters<typeof rules.waitSleeps>[0]): boolean =>
    rules.waitSleeps(op) && rules.isAtomic(world, thread);
  const leaves = rules.sectionsNest ? -1 : -MAX_NESTING;
  const assign = assignment(program, step, vars);
  switch (step.op) {
    case 'load':
    case 'store':
    case 'exchange':
      return access(bench, thread, step, assign, build);
    case 'alloc':
      return alloc(bench, program.spares.get(point.step) ?? [], assign);
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return life(bench, thread, step.op, build(step.page));
    case 'reuse':
      return reuse(bench);
    case 'lock':
      return lock(bench, thread, point.lock, step.mode);
    case 'trylock':
      return trylock(bench, thread, point.lock, step.mode, assign);
    case 'unlock':
      return unlock(bench, thread, point.lock, step.mode, unheld);
    case 'downgrade':
      return downgrade(bench, thread, point.lock, unheld);
    case 'rcu_read_lock':
      return () => (world.addRcu(thread, 1), DONE);
    case 'rcu_read_unlock':
      return () => {
        if (world.rcu(thread) === 0) return unheld;
        world.addRcu(thread, leaves);
        quiesce(bench, thread);
        return DONE;
      };
    case 'irq_off':
      return () => (world.addIrq(thread, 1), DONE);
    case 'irq_on':
      return () => {
        world.addIrq(thread, leaves);
        quiesce(bench, thread);
        return DONE;
      };
    case 'preempt_off':
      return () => (world.addPreempt(thread, 1), DONE);
    case 'preempt_on':
      return () => {
        if (world.preempt(thread) === 0) return unheld;
        world.addPreempt(thread, leaves);
        quiesce(bench, thread);
        return DONE;
      };
    case 'synchronize_rcu': {
      const wait = waitForOthers(
        bench,
        thread,
        (other) => rules.isRcuReader(world, other) && rules.gracePeriodWaitsFor(world, other, thread),
      );
      return () => (sleeps('synchronize_rcu') ? sleep : wait());
    }
    case 'flush':
      return waitForOthers(bench, thread, (other) => rules.flushWaitsFor(world, other, thread));
    case 'ipi_sync':
      return waitForOthers(bench, thread, (other) => rules.ipiWaitsFor(world, other, thread));
    case 'stop_machine':
      return () => {
        if (sleeps('stop_machine')) return sleep;
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
      return () => (sleeps('sleep') ? sleep : DONE);
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
