/**
 * Preprocessor lines, read without preprocessing: both arms of an `#if` are code of the tree (one architecture or
 * configuration each), so both are kept, with the condition that guards them. Where the arms of one `#if` open different
 * brackets (two headers of one body, two `if (...) {`), the first arm keeps its brackets and the unmatched ones of the
 * others are dropped: no call is lost and the brackets of the file still balance. An `#if 0` arm is no code.
 */
import { CODE, TOKEN, kept, kindAt, startOf, tokenize, wordAt, type Names, type Tokens } from './tokens.js';

/** A stretch of tokens under a condition. `from` and `to` are offsets in the text. */
export interface Guarded {
  readonly from: number;
  readonly to: number;
  /** `CONFIG_X`, `!CONFIG_X`, or the text of an `#if` condition. */
  readonly condition: string;
}

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
  readonly guarded: readonly Guarded[];
  readonly macros: readonly MacroText[];
  /** Paths in `#include` lines, without quotes or brackets. */
  readonly includes: readonly string[];
}

interface Arm {
  /** First token after the directive. */
  readonly from: number;
  readonly start: number;
  readonly condition: string;
  readonly never: boolean;
}

interface Conditional {
  readonly guardOfHeader: boolean;
  readonly conditions: readonly string[];
  readonly arm: Arm;
  /** Arms of this conditional that were kept before this one. */
  readonly kept: number;
}

/** Splits the directives from the code of a file. `raw` has its tokens, directives among them. */
export function preprocess(raw: Tokens, names: Names): Preprocessed {
  const dropped = new Uint8Array(raw.count);
  const guarded: Guarded[] = [];
  const macros: MacroText[] = [];
  const includes: string[] = [];
  const open: Conditional[] = [];

  const closeArm = (conditional: Conditional, end: number): boolean => {
    const { arm } = conditional;
    if (arm.never) {
      dropped.fill(1, arm.from, end);
      return false;
    }
    if (conditional.kept > 0) dropUnmatched(raw, dropped, arm.from, end);
    if (!conditional.guardOfHeader)
      guarded.push({ from: arm.start, to: startOf(raw, end), condition: kept(names, arm.condition) });
    return true;
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
        const arm = { from: index + 1, start: startOf(raw, index), condition, never: isNever(condition) };
        const guardOfHeader = name === 'ifndef' && index === 0 && definesNext(raw, rest.trim());
        open.push({ guardOfHeader, conditions: [condition], arm, kept: 0 });
        break;
      }
      case 'elif':
      case 'else': {
        const top = open.pop();
        if (top === undefined) break;
        const kept = top.kept + (closeArm(top, index) ? 1 : 0);
        const before = top.conditions.map(negate);
        const own = name === 'elif' ? [conditionOf('if', rest)] : [];
        const condition = [...before, ...own].join(' && ');
        const arm = { from: index + 1, start: startOf(raw, index), condition, never: own.some(isNever) };
        open.push({ guardOfHeader: false, conditions: [...top.conditions, ...own], arm, kept });
        break;
      }
      case 'endif': {
        const top = open.pop();
        if (top !== undefined) closeArm(top, index);
        break;
      }
      case 'define': {
        const macro = macroText(raw.text, startOf(raw, index), restStart, raw.ends[index] ?? restStart);
        if (macro !== undefined && !open.some(({ arm }) => arm.never)) macros.push(macro);
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
  return { tokens: without(raw, dropped), guarded, macros, includes };
}

/** Conditions around an offset, outermost first. */
export function guardsAt(guarded: readonly Guarded[], offset: number): readonly string[] {
  const around = guarded.filter(({ from, to }) => from <= offset && offset < to);
  return around.length === 0
    ? UNGUARDED
    : around.sort((a, b) => a.from - b.from).map(({ condition }) => condition);
}

const UNGUARDED: readonly string[] = [];

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
    .replace(/\/\*[^]*?\*\//g, ' ')
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
