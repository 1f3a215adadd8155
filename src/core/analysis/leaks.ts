/**
 * Which of the locks that a function takes it forgets to let go. Functions that keep a lock for their callers are many, and say so
 * by what they return: they hold it where they succeed. What no caller can tell is a leak: the lock is held on one way and let go on
 * another that looks the same from outside, or it is held where the function fails.
 */
import { truthOf } from '../program/expr.js';
import type { FunctionProgram, Var } from '../program/ir.js';
import { answerOf, type CustodyOf, type Exit } from './custody.js';
import type { Acquisition, SecondRelease } from './custody-state.js';
import { isNonzero } from './signs.js';

export interface Leak {
  readonly taken: Acquisition;
  /** The step that leaves the function with it. */
  readonly exit: number;
  /** `forgotten`: other ways let it go; `never`: none does, and nobody else can. */
  readonly kind: 'forgotten' | 'never';
}

/** How a way ends, as a caller may understand it. */
type Ending = 'success' | 'failure' | 'nothing' | 'unclear';

/** What may become of what a function takes. */
export interface Fate {
  /** It may be let go by somebody else later, for the caller gets hold of it. */
  readonly isKept: boolean;
  /** Variables that the caller sees, too, and that are 0 where nothing is held. */
  readonly members: readonly Var[];
}

/** The leaks of a function. */
export function leaksOf(
  program: FunctionProgram,
  { exits, undone }: CustodyOf,
  fateOf: (taken: Acquisition) => Fate,
): readonly Leak[] {
  const returns = returnsOf(program);
  const endings = new Map(exits.map((exit) => [exit, endingOf(exit, returns, exits)] as const));
  return exits.flatMap((exit) =>
    exit.open.flatMap((taken): readonly Leak[] => {
      // It goes by another name where it is let go: not the same object as far as is seen.
      if (exit.callers.some((lock) => classOf(lock) === classOf(taken.lock))) return [];
      const leak = (kind: Leak['kind']): readonly Leak[] => [{ taken, exit: exit.step, kind }];
      const { isKept, members } = fateOf(taken);
      if (!undone.has(taken.step)) return isKept ? [] : leak('never');
      if (!isKept) return leak('forgotten');
      const others = exits.filter(
        (other) =>
          other.closed.some(({ lock }) => lock === taken.lock) &&
          !other.open.some(({ lock }) => lock === taken.lock),
      );
      return others.some(
        (other) =>
          looksAlike(exit, other, endings, program) && !members.some((name) => isOpposite(name, exit, other)),
      )
        ? leak('forgotten')
        : [];
    }),
  );
}

const classOf = (lock: string): string => lock.replace(/\(.*$/s, '');

/** Whether a caller that sees `exit`, where the lock is held, must take it for one like `other`, where it is not. */
function looksAlike(
  exit: Exit,
  other: Exit,
  endings: ReadonlyMap<Exit, Ending>,
  program: FunctionProgram,
): boolean {
  const [mine, theirs] = [endings.get(exit), endings.get(other)];
  if (hasOtherStores(exit, other, program) || isOtherConfig(exit, other)) return false;
  switch (mine) {
    case 'failure':
      return theirs === 'failure' || theirs === 'success' || theirs === 'unclear';
    case 'success':
    case 'nothing':
      return theirs === mine && !wasToldOtherwise(exit, other, program);
    default:
      return false;
  }
}

/** `*locked = 0` on one of the ways tells them apart. */
function hasOtherStores(a: Exit, b: Exit, program: FunctionProgram): boolean {
  const stores = (exit: Exit): string => answerOf({ ...exit, result: undefined }, program);
  return stores(a) !== stores(b);
}

/** What a function gives for success and failure. */
type Returns = 'pointer' | 'truth' | 'number';

/** Ways of different configurations never meet. */
function isOtherConfig(a: Exit, b: Exit): boolean {
  return [...a.values.keys()].some((name) => /^::(CONFIG_|#if)/.test(name) && isOpposite(name, a, b));
}

/** `if (!hold_lock) unlock();`: the caller knows what it has asked for. */
function wasToldOtherwise(a: Exit, b: Exit, { params }: FunctionProgram): boolean {
  return params.some(({ name, type }) => !type.includes('*') && isOpposite(name, a, b));
}

/** Whether a variable is 0 on one of two ways, and not on the other. */
function isOpposite(name: Var, a: Exit, b: Exit): boolean {
  const truths = [a, b].map(({ values }) => {
    const value = values.get(name);
    return value && truthOf(value);
  });
  return truths.includes(true) && truths.includes(false);
}

function endingOf({ result }: Exit, returns: Returns, exits: readonly Exit[]): Ending {
  if (result === undefined) return 'nothing';
  const isZero = result.kind === 'int' && result.value === 0;
  if (result.kind === 'int' && result.value < 0) return 'failure';
  if (returns !== 'number') {
    if (isZero) return 'failure';
    return isNonzero(result) || result.kind === 'int' ? 'success' : 'unclear';
  }
  // 0, or an error that a call gave; a function that gives numbers of its own means something else by them.
  const hasNumbers = exits.some((exit) => exit.result?.kind === 'int' && exit.result.value > 0);
  if (isZero) return hasNumbers ? 'unclear' : 'success';
  return isNonzero(result) && !hasNumbers ? 'failure' : 'unclear';
}

/** By what it returns somewhere: NULL, an error as a pointer, a variable that is used as a pointer; true or false. */
function returnsOf({ steps }: FunctionProgram): Returns {
  const texts = steps.flatMap(({ op, text }) => (op === 'return' ? [text] : []));
  if (texts.some((text) => /\bNULL\b|\bERR_(PTR|CAST)\b/.test(text))) return 'pointer';
  if (texts.some((text) => /^return (true|false)\b/.test(text))) return 'truth';
  const names = texts.flatMap((text) => /^return (\w+);$/.exec(text)?.[1] ?? []);
  return steps.some(({ text }) =>
    names.some((name) => text.includes(`${name}->`) || new RegExp(`\\b${name} = NULL$`).test(text)),
  )
    ? 'pointer'
    : 'number';
}

/** Second releases, but for functions that let go of a lock of their callers, and so may well do so after their own. */
export function secondReleasesOf({ exits, secondReleases }: CustodyOf): readonly SecondRelease[] {
  return secondReleases.filter(({ lock }) =>
    exits.some(({ callers, closed }) => !callers.includes(lock) && closed.some((each) => each.lock === lock)),
  );
}
