/** A lock that is waited for, and what is held there, along one chain of calls: what the rules about locks judge. */
import { LETS_GO_OF_MMAP_LOCK, type Context } from '../kernel/contexts.js';
import { protectionOf } from '../kernel/protections.js';
import type { LockKind } from '../machine/scenario.js';
import type { FunctionRef } from '../index/link.js';
import { successors, stepsFrom } from '../program/graph.js';
import {
  END,
  type Expr,
  type FunctionProgram,
  type LockMode,
  type LockRef,
  type Place,
  type Step,
} from '../program/ir.js';
import { NOTHING, parseLockName, type Held, type LockName } from './held.js';
import { locksetsOf } from './locksets.js';
import type { CallEffect, LockState } from './transfer.js';
import { evaluate, lockName, type Values } from './values.js';

/** A step of a function that waits for a lock. */
export interface Taking {
  readonly ref: FunctionRef;
  readonly program: FunctionProgram;
  readonly step: number;
  readonly lock: LockRef;
  readonly mode: LockMode;
  readonly at: Place;
  readonly text: string;
}

/** Something that is held at a point. */
export interface HeldNow {
  readonly name: LockName;
  readonly class: string;
  readonly mode: LockMode;
  /** The name for people: locals of callers lose the caller's mark. */
  readonly text: string;
  /** Nothing may sleep while it is held. */
  readonly isAtomic: boolean;
  readonly isAsserted: boolean;
}

export interface Waiting {
  /** Class of the lock that is waited for, and how it is taken. */
  readonly lock: string;
  readonly mode: LockMode;
  readonly held: readonly HeldNow[];
  /** Of the root, where the chain goes up to one. */
  readonly context: Context | undefined;
  /** Whether what is held is the very lock that is waited for, and not the one of another object. */
  readonly isSame: (held: HeldNow) => boolean;
}

const SLEEPING: ReadonlySet<LockKind> = new Set<LockKind>(['mutex', 'rwsem', 'percpu-rwsem']);
const ATOMIC_STATES: ReadonlySet<string> = new Set(['rcu', 'irqs-off', 'preempt-off', 'stop-machine']);

/** Whether a function lets go of what only its callers can hold, of this class, on some way. */
export function letsGoOf(program: FunctionProgram, id: string, effectOf: CallEffect): boolean {
  return locksetsOf(program, NOTHING, new Map(), effectOf).before.some((states) =>
    states.some(({ held }) =>
      [...held].some(([name, { count }]) => count < 0 && parseLockName(name).class === id),
    ),
  );
}

/** The steps of a function that wait for a lock by sleeping. */
export function takingsOf(ref: FunctionRef, program: FunctionProgram): readonly Taking[] {
  return program.steps.flatMap((step, index): readonly Taking[] =>
    step.op === 'lock' && step.at && sleepsFor(step.lock)
      ? [{ ref, program, step: index, lock: step.lock, mode: step.mode, at: step.at, text: step.text }]
      : [],
  );
}

function sleepsFor(lock: LockRef): boolean {
  const effect = protectionOf(lock.class)?.effect;
  return effect === undefined ? lock.spins !== true : effect.kind === 'lock' && SLEEPING.has(effect.lock);
}

/**
 * What is held at a point, by class. A class of which something was let go is taken to be let go as a whole: whose lock it was,
 * the names of two functions do not tell.
 */
export function heldNow(held: Held): readonly HeldNow[] {
  const gone = new Set(
    [...held].filter(([, { count }]) => count < 0).map(([name]) => parseLockName(name).class),
  );
  return [...held]
    .flatMap(([name, { mode, count, asserted, spins }]): readonly HeldNow[] => {
      const { class: id } = parseLockName(name);
      if (count <= 0 || gone.has(id)) return [];
      const effect = protectionOf(id)?.effect;
      const isAtomic =
        effect === undefined
          ? spins === true
          : effect.kind === 'lock'
            ? !SLEEPING.has(effect.lock)
            : ATOMIC_STATES.has(effect.kind);
      return [{ name, class: id, mode, text: unmarked(name), isAtomic, isAsserted: asserted === true }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `mmap_lock(vma->vm_mm)` of `mmap_lock(caller:vma->vm_mm)`. */
export const unmarked = (name: LockName): LockName => name.replace(/\(\w+:(?!:)/, '(');

/** The states in which a taking waits, when its function's parameters are these; none: it is not reached. */
export function statesAt(
  { program, step }: Taking,
  values: Values,
  effectOf: CallEffect,
): readonly LockState[] {
  return locksetsOf(program, NOTHING, values, effectOf).before[step] ?? [];
}

/**
 * Whether the function goes on either way, with the lock taken here and without: `if (!*locked) mmap_read_lock(mm);`. What its
 * callers pass decides then. A way that only ends the function is none.
 */
export function isPassedBy({ program, step }: Taking, values: Values, effectOf: CallEffect): boolean {
  const { steps } = program;
  const end: Step = { op: 'return', next: END, text: '' };
  const without = { ...program, steps: steps.map((each, index) => (index === step ? end : each)) };
  const states = locksetsOf(without, NOTHING, values, effectOf).before;
  const taking = steps[step];
  const after = taking ? stepsFrom(steps, successors(taking)) : [];
  return [...after].some((index) => steps[index]?.op === 'call' && (states[index]?.length ?? 0) > 0);
}

/**
 * Whether what is held along a chain is the lock that is waited for. Held by the function itself: the names are the same. Held
 * by a caller: only when the object comes from there, or is a global one.
 */
export function isSameLock(
  { lock }: Taking,
  states: readonly LockState[],
  { name, class: id }: HeldNow,
): boolean {
  if (lock.class !== id || states.length === 0) return false;
  const { instance } = lock;
  if (!instance) return name === id;
  return states.every(({ held, values }) => {
    const own = lockName(lock, values);
    return comesFromOutside(evaluate(instance, values))
      ? unmarked(own) === unmarked(name)
      : own === name && held.has(own);
  });
}

/** A global object, or one that a caller has passed (its name is marked with the caller's). */
function comesFromOutside(instance: Expr): boolean {
  return instance.kind === 'symbol' || (instance.kind === 'var' && instance.name.includes(':'));
}

/**
 * Whether the lock is only taken where a function that was called has said that it let go of it: through a flag whose address it
 * was given, or by what it returned.
 */
export function isTakenBack({ program, lock }: Taking, states: readonly LockState[]): boolean {
  const flags = new Set(
    program.steps.flatMap((step) =>
      step.op === 'call'
        ? step.args.flatMap((arg) =>
            arg.kind === 'address' ? [arg.of] : arg.kind === 'var' ? [`${arg.name}->*`] : [],
          )
        : [],
    ),
  );
  if (states.every(({ values }) => [...values.keys()].some((name) => flags.has(name)))) return true;
  const mayTell = new RegExp(`\\b(?:${LETS_GO_OF_MMAP_LOCK.join('|')})\\b`);
  return (
    lock.class === 'mmap_lock' && program.steps.some(({ op, text }) => op === 'branch' && mayTell.test(text))
  );
}
