/**
 * Lock APIs that name their lock by its address: down_read(&mm->mmap_lock), spin_lock(ptl). What lock it is comes from the last
 * name of that argument: a row's `fields`, or else a class of its own.
 */
import type { LockKind } from '../machine/scenario.js';
import type { LockMode } from '../program/ir.js';
import { words } from './primitives-row.js';
import type { Acquired } from './types.js';

export interface GenericLockCall {
  readonly api: string;
  readonly effect: 'acquire' | 'release' | 'downgrade' | 'assert';
  readonly lock: LockKind | 'any';
  readonly mode: LockMode | 'any';
  readonly acquired?: Exclude<Acquired, 'always'>;
  /** Argument that is the lock's address. */
  readonly argument: number;
  readonly sleeps: boolean;
  /** State of the CPU that comes with it: a row of kernel/protections.ts. */
  readonly context?: 'irq' | 'rcu';
  readonly source: string;
}

type Shape = Omit<GenericLockCall, 'api' | 'argument'> & { readonly argument?: number };

function calls(apis: string, shape: Shape): GenericLockCall[] {
  return words(apis).map((api) => ({ api, argument: 0, ...shape }));
}

/** Spinning locks come in families: plain, _bh, _nested, _irq and _irqsave (which turn interrupts off), _trylock. */
function spinning(prefix: string, lock: LockKind, mode: LockMode, source: string): GenericLockCall[] {
  const all = (suffixes: string): string =>
    words(suffixes)
      .map((suffix) => `${prefix}_${suffix}`)
      .join(' ');
  const irq = { lock, mode, sleeps: false, context: 'irq', source } as const;
  return [
    ...calls(all('lock lock_bh lock_nested lock_nest_lock'), {
      effect: 'acquire',
      lock,
      mode,
      sleeps: false,
      source,
    }),
    ...calls(all('trylock trylock_bh'), {
      effect: 'acquire',
      lock,
      mode,
      acquired: 'true',
      sleeps: false,
      source,
    }),
    ...calls(all('unlock unlock_bh'), { effect: 'release', lock, mode, sleeps: false, source }),
    ...calls(all('lock_irq lock_irqsave lock_irqsave_nested'), { effect: 'acquire', ...irq }),
    ...calls(all('trylock_irq trylock_irqsave'), { effect: 'acquire', acquired: 'true', ...irq }),
    ...calls(all('unlock_irq unlock_irqrestore'), { effect: 'release', ...irq }),
  ];
}

const RWSEM = 'include/linux/rwsem.h:down_read';
const MUTEX = 'include/linux/mutex.h:mutex_lock';
const PERCPU = 'include/linux/percpu-rwsem.h:percpu_down_read';
const LOCKDEP = 'include/linux/lockdep.h:lockdep_assert_held';

export const GENERIC_LOCK_CALLS: readonly GenericLockCall[] = [
  ...calls('down_read down_read_nested down_read_non_owner', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'read',
    sleeps: true,
    source: RWSEM,
  }),
  ...calls('down_read_killable down_read_interruptible', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'read',
    acquired: 'zero',
    sleeps: true,
    source: RWSEM,
  }),
  ...calls('down_read_trylock', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'read',
    acquired: 'true',
    sleeps: false,
    source: RWSEM,
  }),
  ...calls('up_read up_read_non_owner', {
    effect: 'release',
    lock: 'rwsem',
    mode: 'read',
    sleeps: false,
    source: RWSEM,
  }),
  ...calls('down_write down_write_nested down_write_nest_lock', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'write',
    sleeps: true,
    source: RWSEM,
  }),
  ...calls('down_write_killable', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'write',
    acquired: 'zero',
    sleeps: true,
    source: RWSEM,
  }),
  ...calls('down_write_trylock', {
    effect: 'acquire',
    lock: 'rwsem',
    mode: 'write',
    acquired: 'true',
    sleeps: false,
    source: RWSEM,
  }),
  ...calls('up_write', { effect: 'release', lock: 'rwsem', mode: 'write', sleeps: false, source: RWSEM }),
  ...calls('downgrade_write', {
    effect: 'downgrade',
    lock: 'rwsem',
    mode: 'read',
    sleeps: false,
    source: RWSEM,
  }),
  ...calls('mutex_lock mutex_lock_nested mutex_lock_io', {
    effect: 'acquire',
    lock: 'mutex',
    mode: 'write',
    sleeps: true,
    source: MUTEX,
  }),
  ...calls('mutex_lock_interruptible mutex_lock_killable', {
    effect: 'acquire',
    lock: 'mutex',
    mode: 'write',
    acquired: 'zero',
    sleeps: true,
    source: MUTEX,
  }),
  ...calls('mutex_trylock', {
    effect: 'acquire',
    lock: 'mutex',
    mode: 'write',
    acquired: 'true',
    sleeps: false,
    source: MUTEX,
  }),
  ...calls('mutex_unlock', { effect: 'release', lock: 'mutex', mode: 'write', sleeps: false, source: MUTEX }),
  ...calls('percpu_down_read', {
    effect: 'acquire',
    lock: 'percpu-rwsem',
    mode: 'read',
    sleeps: true,
    source: PERCPU,
  }),
  ...calls('percpu_down_read_trylock', {
    effect: 'acquire',
    lock: 'percpu-rwsem',
    mode: 'read',
    acquired: 'true',
    sleeps: false,
    source: PERCPU,
  }),
  ...calls('percpu_up_read', {
    effect: 'release',
    lock: 'percpu-rwsem',
    mode: 'read',
    sleeps: false,
    source: PERCPU,
  }),
  ...calls('percpu_down_write', {
    effect: 'acquire',
    lock: 'percpu-rwsem',
    mode: 'write',
    sleeps: true,
    source: PERCPU,
  }),
  ...calls('percpu_up_write', {
    effect: 'release',
    lock: 'percpu-rwsem',
    mode: 'write',
    sleeps: false,
    source: PERCPU,
  }),
  ...spinning('spin', 'spinlock', 'write', 'include/linux/spinlock.h:spin_lock'),
  ...spinning('raw_spin', 'spinlock', 'write', 'include/linux/spinlock.h:raw_spin_lock'),
  ...spinning('read', 'rwlock', 'read', 'include/linux/rwlock.h:read_lock'),
  ...spinning('write', 'rwlock', 'write', 'include/linux/rwlock.h:write_lock'),
  ...calls('arch_spin_lock', {
    effect: 'acquire',
    lock: 'spinlock',
    mode: 'write',
    sleeps: false,
    source: 'include/asm-generic/qspinlock.h:arch_spin_lock',
  }),
  ...calls('arch_spin_unlock', {
    effect: 'release',
    lock: 'spinlock',
    mode: 'write',
    sleeps: false,
    source: 'include/asm-generic/qspinlock.h:arch_spin_unlock',
  }),
  ...calls(
    'lockdep_assert_held lockdep_assert_held_once rwsem_assert_held assert_spin_locked assert_raw_spin_locked',
    { effect: 'assert', lock: 'any', mode: 'any', sleeps: false, source: LOCKDEP },
  ),
  ...calls('lockdep_assert_held_write rwsem_assert_held_write', {
    effect: 'assert',
    lock: 'any',
    mode: 'write',
    sleeps: false,
    source: LOCKDEP,
  }),
  ...calls('lockdep_assert_held_read', {
    effect: 'assert',
    lock: 'any',
    mode: 'read',
    sleeps: false,
    source: LOCKDEP,
  }),
];

/** guard(spinlock_irqsave)(&lock): the guard's name, and the API that it stands for. */
export const GENERIC_GUARDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rwsem_read: 'down_read',
    rwsem_read_try: 'down_read_trylock',
    rwsem_read_intr: 'down_read_interruptible',
    rwsem_write: 'down_write',
    rwsem_write_try: 'down_write_trylock',
    rwsem_write_kill: 'down_write_killable',
    mutex: 'mutex_lock',
    mutex_try: 'mutex_trylock',
    mutex_intr: 'mutex_lock_interruptible',
    mutex_kill: 'mutex_lock_killable',
    percpu_read: 'percpu_down_read',
    percpu_read_try: 'percpu_down_read_trylock',
    percpu_write: 'percpu_down_write',
    spinlock: 'spin_lock',
    spinlock_try: 'spin_trylock',
    spinlock_bh: 'spin_lock_bh',
    spinlock_irq: 'spin_lock_irq',
    spinlock_irqsave: 'spin_lock_irqsave',
    spinlock_irqsave_try: 'spin_trylock_irqsave',
    raw_spinlock: 'raw_spin_lock',
    raw_spinlock_try: 'raw_spin_trylock',
    raw_spinlock_nested: 'raw_spin_lock_nested',
    raw_spinlock_irq: 'raw_spin_lock_irq',
    raw_spinlock_irqsave: 'raw_spin_lock_irqsave',
    read_lock: 'read_lock',
    read_lock_irq: 'read_lock_irq',
    read_lock_irqsave: 'read_lock_irqsave',
    write_lock: 'write_lock',
    write_lock_irq: 'write_lock_irq',
    write_lock_irqsave: 'write_lock_irqsave',
  }),
);
