/**
 * Preprocessor lines, read without preprocessing: both arms of an `#if` are code of the tree (one architecture or
 * configuration each), so both are kept, with the condition that guards them. Where the arms of one `#if` open different
 * brackets (two headers of one body, two `if (...) {`), the first arm keeps its brackets and the unmatched ones of the
 * others are dropped: no call is lost and the brackets of the file still balance. An `#if 0` arm is no code.
 */
import { CODE, TOKEN, kept, kindAt, startOf, tokenize, wordAt, type Names, type Tokens } from './tokens.js';

/** A condition around a stretch of text, and the one around that. */
export interface Guard {
  /** `CONFIG_X`, `!CONFIG_X`, or the text of an `#if` condition; empty for the guard of a header against a second inclusion. */
  readonly condition: string;
  readonly start: number;
  readonly outer: Guard | undefined;
}

/** From each offset on, the innermost guard, until the next offset. */
export interface Guards {
  readonly offsets: readonly number[];
  readonly innermost: readonly (Guard | undefined)[];
}

export const NO_GUARDS: Guards = { offsets: [], innermost: [] };

export interface MacroText {
  readonly name: string;
  /** Parameters of a function-like macro; absent for an object-like one. */
  readonly params?: readonly string[];
  /** Offset of the `#`. */
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

export interface Preprocessed {
  /** Tokens without directives and without what is never compiled. */
  readonly tokens: Tokens;
  readonly guards: Guards;
  readonly macros: readonly MacroText[];
  /** Paths in `#include` lines, without quotes or brackets. */
  readonly includes: readonly string[];
}

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

/** Splits the directives from the code of a file. `raw` has its tokens, directives among them. */
export function preprocess(raw: Tokens, names: Names): Preprocessed {
  const dropped = new Uint8Array(raw.count);
  const offsets: number[] = [];
  const innermost: (Guard | undefined)[] = [];
  const macros: MacroText[] = [];
  const includes: string[] = [];
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

  for (let index = 0; index < raw.count; index++) {
    if (raw.kinds[index] !== TOKEN.directive) continue;
    dropped[index] = 1;
    const { name, rest, restStart } = splitDirective(raw, index);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const condition = conditionOf(name, rest);
        const ofHeader = name === 'ifndef' && index === 0 && definesNext(raw, rest.trim());
        const arm = { conditions: [condition], never: isNever(condition), kept: 0 };
        openArm(index, guard, arm, ofHeader ? '' : condition);
        break;
      }
      case 'elif':
      case 'else': {
        const top = open.pop();
        if (top === undefined) break;
        const own = name === 'elif' ? [conditionOf('if', rest)] : [];
        const before = top.conditions.slice(0, MOST_ARMS);
        const arm = { conditions: [...before, ...own], never: own.some(isNever), kept: closeArm(top, index) };
        openArm(index, guard?.outer, arm, [...before.map(negate), ...own].join(' && '));
        break;
      }
      case 'endif': {
        const top = open.pop();
        if (top === undefined) break;
        closeArm(top, index);
        setGuard(index, guard?.outer);
        break;
      }
      case 'define': {
        const macro = macroText(raw.text, startOf(raw, index), restStart, raw.ends[index] ?? restStart);
        if (macro !== undefined && neverOpen === 0) macros.push(macro);
        break;
      }
      case 'include': {
        const path = /^\s*[<"]([^>"]+)[>"]/.exec(rest)?.[1];
        if (path !== undefined) includes.push(path);
        break;
      }
      default:
        break;
    }
  }
  // An #if that the text does not close reaches to its end.
  for (let top = open.pop(); top !== undefined; top = open.pop()) closeArm(top, raw.count);
  return { tokens: without(raw, dropped), guards: { offsets, innermost }, macros, includes };
}

/** Conditions around an offset, outermost first; of those that begin behind `from`. No more than the innermost few. */
export function guardsAt(guards: Guards, offset: number, from = -1): readonly string[] {
  const found: string[] = [];
  let guard = guards.innermost[lastUpTo(guards.offsets, offset)];
  for (; guard !== undefined && guard.start > from && found.length < MOST_GUARDS; guard = guard.outer) {
    if (guard.condition !== '') found.push(guard.condition);
  }
  return found.length === 0 ? UNGUARDED : found.reverse();
}

const UNGUARDED: readonly string[] = [];
const MOST_GUARDS = 16;
/** Arms of one `#if` whose conditions are told in those of later arms. */
const MOST_ARMS = 8;

/** Index of the last offset that is not behind `offset`; -1: none. */
function lastUpTo(offsets: readonly number[], offset: number): number {
  let low = -1;
  let high = offsets.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

function splitDirective(raw: Tokens, index: number): { name: string; rest: string; restStart: number } {
  const start = startOf(raw, index);
  const end = raw.ends[index] ?? start;
  let at = start + 1;
  while (at < end && /[ \t]/.test(raw.text.charAt(at))) at++;
  let word = at;
  while (word < end && /[a-z_]/i.test(raw.text.charAt(word))) word++;
  return { name: raw.text.slice(at, word), rest: raw.text.slice(word, end), restStart: word };
}

function conditionOf(directive: 'if' | 'ifdef' | 'ifndef', rest: string): string {
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

/** `#ifndef X` on top of a file, followed by `#define X`: the guard of a header against a second inclusion. */
function definesNext(raw: Tokens, name: string): boolean {
  if (kindAt(raw, 1) !== TOKEN.directive) return false;
  const next = splitDirective(raw, 1);
  return next.name === 'define' && next.rest.trim().split(/\s/)[0] === name;
}

function macroText(text: string, start: number, from: number, end: number): MacroText | undefined {
  const words = tokenize(text, from, end);
  if (kindAt(words, 0) !== TOKEN.ident) return undefined;
  const name = wordAt(words, 0);
  const nameEnd = words.ends[0] ?? from;
  if (text.charCodeAt(nameEnd) !== CODE.open) return { name, start, bodyStart: nameEnd, bodyEnd: end };
  const params: string[] = [];
  let index = 2;
  for (; index < words.count && kindAt(words, index) !== CODE.close; index++) {
    if (kindAt(words, index) === TOKEN.ident) params.push(wordAt(words, index));
    else if (
      kindAt(words, index) === CODE.dot &&
      kindAt(words, index - 1) !== CODE.dot &&
      kindAt(words, index - 1) !== TOKEN.ident
    )
      params.push('__VA_ARGS__');
  }
  return { name, params, start, bodyStart: words.ends[index] ?? end, bodyEnd: end };
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

function without(raw: Tokens, dropped: Uint8Array): Tokens {
  const kinds = new Uint8Array(raw.count);
  const starts = new Int32Array(raw.count);
  const ends = new Int32Array(raw.count);
  let count = 0;
  for (let index = 0; index < raw.count; index++) {
    if (dropped[index] === 1) continue;
    kinds[count] = raw.kinds[index] ?? 0;
    starts[count] = raw.starts[index] ?? 0;
    ends[count] = raw.ends[index] ?? 0;
    count++;
  }
  return { text: raw.text, count, kinds, starts, ends };
}
