/** Locks as options of a Promela process. Written from the specification, not from the machine's code. */
import type { Step } from '../../program/ir.js';
import type { LockKind } from '../../machine/scenario.js';
import type { ThreadWriter } from './promela-words.js';
import {
  STAY,
  die,
  goTo,
  graceMask,
  noReaders,
  orDie,
  otherWriterWaits,
  quiesce,
  readsOf,
  setVar,
} from './promela-words.js';

const SLEEPING: readonly LockKind[] = ['rwsem', 'percpu-rwsem', 'mutex'];
const SPINNING: readonly LockKind[] = ['spinlock', 'rwlock'];
const SHARED: readonly LockKind[] = ['rwsem', 'percpu-rwsem', 'rwlock'];

/** A lock of a thread's step. */
interface LockAt {
  /** Its number in the model. */
  readonly lock: number;
  readonly kind: LockKind;
  readonly isRead: boolean;
}

const lockAt = ({ model }: ThreadWriter, lock: number, mode: 'read' | 'write'): LockAt => {
  const kind = model.locks[lock]?.kind ?? 'mutex';
  return { lock, kind, isRead: mode === 'read' && SHARED.includes(kind) };
};

/** The options that take a lock, of a thread that stands `here`. */
export function lockOptions(
  writer: ThreadWriter,
  lock: number,
  step: Extract<Step, { op: 'lock' | 'unlock' }>,
  here: string,
): readonly string[] {
  const at = lockAt(writer, lock, step.mode);
  const next = goTo(step.next);
  return at.isRead ? readLock(writer, at, here, next) : writeLock(writer, at, here, next);
}

export function trylock(writer: ThreadWriter, lock: number, step: Extract<Step, { op: 'trylock' }>): string {
  const { model, index } = writer;
  const at = lockAt(writer, lock, step.mode);
  const free = `writer[${lock}] == 0 && !${otherWriterWaits(model, lock, index)}${at.isRead ? '' : ` && ${noReaders(model, lock)}`}`;
  const set = (value: string): string => setVar(writer, step.dst, value);
  return `if :: ${free} -> ${take(writer, at)}; ${set('1')} :: else -> ${set('0')} fi; ${goTo(step.next)}`;
}

export function unlock(
  writer: ThreadWriter,
  lock: number,
  step: Extract<Step, { op: 'lock' | 'unlock' }>,
): string {
  const { model, index } = writer;
  const { kind, isRead } = lockAt(writer, lock, step.mode);
  const mine = readsOf(model, lock, index);
  const release = isRead ? `LESS(${mine})` : `writer[${lock}] = 0`;
  const preempt = SPINNING.includes(kind) ? `LESS(preempt[${index}]); ` : '';
  return orDie(
    'double-unlock',
    isRead ? `${mine} == 0` : `writer[${lock}] != ${index + 1}`,
    `${release}; ${preempt}${quiesce(model, index)}${goTo(step.next)}`,
  );
}

export function downgrade({ model, index }: ThreadWriter, lock: number, next: string): string {
  return orDie(
    'double-unlock',
    `writer[${lock}] != ${index + 1}`,
    `writer[${lock}] = 0; MORE(${readsOf(model, lock, index)}); ${next}`,
  );
}

function take({ model, index }: ThreadWriter, { lock, kind, isRead }: LockAt): string {
  const preempt = SPINNING.includes(kind) ? `; MORE(preempt[${index}])` : '';
  return `${isRead ? `MORE(${readsOf(model, lock, index)})` : `writer[${lock}] = ${index + 1}`}${preempt}`;
}

function readLock(writer: ThreadWriter, at: LockAt, here: string, next: string): readonly string[] {
  const { model, index } = writer;
  const { lock, kind } = at;
  const sleeps = SLEEPING.includes(kind) ? `ATOMIC(${index})` : 'false';
  const may = `(writer[${lock}] == 0 && !${otherWriterWaits(model, lock, index)})`;
  return [
    `:: ${here} && (${sleeps} || ${may}) -> if :: ${sleeps} -> ${die('sleep-in-atomic')} :: else -> ${take(writer, at)}; ${next} fi`,
  ];
}

function writeLock(writer: ThreadWriter, at: LockAt, here: string, next: string): readonly string[] {
  const { model, index } = writer;
  const { lock, kind } = at;
  const sleeps = SLEEPING.includes(kind) ? `ATOMIC(${index})` : 'false';
  const may = `(writer[${lock}] == 0 && ${noReaders(model, lock)})`;
  const enter = `wait[${index}] = 0; ${take(writer, at)}; ${next}`;
  if (!SHARED.includes(kind))
    return [
      `:: ${here} && (${sleeps} || ${may}) -> if :: ${sleeps} -> ${die('sleep-in-atomic')} :: else -> ${enter} fi`,
    ];
  const mask = graceMask(model, index);
  const grace =
    kind === 'percpu-rwsem'
      ? `:: wait[${index}] == 0 && ${mask} != 0 -> wait[${index}] = 128 + ${mask}; ${STAY} `
      : '';
  const enterOrQueue = `if :: ${may} -> ${enter} :: else -> wait[${index}] = 64; ${STAY} fi`;
  const ready = `(wait[${index}] == 0 || wait[${index}] == 128 || (wait[${index}] == 64 && ${may}))`;
  return [
    `:: ${here} && (${sleeps} || ${ready}) -> if :: ${sleeps} -> ${die('sleep-in-atomic')} :: else -> if ${grace}:: true -> ${enterOrQueue} fi fi`,
  ];
}
