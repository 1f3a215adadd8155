/** Taking locks, and letting them go. */
import type { Bench, Operation, Outcome } from './bench.js';
import { DISABLED, DONE, STAYS, violationCode } from './bench.js';
import { MASK, PENDING, WAITING } from './layout.js';
import type { Value } from './value.js';
import { gracePeriod, quiesce } from './waits.js';

export function take(bench: Bench, thread: number, lock: number, isRead: boolean): void {
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
export function lock(bench: Bench, thread: number, lock: number, mode: 'read' | 'write'): Operation {
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
      if (mask !== 0 && (!rules.gracePeriodMayBeOver || bench.pick(2) === 0)) {
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

/** down_read_trylock(), spin_trylock() and their like; `assign` is given 1 or 0. */
export function trylock(
  bench: Bench,
  thread: number,
  lock: number,
  mode: 'read' | 'write',
  assign: (value: Value) => void,
): Operation {
  const { rules, world } = bench;
  const isRead = mode === 'read' && rules.isShared(world.kindOf(lock));
  return () => {
    const may = isRead ? rules.readerMayTry(world, lock, thread) : rules.writerMayTry(world, lock, thread);
    if (may) take(bench, thread, lock, isRead);
    assign(may ? 1 : 0);
    return DONE;
  };
}

/** `unheld` is what comes of a lock that the thread does not hold. */
export function unlock(
  bench: Bench,
  thread: number,
  lock: number,
  mode: 'read' | 'write',
  unheld: Outcome,
): Operation {
  const { rules, world } = bench;
  const kind = world.kindOf(lock);
  const isRead = mode === 'read' && rules.isShared(kind);
  return () => {
    if (isRead ? world.reads(lock, thread) === 0 : world.writer(lock) !== thread) return unheld;
    if (isRead) world.addReads(lock, thread, -1);
    else world.setWriter(lock, -1);
    if (rules.disablesPreemption(kind)) world.addPreempt(thread, -1);
    quiesce(bench, thread);
    return DONE;
  };
}

/** downgrade_write() */
export function downgrade(bench: Bench, thread: number, lock: number, unheld: Outcome): Operation {
  const { rules, world } = bench;
  return () => {
    if (world.writer(lock) !== thread) return unheld;
    world.setWriter(lock, -1);
    if (rules.keepsReadAfterDowngrade) world.addReads(lock, thread, 1);
    return DONE;
  };
}
