/** Who waits for whom: grace periods and IPIs begin with a mask of threads, which each of them leaves in its time. */
import type { Bench, Operation } from './bench.js';
import { DISABLED, DONE, STAYS } from './bench.js';
import { WAITING } from './layout.js';

export function gracePeriod(bench: Bench, waiter: number): number {
  const { rules, world } = bench;
  return maskOf(
    world.threads,
    (other) => rules.isRcuReader(world, other) && rules.gracePeriodWaitsFor(world, other, waiter),
  );
}

/** The threads that the callback of call_rcu() waits for, called by `caller`. */
export function gracePeriodOfCallback({ rules, world }: Bench, caller: number): number {
  return maskOf(
    world.threads,
    (other) => rules.isRcuReader(world, other) && rules.callbackWaitsFor(world, other, caller),
  );
}

function maskOf(threads: number, includes: (thread: number) => boolean): number {
  let mask = 0;
  for (let thread = 0; thread < threads; thread++) if (includes(thread)) mask |= 1 << thread;
  return mask;
}

/** A step that waits for what others were doing when it began: a grace period, an IPI's acknowledge. */
export function waitForOthers(bench: Bench, thread: number, waitsFor: (other: number) => boolean): Operation {
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

/** `thread` may have left a read-side section, or turned interrupts on: nobody has to wait for it any more. */
export function quiesce(bench: Bench, thread: number): void {
  const { model, rules, world } = bench;
  const bit = 1 << thread;
  const isReader = rules.isRcuReader(world, thread);
  const hasTaken = rules.hasLeft(world, thread, isReader, 'interrupt');
  const hasLeft = rules.hasLeft(world, thread, isReader, 'grace-period');
  for (let other = 0; other < world.threads; other++) {
    const wait = world.wait(other);
    if ((wait & WAITING) === 0 || (wait & bit) === 0) continue;
    const program = model.threads[other];
    const op = program?.steps[program.points[world.point(other)]?.step ?? -1]?.op;
    if (op === 'flush' || op === 'ipi_sync' ? hasTaken : hasLeft) world.setWait(other, wait & ~bit);
  }
  if (!hasLeft) return;
  for (let page = 0; page < model.pages.length; page++) {
    const mask = world.callback(page);
    if (mask > 0) world.setCallback(page, mask & ~bit);
  }
}
