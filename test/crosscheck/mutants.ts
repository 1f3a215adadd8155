/** Mutants of the machine: its rules with one of them wrong. */
import type { Rules } from '../../src/core/machine/rules.js';
import { KERNEL_RULES } from '../../src/core/machine/rules.js';
import { PAGE, type World } from '../../src/core/machine/world.js';

export interface Mutant {
  readonly name: string;
  readonly rules: Rules;
}

const mutant = (name: string, wrong: Partial<Rules>): Mutant => ({
  name,
  rules: { ...KERNEL_RULES, ...wrong },
});
const { faultOf } = KERNEL_RULES;
const blind = (state: number): Partial<Rules> => ({
  faultOf: (page) => (page === state ? undefined : faultOf(page)),
});

/** No other CPU is like that, and the machine runs. */
const nobodyElse = (world: World, thread: number, is: (other: number) => boolean): boolean =>
  world.stopper() < 0 &&
  Array.from({ length: world.threads }, (_, other) => other).every((other) => other === thread || !is(other));

export const MUTANTS: readonly Mutant[] = [
  mutant('no lock sleeps', { sleeps: () => false }),
  mutant('a mutex does not sleep', { sleeps: (kind) => kind !== 'mutex' && KERNEL_RULES.sleeps(kind) }),
  mutant('a spinlock leaves preemption on', { disablesPreemption: () => false }),
  mutant('readers exclude each other', { isShared: () => false }),
  mutant('a reader enters beside a writer', {
    readerMayEnter: (world, lock, thread) => !world.otherWriterWaits(lock, thread),
  }),
  mutant('a waiting writer does not block readers', {
    readerMayEnter: (world, lock) => world.writer(lock) < 0,
  }),
  mutant('a writer enters beside readers', { writerMayEnter: (world, lock) => world.writer(lock) < 0 }),
  mutant('a writer enters beside a writer', { writerMayEnter: (world, lock) => world.readers(lock) === 0 }),
  mutant('a read trylock passes a writer', { readerMayTry: () => true }),
  mutant('a read trylock passes a waiting writer', { readerMayTry: (world, lock) => world.writer(lock) < 0 }),
  mutant('a write trylock passes readers', { writerMayTry: (world, lock) => world.writer(lock) < 0 }),
  mutant('a write trylock passes a waiting writer', {
    writerMayTry: (world, lock) => world.writer(lock) < 0 && world.readers(lock) === 0,
  }),
  mutant('writers do not stand in line', { writerQueues: () => false }),
  mutant('percpu-rwsem without its grace period', { writerWaitsForGracePeriod: () => false }),
  mutant('every rwsem waits for a grace period', { writerWaitsForGracePeriod: (kind) => kind !== 'rwlock' }),
  mutant('downgrade lets go', { keepsReadAfterDowngrade: false }),
  mutant('RCU waits for nobody', { isRcuReader: () => false }),
  mutant('RCU does not wait for interrupts off', { isRcuReader: (world, thread) => world.rcu(thread) > 0 }),
  mutant('RCU waits for interrupts off before 5.0 too', {
    isRcuReader: (world, thread) =>
      world.rcu(thread) > 0 || world.irq(thread) > 0 || world.preempt(thread) > 0,
  }),
  mutant('RCU does not wait for preemption off', {
    isRcuReader: (world, thread) =>
      world.rcu(thread) > 0 || (world.rcuWaitsForIrqsOff && world.irq(thread) > 0),
  }),
  mutant('a grace period has no readers to wait for', { gracePeriodWaitsFor: () => false }),
  mutant('a callback has no readers to wait for', { callbackWaitsFor: () => false }),
  mutant('a callback does not wait for its caller', {
    callbackWaitsFor: (_world, reader, caller) => reader !== caller,
  }),
  mutant('a flush waits for nobody', { flushWaitsFor: () => false }),
  mutant('a flush waits on every architecture', { flushWaitsFor: KERNEL_RULES.ipiWaitsFor }),
  mutant('an IPI waits for nobody', { ipiWaitsFor: () => false }),
  mutant('an IPI waits on x86 only', { ipiWaitsFor: KERNEL_RULES.flushWaitsFor }),
  mutant('RCU is no atomic context', {
    isAtomic: (world, thread) =>
      world.irq(thread) > 0 || world.preempt(thread) > 0 || world.stopper() === thread,
  }),
  mutant('interrupts off is no atomic context', {
    isAtomic: (world, thread) =>
      world.rcu(thread) > 0 || world.preempt(thread) > 0 || world.stopper() === thread,
  }),
  mutant('preemption off is no atomic context', {
    isAtomic: (world, thread) => world.rcu(thread) > 0 || world.irq(thread) > 0 || world.stopper() === thread,
  }),
  mutant('one may sleep in stop_machine', {
    isAtomic: (world, thread) => world.rcu(thread) > 0 || world.irq(thread) > 0 || world.preempt(thread) > 0,
  }),
  mutant('one may wait for a grace period where nobody may sleep', {
    waitSleeps: (op) => op !== 'synchronize_rcu',
  }),
  mutant('stop_machine does not sleep', { waitSleeps: (op) => op !== 'stop_machine' }),
  mutant('what sleeps by itself does not', { waitSleeps: (op) => op !== 'sleep' }),
  mutant('an IPI is taken when a section ends', {
    hasLeft: (world, thread, isRcuReader) => !isRcuReader && world.irq(thread) === 0,
  }),
  mutant('an IPI is taken with interrupts off', {
    hasLeft: (_world, _thread, isRcuReader, wait) => wait === 'interrupt' || !isRcuReader,
  }),
  mutant('a grace period ends when interrupts are on', {
    hasLeft: (world, thread) => world.irq(thread) === 0,
  }),
  mutant('a percpu-rwsem never finds its grace period over', { gracePeriodMayBeOver: false }),
  mutant('sections do not nest', { sectionsNest: false }),
  mutant('stop_machine starts while another CPU has interrupts off', {
    stopMachineMayStart: (world, thread) => nobodyElse(world, thread, (other) => world.preempt(other) > 0),
  }),
  mutant('stop_machine starts while another CPU can not be preempted', {
    stopMachineMayStart: (world, thread) => nobodyElse(world, thread, (other) => world.irq(other) > 0),
  }),
  mutant('stop_machine waits for readers', {
    stopMachineMayStart: (world, thread) =>
      KERNEL_RULES.stopMachineMayStart(world, thread) &&
      nobodyElse(world, thread, (other) => world.rcu(other) > 0),
  }),
  mutant('two may stop the machine', {
    stopMachineMayStart: (world, thread) =>
      world.stopper() >= 0 || KERNEL_RULES.stopMachineMayStart(world, thread),
    mayRunBesideStopMachine: true,
  }),
  mutant('a rwlock leaves preemption on', { disablesPreemption: (kind) => kind === 'spinlock' }),
  mutant('a mutex is one lock for all its readers', {
    isShared: (kind) => kind === 'mutex' || KERNEL_RULES.isShared(kind),
  }),
  mutant('a rwlock has no readers', { isShared: (kind) => kind !== 'rwlock' && KERNEL_RULES.isShared(kind) }),
  mutant('a percpu-rwsem has no readers', {
    isShared: (kind) => kind !== 'percpu-rwsem' && KERNEL_RULES.isShared(kind),
  }),
  mutant('writers of a rwlock do not stand in line', {
    writerQueues: (kind) => kind !== 'rwlock' && KERNEL_RULES.writerQueues(kind),
  }),
  mutant('writers of a percpu-rwsem do not stand in line', {
    writerQueues: (kind) => kind !== 'percpu-rwsem' && KERNEL_RULES.writerQueues(kind),
  }),
  mutant('a percpu-rwsem does not sleep', {
    sleeps: (kind) => kind !== 'percpu-rwsem' && KERNEL_RULES.sleeps(kind),
  }),
  mutant('a rwsem does not sleep', { sleeps: (kind) => kind !== 'rwsem' && KERNEL_RULES.sleeps(kind) }),
  mutant('a rwlock sleeps', { sleeps: (kind) => kind === 'rwlock' || KERNEL_RULES.sleeps(kind) }),
  mutant('stop_machine starts at once', { stopMachineMayStart: () => true }),
  mutant('others run beside stop_machine', { mayRunBesideStopMachine: true }),
  mutant('freed pages may be read', blind(PAGE.freed)),
  mutant('reused pages may be read', blind(PAGE.reused)),
  mutant('poisoned pages may be read', blind(PAGE.poisoned)),
  mutant('pages that are offline may be read', blind(PAGE.offline)),
  mutant('removed pages may be read', blind(PAGE.removed)),
  mutant('free does nothing', { stateAfterFree: PAGE.live }),
  mutant('free poisons', { stateAfterFree: PAGE.poisoned }),
  mutant('what is freed may be freed again', { freesTwice: undefined }),
  mutant('the top table is freed as any other', { freesStatic: true }),
  mutant('nothing is used again', { mayReuse: () => false }),
  mutant('through none is through a leaf', { throughNone: 'leaf-descent' }),
  mutant('through a leaf is through none', { throughLeaf: 'null-descent' }),
  mutant('through a bad entry is through none', { throughBad: 'null-descent' }),
  mutant('a lock may be kept', { endsHolding: undefined }),
  mutant('a lock may be released by anybody', { unlocksUnheld: undefined }),
];
