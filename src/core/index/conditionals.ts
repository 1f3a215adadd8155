/**
 * The `#if`s of a file, arm by arm. Where the arms of one `#if` open different brackets (two headers of one body, two `if (...) {`),
 * the first arm keeps its brackets and the unmatched ones of the others are dropped: no call is lost and the brackets of the file
 * still balance. An `#if 0` arm is no code.
 */
import type { Guard, Guards } from './guards.js';
import { CODE, kept, startOf, type Names, type Tokens } from './tokens.js';

/** Arms of one `#if` whose conditions are told in those of later arms. */
const MOST_ARMS = 8;

interface Conditional {
  /** Conditions of the arms so far. */
  readonly conditions: readonly string[];
  /** First token of the arm that is open. */
  readonly from: number;
  /** The arm is never compiled. */
  readonly never: boolean;
  /** Arms before this one that were kept. */
  readonly kept: number;
}

export interface Conditionals {
  /** The conditions around the code, as far as it was read. */
  readonly guards: Guards;
  /** The place is never compiled. */
  readonly isInNever: () => boolean;
  /** `ofHeader`: the condition guards a header against a second inclusion, and says nothing. */
  readonly open: (index: number, condition: string, ofHeader: boolean) => void;
  /** The next arm, which has a condition of its own or none. */
  readonly next: (index: number, own: readonly string[]) => void;
  readonly close: (index: number) => void;
  /** An `#if` that the text does not close reaches to its end. */
  readonly end: () => void;
}

/** Reads the conditionals at the tokens of a file, in order; marks in `dropped` what is no code. */
export function createConditionals(raw: Tokens, names: Names, dropped: Uint8Array): Conditionals {
  const offsets: number[] = [];
  const innermost: (Guard | undefined)[] = [];
  const open: Conditional[] = [];
  let neverOpen = 0;
  let guard: Guard | undefined;

  const setGuard = (index: number, to: Guard | undefined): void => {
    guard = to;
    offsets.push(startOf(raw, index));
    innermost.push(to);
  };
  const openArm = (
    index: number,
    outer: Guard | undefined,
    arm: Omit<Conditional, 'from'>,
    condition: string,
  ): void => {
    open.push({ ...arm, from: index + 1 });
    if (arm.never) neverOpen++;
    setGuard(index, { condition: kept(names, condition), start: startOf(raw, index), outer });
  };
  /** Settles the arm that ends at a token; returns the arms that were kept. */
  const closeArm = (arm: Conditional, end: number): number => {
    if (arm.never) {
      neverOpen--;
      dropped.fill(1, arm.from, end);
      return arm.kept;
    }
    if (arm.kept > 0) dropUnmatched(raw, dropped, arm.from, end);
    return arm.kept + 1;
  };

  return {
    guards: { offsets, innermost },
    isInNever: () => neverOpen > 0,
    open: (index, condition, ofHeader) => {
      const arm = { conditions: [condition], never: isNever(condition), kept: 0 };
      openArm(index, guard, arm, ofHeader ? '' : condition);
    },
    next: (index, own) => {
      const top = open.pop();
      if (top === undefined) return;
      const before = top.conditions.slice(0, MOST_ARMS);
      const arm = { conditions: [...before, ...own], never: own.some(isNever), kept: closeArm(top, index) };
      openArm(index, guard?.outer, arm, [...before.map(negate), ...own].join(' && '));
    },
    close: (index) => {
      const top = open.pop();
      if (top === undefined) return;
      closeArm(top, index);
      setGuard(index, guard?.outer);
    },
    end: () => {
      for (let top = open.pop(); top !== undefined; top = open.pop()) closeArm(top, raw.count);
    },
  };
}

export function conditionOf(directive: 'if' | 'ifdef' | 'ifndef', rest: string): string {
  const text = rest
    .replace(/\/\*[^]*?(?:\*\/|$)/g, ' ')
    .replace(/\/\/.*$/s, ' ')
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (directive === 'ifdef') return text;
  if (directive === 'ifndef') return `!${text}`;
  const simple = /^(!?)\s*(?:defined|IS_ENABLED|IS_BUILTIN|IS_REACHABLE)\s*(?:\(\s*(\w+)\s*\)|(\w+))$/.exec(
    text,
  );
  return simple === null ? text : `${simple[1] ?? ''}${simple[2] ?? simple[3] ?? ''}`;
}

function negate(condition: string): string {
  if (/^\w+$/.test(condition)) return `!${condition}`;
  if (/^!\w+$/.test(condition)) return condition.slice(1);
  return `!(${condition})`;
}

function isNever(condition: string): boolean {
  return condition === '0';
}

/** Drops the brackets of an arm that have no partner inside it. */
function dropUnmatched(raw: Tokens, dropped: Uint8Array, from: number, to: number): void {
  const open: number[] = [];
  for (let index = from; index < to; index++) {
    if (dropped[index] === 1) continue;
    const kind = raw.kinds[index];
    if (kind === CODE.open || kind === CODE.openBrace) open.push(index);
    else if (kind === CODE.close || kind === CODE.closeBrace) {
      const partner = kind === CODE.close ? CODE.open : CODE.openBrace;
      if (raw.kinds[open.at(-1) ?? -1] === partner) open.pop();
      else dropped[index] = 1;
    }
  }
  for (const index of open) dropped[index] = 1;
}
