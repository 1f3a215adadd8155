/**
 * Kernel C as a flat list of tokens: what the index reads instead of a syntax tree. A whole tree is too much to parse
 * for its call graph alone; names, brackets and commas are enough for facts, and nothing in C can defeat them.
 * Comments are gone, a directive (with its continued lines) is one token, positions are offsets in the text.
 */

import { endOfComment, endOfLine } from '../dialect/comments.js';

/** Kinds of tokens below the printable characters; any other kind is the character code of a one-letter punctuation. */
export const TOKEN = { ident: 1, number: 2, string: 3, arrow: 4, directive: 5 } as const;

export const CODE = {
  open: 0x28,
  close: 0x29,
  star: 0x2a,
  comma: 0x2c,
  dot: 0x2e,
  colon: 0x3a,
  semicolon: 0x3b,
  equals: 0x3d,
  ampersand: 0x26,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const SPACE = 1;
const IDENT = 2;
const DIGIT = 3;
const NEWLINE = 4;
const CLASS = characterClasses();

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (const code of [0x20, 0x09, 0x0d, 0x0b, 0x0c]) classes[code] = SPACE;
  for (let code = 0x30; code <= 0x39; code++) classes[code] = DIGIT;
  for (let code = 0x41; code <= 0x5a; code++) classes[code] = IDENT;
  for (let code = 0x61; code <= 0x7a; code++) classes[code] = IDENT;
  classes[0x5f] = IDENT;
  classes[0x0a] = NEWLINE;
  return classes;
}

function classOf(code: number): number {
  return code < 256 ? (CLASS[code] ?? 0) : 0;
}

/** Tokens of a text, or of the part of it from `from` to `to`. Never fails: a cut-off comment or string ends with the text. */
export function tokenize(text: string, from = 0, to = text.length): Tokens {
  let capacity = Math.max(64, (to - from) >> 2);
  let kinds = new Uint8Array(capacity);
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let count = 0;
  let at = from;
  let lineStart = true;
  while (at < to) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === SPACE) {
      at++;
      continue;
    }
    if (kind === NEWLINE) {
      lineStart = true;
      at++;
      continue;
    }
    const start = at;
    let token: number;
    if (kind === IDENT) {
      token = TOKEN.ident;
      at = endOfWord(text, at, to);
    } else if (kind === DIGIT) {
      token = TOKEN.number;
      at = endOfNumber(text, at, to);
    } else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
      at = endOfComment(text, at, to);
      continue;
    } else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2f) {
      at = endOfLine(text, at, to);
      continue;
    } else if (code === 0x22 || code === 0x27) {
      token = TOKEN.string;
      at = endOfString(text, at, to, code);
    } else if (code === 0x23 && lineStart) {
      token = TOKEN.directive;
      at = endOfDirective(text, at, to);
    } else if (code === 0x2d && text.charCodeAt(at + 1) === 0x3e) {
      token = TOKEN.arrow;
      at += 2;
    } else if (code > 0x20 && code < 0x7f && code !== 0x5c) {
      token = code;
      at++;
    } else {
      at++;
      continue;
    }
    lineStart = false;
    if (count === capacity) {
      capacity *= 2;
      kinds = grownBytes(kinds, capacity);
      starts = grownInts(starts, capacity);
      ends = grownInts(ends, capacity);
    }
    kinds[count] = token;
    starts[count] = start;
    ends[count] = at;
    count++;
  }
  return { text, count, kinds, starts, ends };
}

function endOfWord(text: string, at: number, to: number): number {
  let end = at + 1;
  while (end < to) {
    const kind = classOf(text.charCodeAt(end));
    if (kind !== IDENT && kind !== DIGIT) break;
    end++;
  }
  return end;
}

/** `1.5e3f`, `0x10UL`: letters, digits and dots; but not the dots of a case range `0 ... 3`. */
function endOfNumber(text: string, at: number, to: number): number {
  let end = endOfWord(text, at, to);
  while (text.charCodeAt(end) === 0x2e && classOf(text.charCodeAt(end + 1)) === DIGIT)
    end = endOfWord(text, end + 1, to);
  return end;
}

/** A string ends at its quote, or at the end of the line when the quote is missing. */
function endOfString(text: string, at: number, to: number, quote: number): number {
  let end = at + 1;
  while (end < to) {
    const code = text.charCodeAt(end);
    if (code === quote) return end + 1;
    if (code === 0x0a) return end;
    end += code === 0x5c ? (text.charCodeAt(end + 1) === 0x0d ? 3 : 2) : 1;
  }
  return to;
}

/** A directive goes on over `\` newlines and over a comment that spans lines. */
function endOfDirective(text: string, at: number, to: number): number {
  let end = at;
  while (end < to) {
    const code = text.charCodeAt(end);
    if (code === 0x0a) {
      const before = text.charCodeAt(end - 1) === 0x0d ? end - 2 : end - 1;
      if (text.charCodeAt(before) !== 0x5c) return end;
    } else if (code === 0x2f && text.charCodeAt(end + 1) === 0x2a) {
      end = endOfComment(text, end, to);
      continue;
    } else if (code === 0x2f && text.charCodeAt(end + 1) === 0x2f) {
      end = endOfLine(text, end, to);
      continue;
    } else if (code === 0x22) {
      end = endOfString(text, end, to, code);
      continue;
    }
    end++;
  }
  return to;
}

function grownBytes(from: Uint8Array<ArrayBuffer>, capacity: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(capacity);
  to.set(from);
  return to;
}

function grownInts(from: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(capacity);
  to.set(from);
  return to;
}

/** Kind of a token; 0 outside the list. */
export function kindAt(tokens: Tokens, index: number): number {
  return index < 0 || index >= tokens.count ? 0 : (tokens.kinds[index] ?? 0);
}

export function startOf(tokens: Tokens, index: number): number {
  return tokens.starts[index] ?? tokens.text.length;
}

export function endOf(tokens: Tokens, index: number): number {
  return tokens.ends[index] ?? tokens.text.length;
}

export function wordAt(tokens: Tokens, index: number): string {
  return tokens.text.slice(startOf(tokens, index), endOf(tokens, index));
}

/**
 * The same words as one string each, shared by all files that are read with one table. A slice of a text keeps the whole
 * text in memory, so a word that is to outlive the text must be a copy.
 */
export type Names = Map<string, string>;

export function kept(names: Names, word: string): string {
  const known = names.get(word);
  if (known !== undefined) return known;
  let copy = '';
  for (let at = 0; at < word.length; at += COPY_STEP) {
    const codes: number[] = [];
    for (let code = at; code < Math.min(at + COPY_STEP, word.length); code++)
      codes.push(word.charCodeAt(code));
    copy += String.fromCharCode(...codes);
  }
  names.set(copy, copy);
  return copy;
}

const COPY_STEP = 4096;

/** The text between two tokens, both included; white space folded. */
export function textBetween(tokens: Tokens, first: number, last: number): string {
  return last < first
    ? ''
    : tokens.text.slice(startOf(tokens, first), endOf(tokens, last)).replace(/\s+/g, ' ');
}

/** Whether a token starts its line. */
export function atColumnZero(tokens: Tokens, index: number): boolean {
  const start = startOf(tokens, index);
  return start === 0 || tokens.text.charCodeAt(start - 1) === 0x0a;
}
