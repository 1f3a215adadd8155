/** Taking locks. */
import type { Bench, Operation, Outcome } from './bench.js';
import { DISABLED, DONE, STAYS, violationCode } from './bench.js';
import { MASK, PENDING, WAITING } from './layout.js';
import { gracePeriod } from './waits.js';

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
