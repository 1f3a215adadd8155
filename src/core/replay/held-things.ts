/** The locks and states that a program takes and lets go, and what each forbids to who holds it. */
import { lockName } from '../program/depths.js';
import type { Step } from '../program/ir.js';
import type { LockKind } from '../machine/scenario.js';
import type { Hold } from './ways.js';

export interface HoldOptions {
  /** What is held around the program: how often, by the name of the lock or state. */
  readonly around: ReadonlyMap<string, number>;
  readonly kindOf: (lock: string) => LockKind | undefined;
  /** Locks of which the kernel has many and the scenario one: inside itself such a lock is another, and left out. */
  readonly isOneOfMany: (lock: string) => boolean;
}

const STATES = [
  ['rcu', 'rcu_read_lock', 'rcu_read_unlock'],
  ['irqs-off', 'irq_off', 'irq_on'],
  ['preempt-off', 'preempt_off', 'preempt_on'],
] as const;

/** A lock or a state of the CPU that a program takes and lets go. */
export interface Thing extends Hold {
  /** Of a lock. */
  readonly name?: string;
  /** Another take of it waits for the first: a lock that is not shared. */
  readonly isExclusive: boolean;
  readonly isOneOfMany: boolean;
  /** Who holds it must not sleep. */
  readonly isAtomic: boolean;
  readonly sleeps: (step: Step) => boolean;
}

/** What a program takes or lets go at all. */
export function heldThings(
  steps: readonly Step[],
  { around, kindOf, isOneOfMany }: HoldOptions,
): readonly Thing[] {
  const sleeps = (step: Step): boolean =>
    step.op === 'sleep' ||
    step.op === 'synchronize_rcu' ||
    (step.op === 'lock' && isSleeping(kindOf(lockName(step) ?? '')));
  const states = STATES.map(([name, enter, leave]): Thing => ({
    of: ({ op }) => (op === enter ? 'enter' : op === leave ? 'leave' : undefined),
    initial: around.get(name) ?? 0,
    isExclusive: false,
    isOneOfMany: false,
    isAtomic: true,
    sleeps,
  }));
  const names = new Set(steps.flatMap((step) => lockName(step) ?? []));
  const locks = [...names].map((name): Thing => {
    const kind = kindOf(name);
    return {
      name,
      of: (step) => (lockName(step) === name ? EFFECT[step.op] : undefined),
      initial: around.get(name) ?? 0,
      isExclusive: true,
      isOneOfMany: isOneOfMany(name),
      isAtomic: kind === 'spinlock' || kind === 'rwlock',
      sleeps,
    };
  });
  return [...locks, ...states].filter((thing) => steps.some((step) => thing.of(step) !== undefined));
}

const EFFECT: Readonly<Record<string, 'enter' | 'try' | 'leave'>> = {
  lock: 'enter',
  trylock: 'try',
  unlock: 'leave',
};

const isSleeping = (kind: LockKind | undefined): boolean =>
  kind === 'rwsem' || kind === 'percpu-rwsem' || kind === 'mutex';
