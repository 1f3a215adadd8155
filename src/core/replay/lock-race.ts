/**
 * What two locks do to each other, run in the machine: the task that takes them as the code does, one that takes them in the
 * kernel's order, and a writer of each that comes between. No page is in it.
 */
import type { HeldNow, Taking } from '../analysis/waiting.js';
import type { Clash } from '../analysis/rules/rule.js';
import { explore } from '../explorer/explore.js';
import { DEFAULT_BOUNDS } from '../explorer/exploration.js';
import { protectionOf } from '../kernel/protections.js';
import type { LockKind, Scenario, ThreadDecl, ViolationKind } from '../machine/scenario.js';
import { createGraphBuilder } from '../program/graph.js';
import type { LockMode, LockRef, Op } from '../program/ir.js';

export interface LockExploration {
  readonly kinds: readonly ViolationKind[];
  readonly states: number;
}

type Pair = readonly [enter: Op, leave: Op];

/** What can come of it. Nothing is run where only the context is wrong: the machine has no contexts. */
export function lockRace(taking: Taking, clash: Clash, held: readonly HeldNow[]): LockExploration {
  const outer = held.find(({ name }) => name === clash.with);
  if (!outer) return { kinds: [], states: 0 };
  const isSame = outer.class === taking.lock.class;
  const around = nested([
    enterOuter(outer),
    onLock(isSame ? outer.name : taking.lock.class, taking.lock.class, taking.mode),
  ]);
  const inner = isSame ? outer.name : taking.lock.class;
  const others: readonly (readonly Op[])[] =
    clash.consequence !== 'deadlock'
      ? []
      : isSame
        ? [nested([onLock(inner, taking.lock.class, 'write')])]
        : [
            nested([onLock(inner, taking.lock.class, 'read'), onLock(outer.name, outer.class, 'write')]),
            nested([onLock(inner, taking.lock.class, 'write')]),
          ];
  const kinds = new Map<string, LockKind>([[inner, kindOf(taking.lock)]]);
  if (protectionOf(outer.class)?.effect.kind === 'lock' || !protectionOf(outer.class))
    kinds.set(
      outer.name,
      isSame
        ? kindOf(taking.lock)
        : kindOf({ class: outer.class, ...(outer.isAtomic ? { spins: true } : {}) }),
    );
  const scenario: Scenario = {
    title: `${taking.ref.facts.name}() ${clash.where}`,
    arch: { name: 'any', flushWaitsForIrqsOff: false, rcuWaitsForIrqsOff: true },
    pages: [],
    locks: [...kinds].map(([name, kind]) => ({ name, kind })),
    threads: [around, ...others].map(threadOf),
    assumptions: [],
  };
  const { violations, states } = explore(scenario, DEFAULT_BOUNDS);
  return { kinds: violations.map(({ kind }) => kind), states };
}

function threadOf(ops: readonly Op[], index: number): ThreadDecl {
  const graph = createGraphBuilder();
  for (const op of ops) graph.emit(op, op.op);
  const name = index === 0 ? 'task' : `other${index}`;
  return {
    name,
    cpu: index,
    title: name,
    role: index === 0 ? 'walker' : 'environment',
    program: { steps: graph.finish(), assumptions: [] },
  };
}

/** Each entered in this order, and left in the opposite one. */
const nested = (pairs: readonly Pair[]): readonly Op[] => [
  ...pairs.map(([enter]) => enter),
  ...[...pairs].reverse().map(([, leave]) => leave),
];

function onLock(name: string, id: string, mode: LockMode): Pair {
  const lock: LockRef = { class: id, name };
  return [
    { op: 'lock', lock, mode },
    { op: 'unlock', lock, mode },
  ];
}

const STATES: Readonly<Record<string, Pair>> = {
  rcu: [{ op: 'rcu_read_lock' }, { op: 'rcu_read_unlock' }],
  irq: [{ op: 'irq_off' }, { op: 'irq_on' }],
  preempt: [{ op: 'preempt_off' }, { op: 'preempt_on' }],
  'stop-machine': [{ op: 'stop_machine' }, { op: 'end_stop_machine' }],
};

const enterOuter = ({ class: id, name, mode }: HeldNow): Pair => STATES[id] ?? onLock(name, id, mode);

function kindOf(lock: LockRef): LockKind {
  const effect = protectionOf(lock.class)?.effect;
  if (effect?.kind === 'lock') return effect.lock;
  return lock.spins ? 'spinlock' : 'mutex';
}
