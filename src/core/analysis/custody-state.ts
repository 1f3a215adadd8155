/** What one way through a function has taken and let go so far, and how a call changes that. */
import type { FunctionProgram } from '../program/ir.js';
import type { Answers } from './answers.js';
import { parseLockName, type LockName } from './held.js';
import type { Move } from './locksets.js';
import { isOneCall } from './one-call.js';

/** One taking of a lock, by the step that does it. */
export interface Acquisition {
  readonly lock: LockName;
  readonly step: number;
}

/** A lock that is let go although this function has let it go before, and not taken it again. */
export interface SecondRelease {
  readonly lock: LockName;
  /** Where it was taken, where it was let go, and where again. */
  readonly taken: number;
  readonly first: number;
  readonly second: number;
}

interface Closed extends Acquisition {
  readonly by: number;
}

export interface Custody {
  readonly open: readonly Acquisition[];
  readonly closed: readonly Closed[];
  readonly callers: readonly LockName[];
  /** Classes of locks of which nobody can say any more whether they are held: a call may have let them go. */
  readonly unsure: readonly string[];
  readonly answers: Answers;
  /** Constants that the function may return, as far as they are known: ways that return another thing are kept apart. */
  readonly results: string;
}

/** Nothing is known any more of locks of these classes. */
export function forget(state: Custody, classes: ReadonlySet<string>): Custody {
  if (classes.size === 0) return state;
  const isKnown = (lock: LockName): boolean => !classes.has(parseLockName(lock).class);
  return {
    ...state,
    open: state.open.filter(({ lock }) => isKnown(lock)),
    closed: state.closed.filter(({ lock }) => isKnown(lock)),
    callers: state.callers.filter(isKnown),
    unsure: [...new Set([...state.unsure, ...classes])].sort(),
  };
}

/**
 * A call that is made again while it still holds what it took, as the step of an iteration is, lets that go first. Whether it takes
 * it again is open, and so is what a release after it releases.
 */
export function calledAgain(state: Custody, { step, index }: Move, program: FunctionProgram): Custody {
  if (step.op !== 'choose') return state;
  const isItsOwn = (each: Acquisition): boolean => isOneCall(program.steps[each.step], step);
  const again = state.open.filter(isItsOwn);
  const closed = state.closed.filter((each) => !isItsOwn(each));
  if (again.length === 0 && closed.length === state.closed.length) return state;
  return {
    ...state,
    open: state.open.filter((each) => !isItsOwn(each)),
    closed: [...closed, ...again.map((each) => ({ ...each, by: index }))],
  };
}

/** A lock is taken: one of the callers' that was let go is theirs again. */
export function taken(state: Custody, acquisition: Acquisition): Custody {
  const { lock, step } = acquisition;
  // The same call again, on a way round a loop: whatever let it go was not seen.
  if (state.open.some((each) => each.lock === lock && each.step === step)) return state;
  const { class: wanted } = parseLockName(lock);
  const mine = state.callers.findIndex((each) => parseLockName(each).class === wanted);
  return mine >= 0
    ? { ...state, callers: without(state.callers, mine) }
    : {
        ...state,
        open: [...state.open, acquisition],
        closed: state.closed.filter((each) => each.lock !== lock),
        unsure: state.unsure.filter((each) => each !== wanted),
      };
}

/** A lock is let go: the one that was taken last, or that of the callers. Notes what that undoes, and what it does twice. */
export function letGo(
  state: Custody,
  lock: LockName,
  { index }: Move,
  program: FunctionProgram,
  undone: Set<number>,
  seconds: Map<number, SecondRelease>,
): Custody {
  const position = positionOf(state.open, lock);
  const last = state.open[position];
  if (last) {
    if (!isOneCall(program.steps[last.step], program.steps[index])) undone.add(last.step);
    return {
      ...state,
      open: without(state.open, position),
      closed: [...state.closed.filter((each) => each.lock !== last.lock), { ...last, by: index }],
    };
  }
  if (state.unsure.includes(parseLockName(lock).class)) return state;
  const before = state.closed.findLast((each) => each.lock === lock);
  if (before) seconds.set(index, { lock, taken: before.step, first: before.by, second: index });
  return { ...state, callers: [...new Set([...state.callers, lock])].sort() };
}

/** The last taking of a lock; else of one of its class, which may be the same object by another name. */
function positionOf(open: readonly Acquisition[], lock: LockName): number {
  const exact = open.findLastIndex((each) => each.lock === lock);
  const { class: wanted } = parseLockName(lock);
  return exact >= 0 ? exact : open.findLastIndex((each) => parseLockName(each.lock).class === wanted);
}

function without<T>(list: readonly T[], position: number): readonly T[] {
  return list.filter((_, index) => index !== position);
}

/** Equal texts, equal states, but for the answers. */
export function textOf({ open, closed, callers, unsure, results }: Custody): string {
  const list = (each: readonly Acquisition[]): string =>
    each
      .map(({ lock, step }) => `${lock}@${step}`)
      .sort()
      .join();
  return ['', list(open), list(closed), callers.join(), unsure.join(), results].join('|');
}
