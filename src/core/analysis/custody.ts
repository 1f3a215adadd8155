/**
 * What a function takes and lets go, call by call: which lock was taken where, and what of it is still held where the function
 * ends. Ways that cannot be taken together are left out: a condition that is written twice and whose operands stay the same has
 * one answer, so `if (locked) unlock()` belongs to the `locked` that took it.
 */
import { droppingCall } from '../kernel/dropping-calls.js';
import { TABLE_LOCK } from '../kernel/lock-roles.js';
import { protectionOf } from '../kernel/protections.js';
import { variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import {
  calledAgain,
  forget,
  letGo,
  taken,
  textOf,
  type Acquisition,
  type Custody,
  type SecondRelease,
} from './custody-state.js';
import { parseLockName, type Held, type LockName } from './held.js';
import { ride, type Move, type Rider } from './locksets.js';
import type { CallEffect, CallOutcome } from './transfer.js';
import { evaluate, type Values } from './values.js';
import { calledIn } from './one-call.js';
import { alikeOutcomes } from './outcomes.js';
import {
  afterMove,
  answersTo,
  conditionsAskedTogether,
  conditionsWrittenTwice,
  NO_ANSWERS,
  sameAnswers,
} from './answers.js';

/** One way out of a function. */
export interface Exit {
  readonly step: number;
  readonly result: Expr | undefined;
  readonly values: Values;
  /** Still held, of what the function took. */
  readonly open: readonly Acquisition[];
  /** Taken and let go on this way. */
  readonly closed: readonly Acquisition[];
  /** Locks of its callers that it let go, and did not take again. */
  readonly callers: readonly LockName[];
}

export interface CustodyOf {
  readonly exits: readonly Exit[];
  readonly secondReleases: readonly SecondRelease[];
  /** Steps whose lock is let go on some way, by another call than the one that took it. */
  readonly undone: ReadonlySet<number>;
}

/** Undefined: there are too many ways to say. */
export function custodyOf(program: FunctionProgram, effectOf: CallEffect): CustodyOf | undefined {
  const secondReleases = new Map<number, SecondRelease>();
  const undone = new Set<number>();
  const twice = conditionsWrittenTwice(program);
  const together = conditionsAskedTogether(program);
  const returned = returnedVariables(program);
  const rider: Rider<Custody> = {
    start: { open: [], closed: [], callers: [], unsure: [], answers: NO_ANSWERS, results: '' },
    keyOf: (state) => `${textOf(state)}|${answersTo(together, state.answers)}`,
    join: (left, right) => {
      const answers = sameAnswers(left.answers, right.answers);
      return answers === left.answers ? left : { ...left, answers };
    },
    after: (before, move) => {
      const answers = afterMove(before.answers, move, twice);
      if (!answers) return undefined;
      const unsure = unsureAfter(move, effectOf);
      let state: Custody = forget(calledAgain(before, move, program), unsure);
      state = { ...state, answers, results: resultsIn(move.after.values, returned) };
      for (const { lock, count } of changes(move.before.held, move.after.held)) {
        if (unsure.has(parseLockName(lock).class)) continue;
        for (let each = 0; each < count; each += 1) state = taken(state, { lock, step: move.index });
        for (let each = 0; each > count; each -= 1)
          state = letGo(state, lock, move, program, undone, secondReleases);
      }
      return { state };
    },
  };
  const { exits, isWhole } = ride(program, effectOf, rider);
  if (!isWhole) return undefined;
  return {
    exits: exits.map(({ step, result, values, rider: { open, closed, callers } }) => ({
      step,
      result,
      values,
      open,
      closed,
      callers,
    })),
    secondReleases: [...secondReleases.values()],
    undone,
  };
}

/**
 * Classes of locks that a call may have let go or taken, where what it returns does not tell: it is known to do so, or its own body
 * ends in ways that its caller can't tell apart.
 */
function unsureAfter({ step, before }: Move, effectOf: CallEffect): ReadonlySet<string> {
  if (comparesLocks(step, before.values)) return TABLE_LOCKS;
  const row = droppingCall(calledIn(step) ?? '');
  const isAsked = row?.returns === 'leaves' && !(row.hasFlag && /\b(NULL|0)\s*\)$/.test(step.text));
  const outcomes = step.op === 'call' ? effectOf(step, before.values) : [];
  return outcomes.length > 1 || isAsked
    ? new Set([...untold(outcomes), ...(isAsked ? row.locks : [])])
    : NOTHING_UNSURE;
}

/** `pml != ptl`: two tables may have one lock, and then it is taken and let go once. */
function comparesLocks(step: Step, values: Values): boolean {
  if (step.op !== 'branch' || step.condition.kind !== 'binary') return false;
  const { operator, left, right } = step.condition;
  if (operator !== '==' && operator !== '!=') return false;
  return [left, right].every((each) => {
    const value = evaluate(each, values);
    return value.kind === 'symbol' && protectionOf(value.name)?.id === TABLE_LOCK;
  });
}

const TABLE_LOCKS: ReadonlySet<string> = new Set([TABLE_LOCK]);
const NOTHING_UNSURE: ReadonlySet<string> = new Set();

/** Classes of locks that outcomes which look the same leave differently. */
function untold(outcomes: readonly CallOutcome[]): readonly string[] {
  return alikeOutcomes(outcomes).flatMap((alike) => {
    const locks = new Set(alike.flatMap(({ change }) => [...change.keys()]));
    const counts = (lock: LockName): ReadonlySet<number> =>
      new Set(alike.map(({ change }) => change.get(lock)?.count ?? 0));
    return [...locks].filter((lock) => counts(lock).size > 1).map((lock) => parseLockName(lock).class);
  });
}

/** How often each lock is held more than before. A lock that is only asserted is the caller's. */
function changes(before: Held, after: Held): readonly { readonly lock: LockName; readonly count: number }[] {
  if (before === after) return [];
  const counts = new Map<LockName, number>();
  const add = (held: Held, sign: 1 | -1): void => {
    for (const [name, { count, asserted }] of held) {
      const lock = lockOf(name);
      if (!asserted) counts.set(lock, (counts.get(lock) ?? 0) + sign * count);
    }
  };
  add(after, 1);
  add(before, -1);
  return [...counts].map(([lock, count]) => ({ lock, count })).filter(({ count }) => count !== 0);
}

/** The lock of a page table goes by many names (ptl, vmf->ptl, *ptlp), and they are not told apart. */
function lockOf(name: LockName): LockName {
  const { class: lock } = parseLockName(name);
  return lock === TABLE_LOCK ? lock : name;
}

/** Variables that are returned, and what is stored through parameters: what the caller can tell the ways by. */
function returnedVariables({ steps, params }: FunctionProgram): readonly Var[] {
  const returned = steps.flatMap((step) =>
    step.op === 'return' && step.value ? variablesOf(step.value) : [],
  );
  return [...new Set([...returned, ...params.map(({ name }) => `${name}->*`)])];
}

function resultsIn(values: Values, returned: readonly Var[]): string {
  return returned
    .flatMap((name) => {
      const value = values.get(name);
      return value?.kind === 'int' ? [`${name}=${value.value}`] : [];
    })
    .join();
}

/** What the caller sees of a way out, as text: what is returned and what is stored for it. */
export function answerOf({ result, values }: Exit, { params }: FunctionProgram): string {
  const stores = params.flatMap(({ name }) => {
    const value = values.get(`${name}->*`);
    return value?.kind === 'int' ? [`*${name}=${value.value}`] : [];
  });
  return [result ? printExpr(result) : '', ...stores].join(' ');
}
