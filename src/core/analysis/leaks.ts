/**
 * Which of the locks that a function takes it forgets to let go. Functions that keep a lock for their callers are many, and say so
 * by what they return: they hold it where they succeed. What no caller can tell is a leak: the lock is held on one way and let go on
 * another that looks the same from outside, or it is held where the function fails.
 */
import type { FunctionProgram } from '../program/ir.js';
import { answerOf, type Acquisition, type CustodyOf, type Exit } from './custody.js';
import { isNonzero } from './locksets.js';

export interface Leak {
  readonly taken: Acquisition;
  /** The step that leaves the function with it. */
  readonly exit: number;
  /** `forgotten`: other ways let it go; `never`: none does, and nobody else can. */
  readonly kind: 'forgotten' | 'never';
}

/** How a way ends, as a caller may understand it. */
type Ending = 'success' | 'failure' | 'nothing' | 'unclear';

/** The leaks of a function. `isKept`: what is taken there may be let go by somebody else later, for the caller gets hold of it. */
export function leaksOf(
  program: FunctionProgram,
  { exits, undone }: CustodyOf,
  isKept: (taken: Acquisition) => boolean,
): readonly Leak[] {
  const returnsPointer = isPointerFunction(program);
  const endings = new Map(exits.map((exit) => [exit, endingOf(exit, returnsPointer, exits)] as const));
  return exits.flatMap((exit) =>
    exit.open.flatMap((taken): readonly Leak[] => {
      // It goes by another name where it is let go: not the same object as far as is seen.
      if (exit.callers.some((lock) => classOf(lock) === classOf(taken.lock))) return [];
      const leak = (kind: Leak['kind']): readonly Leak[] => [{ taken, exit: exit.step, kind }];
      if (!undone.has(taken.step)) return isKept(taken) ? [] : leak('never');
      if (!isKept(taken)) return leak('forgotten');
      const others = exits.filter(
        (other) =>
          other.closed.some(({ lock }) => lock === taken.lock) &&
          !other.open.some(({ lock }) => lock === taken.lock),
      );
      return others.some((other) => looksAlike(exit, other, endings, program)) ? leak('forgotten') : [];
    }),
  );
}

const classOf = (lock: string): string => lock.replace(/\(.*$/, '');

/** Whether a caller that sees `exit`, where the lock is held, must take it for one like `other`, where it is not. */
function looksAlike(
  exit: Exit,
  other: Exit,
  endings: ReadonlyMap<Exit, Ending>,
  program: FunctionProgram,
): boolean {
  const [mine, theirs] = [endings.get(exit), endings.get(other)];
  if (hasOtherStores(exit, other, program)) return false;
  switch (mine) {
    case 'failure':
      return theirs === 'failure' || theirs === 'success' || theirs === 'unclear';
    case 'success':
    case 'nothing':
      return theirs === mine;
    default:
      return false;
  }
}

/** `*locked = 0` on one of the ways tells them apart. */
function hasOtherStores(a: Exit, b: Exit, program: FunctionProgram): boolean {
  const stores = (exit: Exit): string => answerOf({ ...exit, result: undefined }, program);
  return stores(a) !== stores(b);
}

function endingOf({ result }: Exit, returnsPointer: boolean, exits: readonly Exit[]): Ending {
  if (result === undefined) return 'nothing';
  if (result.kind === 'int') {
    if (result.value < 0) return 'failure';
    if (result.value === 0) return returnsPointer ? 'failure' : hasErrors(exits) ? 'success' : 'unclear';
    return 'unclear';
  }
  if (isNonzero(result)) return returnsPointer ? 'success' : hasErrors(exits) ? 'failure' : 'unclear';
  return 'unclear';
}

const hasErrors = (exits: readonly Exit[]): boolean =>
  exits.some(({ result }) => result?.kind === 'int' && result.value < 0);

/** A function that somewhere gives NULL or an error as a pointer. */
function isPointerFunction({ steps }: FunctionProgram): boolean {
  return steps.some(({ op, text }) => op === 'return' && /\bNULL\b|\bERR_(PTR|CAST)\b/.test(text));
}
