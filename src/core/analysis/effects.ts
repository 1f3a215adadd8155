/**
 * What calls do to the locks: a function that takes a lock for its caller, or lets the caller's go, is summed up once by the
 * locksets of its own body. Only functions that call lock APIs themselves, or through a few others, are looked at.
 */
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Expr, FunctionProgram } from '../program/ir.js';
import { keyOf, meet, NOTHING, type Held, type HeldLock } from './held.js';
import {
  evaluate,
  instanceText,
  locksetsOf,
  NO_EFFECT,
  type CallEffect,
  type CallOutcome,
} from './locksets.js';
import type { Programs } from './programs.js';

export interface Effects {
  /** The effect of the calls in a function. */
  within(ref: FunctionRef): CallEffect;
  /** Whether a function, or one that it calls in sight, takes or lets go of anything. */
  touchesLocks(ref: FunctionRef): boolean;
  /** What a function leaves taken or let go for whoever called it, on every way out. */
  of(ref: FunctionRef): Held;
  /** Texts have changed: what was summed up may not hold any more. */
  forget(): void;
}

/** How deep functions that only pass a lock on are followed. */
const MAX_DEPTH = 4;
/**
 * Functions of other files are looked at only when their name says that they may leave a lock taken or let one go: a tree has
 * thousands of calls on the way to a walker, and nearly all give back what they take.
 */
const WRAPPER = /lock|acquire|release|freeze|thaw|_(begin|end|start|done|enter|exit)$/;

const NOTHING_DONE: readonly CallOutcome[] = [{ change: NOTHING }];

export function createEffects(index: TreeIndex, programs: Programs, knowledge: Knowledge): Effects {
  const summaries = new Map<string, readonly CallOutcome[]>();
  const locking = new Map<string, boolean>();

  const inSight = (name: string, file: string): readonly FunctionRef[] => {
    const own = index.functionsIn(file).filter(({ facts }) => facts.name === name);
    return own.length > 0 || !WRAPPER.test(name) ? own : index.definitions(name, { file });
  };

  const isLockCall = (name: string): boolean =>
    knowledge
      .lockCalls(name, () => undefined)
      .some(
        ({ call }) => call.effect === 'acquire' || call.effect === 'release' || call.effect === 'downgrade',
      );

  /** Whether a function's text calls a lock API, itself or through another. */
  const touchesLocks = (ref: FunctionRef, depth: number): boolean => {
    const key = keyOfRef(ref);
    const known = locking.get(key);
    if (known !== undefined) return known;
    if (depth === 0) return false;
    locking.set(key, false);
    const found = ref.facts.calls.some(({ kind, callee }) => {
      if (kind !== 'direct') return false;
      if (isLockCall(callee) || callee === 'guard') return true;
      return inSight(callee, ref.file).some((inner) => touchesLocks(inner, depth - 1));
    });
    locking.set(key, found);
    return found;
  };

  const summaryOf = (ref: FunctionRef, depth: number): readonly CallOutcome[] => {
    const key = keyOfRef(ref);
    const known = summaries.get(key);
    if (known) return known;
    summaries.set(key, NOTHING_DONE);
    const program = touchesLocks(ref, MAX_DEPTH) ? programs.of(ref) : undefined;
    const outcomes = program
      ? outcomesOf(program, depth > 0 ? effectWithin(ref, depth - 1) : NO_EFFECT)
      : NOTHING_DONE;
    summaries.set(key, outcomes);
    return outcomes;
  };

  const effectWithin =
    (from: FunctionRef, depth: number): CallEffect =>
    (step, values) => {
      if (step.callee.kind !== 'symbol') return NOTHING_DONE;
      const [target] = inSight(step.callee.name, from.file);
      if (!target) return NOTHING_DONE;
      const outcomes = summaryOf(target, depth);
      if (outcomes === NOTHING_DONE) return outcomes;
      const args = step.args.map((arg) => evaluate(arg, values));
      return outcomes.map((outcome) => inCallersNames(outcome, target, args));
    };

  return {
    within: (ref) => effectWithin(ref, MAX_DEPTH),
    touchesLocks: (ref) => touchesLocks(ref, MAX_DEPTH),
    of: (ref) => {
      const [first, ...others] = summaryOf(ref, MAX_DEPTH).map(({ change }) => change);
      return first ? others.reduce(meet, first) : NOTHING;
    },
    forget: () => {
      summaries.clear();
      locking.clear();
    },
  };
}

const keyOfRef = ({ file, facts }: FunctionRef): string => `${file}:${facts.name}:${facts.start}`;

/** The different ways in which a function ends, as seen by its caller. */
function outcomesOf(program: FunctionProgram, effect: CallEffect): readonly CallOutcome[] {
  const { exits } = locksetsOf(program, NOTHING, new Map(), effect);
  const found = new Map<string, CallOutcome>();
  for (const { held, result } of exits) {
    const change = withoutAsserts(held);
    const constant = result?.kind === 'int' ? result : undefined;
    found.set(`${keyOf(change)} ${constant?.value ?? ''}`, {
      change,
      ...(constant ? { result: constant } : {}),
    });
  }
  const outcomes = [...found.values()];
  return outcomes.length === 0 || outcomes.every(({ change }) => change.size === 0) ? NOTHING_DONE : outcomes;
}

function withoutAsserts(held: Held): Held {
  return new Map([...held].filter(([, { asserted }]) => !asserted));
}

/** `mmap_lock(mm)` of a callee whose first parameter is `mm` is `mmap_lock(vma->vm_mm)` of a caller that passes that. */
function inCallersNames(outcome: CallOutcome, target: FunctionRef, args: readonly Expr[]): CallOutcome {
  const change = new Map<string, HeldLock>();
  for (const [name, lock] of outcome.change) change.set(translate(name, target.facts.params, args), lock);
  return { ...outcome, change };
}

/** A lock's name with parameters replaced by what the caller passes. */
export function translate(name: string, params: readonly string[], args: readonly Expr[]): string {
  const [, lock, base, rest = ''] = /^([^(]+)\((\w+)(.*)\)$/.exec(name) ?? [];
  if (lock === undefined || base === undefined) return name;
  const arg = args[params.indexOf(base)];
  if (!arg) return name;
  const text = instanceText(arg);
  const path = arg.kind === 'address' || arg.kind === 'symbol' ? rest.replace(/^->/, '.') : rest;
  return `${lock}(${text}${path})`;
}
