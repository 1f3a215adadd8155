/**
 * Preprocessor lines, read without preprocessing: macros, includes, and the code that is left. Both arms of an `#if` are code of the
 * tree (one architecture or configuration each), so both are kept, with the condition that guards them.
 */
import { conditionOf, createConditionals } from './conditionals.js';
import type { Guards } from './guards.js';
import { CODE, TOKEN, kindAt, startOf, tokenize, wordAt, type Names, type Tokens } from './tokens.js';

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

/** Splits the directives from the code of a file. `raw` has its tokens, directives among them. */
export function preprocess(raw: Tokens, names: Names): Preprocessed {
  const dropped = new Uint8Array(raw.count);
  const macros: MacroText[] = [];
  const includes: string[] = [];
  const conditionals = createConditionals(raw, names, dropped);
  for (let index = 0; index < raw.count; index++) {
    if (raw.kinds[index] !== TOKEN.directive) continue;
    dropped[index] = 1;
    const { name, rest, restStart } = splitDirective(raw, index);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const ofHeader = name === 'ifndef' && index === 0 && definesNext(raw, rest.trim());
        conditionals.open(index, conditionOf(name, rest), ofHeader);
        break;
      }
      case 'elif':
      case 'else':
        conditionals.next(index, name === 'elif' ? [conditionOf('if', rest)] : []);
        break;
      case 'endif':
        conditionals.close(index);
        break;
      case 'define': {
        const macro = macroText(raw.text, startOf(raw, index), restStart, raw.ends[index] ?? restStart);
        if (macro !== undefined && !conditionals.isInNever()) macros.push(macro);
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
  conditionals.end();
  return { tokens: without(raw, dropped), guards: conditionals.guards, macros, includes };
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
