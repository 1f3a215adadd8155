/**
 * What the kernel's locks, RCU, interrupts and pages mean: the table to dispute.
 *
 * Every rule is a pure function of the state, names its source (Linux 6.12), and can be replaced alone: the cross-checks
 * run the machine with one rule wrong at a time and demand that a test notices.
 */
import type { LockKind, ViolationKind } from './scenario.js';
import { PAGE } from './world.js';
import type { World } from './world.js';

/** What a thread waits for that waits for others: that they have taken an interrupt, or that a grace period is over. */
export type WaitKind = 'interrupt' | 'grace-period';

export interface Rules {
  /** Does taking this kind of lock sleep? */
  readonly sleeps: (kind: LockKind) => boolean;
  /** Is preemption off while this kind of lock is held? */
  readonly disablesPreemption: (kind: LockKind) => boolean;
  /** Has the lock a read mode at all? */
  readonly isShared: (kind: LockKind) => boolean;
  readonly readerMayEnter: (world: World, lock: number, thread: number) => boolean;
  readonly writerMayEnter: (world: World, lock: number, thread: number) => boolean;
  readonly readerMayTry: (world: World, lock: number, thread: number) => boolean;
  readonly writerMayTry: (world: World, lock: number, thread: number) => boolean;
  /** Does a writer that cannot enter yet stand in line (and so block readers)? */
  readonly writerQueues: (kind: LockKind) => boolean;
  /** Does a writer wait for an RCU grace period before it stands in line? */
  readonly writerWaitsForGracePeriod: (kind: LockKind) => boolean;
  /** Is a read hold given back after a downgrade (write -> read)? */
  readonly keepsReadAfterDowngrade: boolean;
  /** Is the thread in an RCU read-side critical section? */
  readonly isRcuReader: (world: World, thread: number) => boolean;
  /** May a grace period that `waiter` began see the end of a reader that was there before? Threads that it waits for. */
  readonly gracePeriodWaitsFor: (world: World, reader: number, waiter: number) => boolean;
  /** The same of the grace period that call_rcu() asks for: `caller` goes on meanwhile. */
  readonly callbackWaitsFor: (world: World, reader: number, caller: number) => boolean;
  readonly flushWaitsFor: (world: World, other: number, thread: number) => boolean;
  readonly ipiWaitsFor: (world: World, other: number, thread: number) => boolean;
  readonly isAtomic: (world: World, thread: number) => boolean;
  /** Does this step sleep, whatever it finds? */
  readonly waitSleeps: (op: 'synchronize_rcu' | 'stop_machine' | 'sleep') => boolean;
  /** Has a thread that a wait began with left what it is waited for? */
  readonly hasLeft: (world: World, thread: number, isRcuReader: boolean, wait: WaitKind) => boolean;
  /** May the grace period of such a writer be over when it comes, as another has just been there? */
  readonly gracePeriodMayBeOver: boolean;
  /** How often a section was entered is how often it has to be left. */
  readonly sectionsNest: boolean;
  readonly stopMachineMayStart: (world: World, thread: number) => boolean;
  readonly mayRunBesideStopMachine: boolean;
  /** What an access to a page in this state is. */
  readonly faultOf: (page: number) => ViolationKind | undefined;
  /** Page state after kfree() and the like. */
  readonly stateAfterFree: number;
  /** What it is to free a page that is freed already: at once, or when its grace period is over. */
  readonly freesTwice: ViolationKind | undefined;
  /** Is a page that nobody frees (the top table) freed all the same? */
  readonly freesStatic: boolean;
  /** May the allocator hand out this page again? */
  readonly mayReuse: (page: number) => boolean;
  readonly throughNone: ViolationKind;
  readonly throughLeaf: ViolationKind;
  readonly throughBad: ViolationKind;
  /** Is a lock that is still held at the end of the program a bug? */
  readonly endsHolding: ViolationKind | undefined;
  /** An unlock by a thread that does not hold the lock. */
  readonly unlocksUnheld: ViolationKind | undefined;
}

export const KERNEL_RULES: Rules = {
  /** might_sleep() in down_read(), down_write(), mutex_lock(), percpu_down_read(): kernel/locking/. */
  sleeps: (kind) => kind === 'rwsem' || kind === 'percpu-rwsem' || kind === 'mutex',

  /** preempt_disable() in __raw_spin_lock(), __raw_read_lock(): include/linux/spinlock_api_smp.h. */
  disablesPreemption: (kind) => kind === 'spinlock' || kind === 'rwlock',

  isShared: (kind) => kind === 'rwsem' || kind === 'percpu-rwsem' || kind === 'rwlock',

  /**
   * A reader waits for the writer, and behind a writer that waits: rwsem.c:rwsem_read_trylock (RWSEM_READ_FAILED_MASK has
   * RWSEM_FLAG_WAITERS), percpu-rwsem.c:__percpu_down_read (sem->block), qrwlock.c:queued_read_lock_slowpath (the queue).
   * Its own read hold does not help it: a second read is a deadlock when a writer came between.
   */
  readerMayEnter: (world, lock, thread) => world.writer(lock) < 0 && !world.otherWriterWaits(lock, thread),

  /** rwsem.c:rwsem_write_trylock, percpu-rwsem.c:readers_active_check: nobody at all, this thread's own reads included. */
  writerMayEnter: (world, lock) => world.writer(lock) < 0 && world.readers(lock) === 0,

  /** rwsem.c:__down_read_trylock fails on RWSEM_READ_FAILED_MASK; percpu_down_read_trylock() on sem->block. */
  readerMayTry: (world, lock, thread) => world.writer(lock) < 0 && !world.otherWriterWaits(lock, thread),

  /** rwsem.c:rwsem_write_trylock: the count must be RWSEM_UNLOCKED_VALUE, so waiters make it fail too. */
  writerMayTry: (world, lock, thread) =>
    world.writer(lock) < 0 && world.readers(lock) === 0 && !world.otherWriterWaits(lock, thread),

  writerQueues: (kind) => kind === 'rwsem' || kind === 'percpu-rwsem' || kind === 'rwlock',

  /** percpu-rwsem.c:percpu_down_write -> rcu/sync.c:rcu_sync_enter: synchronize_rcu() when the semaphore was idle. */
  writerWaitsForGracePeriod: (kind) => kind === 'percpu-rwsem',

  keepsReadAfterDowngrade: true,

  /** Consolidated RCU (since 5.0): interrupts or preemption off is a reader too. Documentation/RCU/checklist.rst. */
  isRcuReader: (world, thread) =>
    world.rcu(thread) > 0 ||
    (world.rcuWaitsForIrqsOff && (world.irq(thread) > 0 || world.preempt(thread) > 0)),

  gracePeriodWaitsFor: (_world, reader, waiter) => reader !== waiter,

  /** kernel/rcu/tree.c:call_rcu returns at once: a section that the caller itself is in is older than the grace period. */
  callbackWaitsFor: () => true,

  /** x86: flush_tlb_multi() waits for the IPI's acknowledge (kernel/smp.c:smp_call_function_many_cond); arm64: TLBI broadcast. */
  flushWaitsFor: (world, other, thread) =>
    world.flushWaitsForIrqsOff && other !== thread && world.irq(other) > 0,

  /** mmu_gather.c:tlb_remove_table_sync_one: smp_call_function(.., wait = 1), on every architecture. */
  ipiWaitsFor: (world, other, thread) => other !== thread && world.irq(other) > 0,

  /** __might_resched(): preempt count, irqs_disabled(), rcu_preempt_depth(). The stopper runs with interrupts off. */
  isAtomic: (world, thread) =>
    world.rcu(thread) > 0 || world.irq(thread) > 0 || world.preempt(thread) > 0 || world.stopper() === thread,

  /** might_sleep() of synchronize_rcu() (kernel/rcu/tree.c:wait_rcu_gp), cpus_read_lock() of stop_machine(), and by itself. */
  waitSleeps: () => true,

  /** An IPI is taken when interrupts are on, in whatever section; a grace period ends when its readers' sections do. */
  hasLeft: (world, thread, isRcuReader, wait) =>
    wait === 'interrupt' ? world.irq(thread) === 0 : !isRcuReader,

  /** rcu/sync.c:rcu_sync_enter: GP_PASSED, GP_EXIT need no wait. */
  gracePeriodMayBeOver: true,

  /** current->rcu_read_lock_nesting, preempt_count(); saved flags of interrupts. */
  sectionsNest: true,

  /** stop_machine.c:multi_cpu_stop: each CPU's stopper has to be scheduled there, and turns interrupts off. */
  stopMachineMayStart: (world, thread) => {
    for (let other = 0; other < world.threads; other++) {
      if (other !== thread && (world.irq(other) > 0 || world.preempt(other) > 0)) return false;
    }
    return world.stopper() < 0;
  },

  mayRunBesideStopMachine: false,

  faultOf: (page) => {
    switch (page) {
      case PAGE.freed:
      case PAGE.spare:
        return 'use-after-free';
      case PAGE.reused:
      case PAGE.poisoned:
        return 'bogus-descent';
      case PAGE.offline:
      case PAGE.removed:
        return 'removed-memory';
      default:
        return undefined;
    }
  },

  stateAfterFree: PAGE.freed,
  /** mm/page_alloc.c:bad_page, mm/slub.c: what is freed twice is on two lists. */
  freesTwice: 'use-after-free',
  /** swapper_pg_dir is part of the kernel's image. */
  freesStatic: false,
  mayReuse: (page) => page === PAGE.freed,
  throughNone: 'null-descent',
  throughLeaf: 'leaf-descent',
  throughBad: 'bogus-descent',
  endsHolding: 'lock-leak',
  unlocksUnheld: 'double-unlock',
};
