/**
 * A lexer of C that never fails: comments skipped, a preprocessor line is one token, a broken literal ends with its line.
 * Tokens are kept in flat arrays, since a big file has 100 000 of them and they live for a few milliseconds.
 */

import { endOfComment, endOfLine } from './comments.js';

export const WORD = 1;
export const NUMBER = 2;
export const STRING = 3;
export const CHARACTER = 4;
/** One character of punctuation. */
export const PUNCTUATION = 5;
/** A whole preprocessor line, with its continuation lines. */
export const DIRECTIVE = 6;
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Text of each word and each punctuation mark; empty for other tokens. */
  readonly word: readonly string[];
  /** Stretches that are no token: comments, and characters that C does not have. Pairs of start and end. */
  readonly noise: readonly number[];
}

const SLASH = 47;
const STAR = 42;
const NEWLINE = 10;
const BACKSLASH = 92;
const QUOTE = 34;
const APOSTROPHE = 39;
const HASH = 35;

const IS_SPACE = 1;
const IS_WORD_START = 2;
const IS_DIGIT = 4;
const IS_PUNCTUATION = 8;
/** Class of each ASCII character. */
const CLASSES = new Uint8Array(128);
for (const space of ' \t\n\r\f\v') CLASSES[space.charCodeAt(0)] = IS_SPACE;
for (const mark of '!%&()*+,-./:;<=>?[]^{|}~') CLASSES[mark.charCodeAt(0)] = IS_PUNCTUATION;
for (let digit = 48; digit < 58; digit++) CLASSES[digit] = IS_DIGIT;
for (let letter = 65; letter < 91; letter++) CLASSES[letter] = CLASSES[letter + 32] = IS_WORD_START;
for (const letter of '_$') CLASSES[letter.charCodeAt(0)] = IS_WORD_START;

const classOf = (code: number): number => (code < 128 ? (CLASSES[code] ?? 0) : 0);

/** True when the newline at `at` is escaped by a backslash before it (with or without a carriage return). */
function isContinued(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before === BACKSLASH || (before === 13 && text.charCodeAt(at - 2) === BACKSLASH);
}

/** End of the literal that `quote` opens at `at`: behind the closing quote, or at the end of the line. */
function endOfLiteral(text: string, at: number, quote: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code === BACKSLASH) i += text.charCodeAt(i + 1) === 13 && text.charCodeAt(i + 2) === NEWLINE ? 2 : 1;
    else if (code === NEWLINE) return i;
  }
  return text.length;
}

/** End of the preprocessor line that begins at `at`: its newline, not included, or the end of the text. */
export function endOfDirective(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      if (!isContinued(text, i)) return i;
    } else if (code === SLASH) {
      const next = text.charCodeAt(i + 1);
      if (next === STAR) i = endOfComment(text, i) - 1;
      else if (next === SLASH) i = endOfLine(text, i) - 1;
    } else if (code === QUOTE) {
      if (text.charCodeAt(i - 1) !== APOSTROPHE) i = endOfLiteral(text, i, QUOTE) - 1;
    }
  }
  return text.length;
}

/** Splits C text into tokens. Linear in the length; never throws. */
export function lex(text: string): Tokens {
  const limit = text.length;
  let kind = new Uint8Array(1024 + (limit >> 2));
  let start = new Int32Array(kind.length);
  let end = new Int32Array(kind.length);
  const word: string[] = [];
  const noise: number[] = [];
  let count = 0;
  /** Number of tokens before this line. */
  let earlier = 0;
  let i = 0;
  const push = (what: number, to: number): void => {
    word.push(what === WORD || what === PUNCTUATION ? text.slice(i, to) : '');
    if (count === kind.length) {
      kind = grow(kind, new Uint8Array(count * 2));
      start = grow(start, new Int32Array(count * 2));
      end = grow(end, new Int32Array(count * 2));
    }
    kind[count] = what;
    start[count] = i;
    end[count++] = to;
    i = to;
  };
  while (i < limit) {
    const code = text.charCodeAt(i);
    const group = classOf(code);
    if (group === IS_SPACE) {
      if (code === NEWLINE) earlier = count;
      i++;
    } else if (group === IS_WORD_START) {
      let to = i + 1;
      while (to < limit && (classOf(text.charCodeAt(to)) & (IS_WORD_START | IS_DIGIT)) !== 0) to++;
      push(WORD, to);
    } else if (code === SLASH && (text.charCodeAt(i + 1) === STAR || text.charCodeAt(i + 1) === SLASH)) {
      const to = text.charCodeAt(i + 1) === STAR ? endOfComment(text, i) : endOfLine(text, i);
      noise.push(i, to);
      i = to;
    } else if (group === IS_PUNCTUATION) {
      push(PUNCTUATION, i + 1);
    } else if (group === IS_DIGIT) {
      push(NUMBER, endOfNumber(text, i));
    } else if (code === QUOTE) {
      push(STRING, endOfLiteral(text, i, QUOTE));
    } else if (code === APOSTROPHE) {
      push(CHARACTER, endOfLiteral(text, i, APOSTROPHE));
    } else if (code === HASH && count === earlier) {
      push(DIRECTIVE, endOfDirective(text, i));
    } else {
      noise.push(i, i + 1);
      i++;
    }
  }
  return { text, count, kind, start, end, word, noise };
}

function endOfNumber(text: string, at: number): number {
  let to = at + 1;
  for (; to < text.length; to++) {
    const code = text.charCodeAt(to);
    if ((classOf(code) & (IS_WORD_START | IS_DIGIT)) !== 0 || code === 46) continue;
    const isExponent =
      (code === 43 || code === 45) &&
      (text.charCodeAt(to - 1) | 32) === 101 &&
      (text.charCodeAt(at + 1) | 32) !== 120;
    if (!isExponent) break;
  }
  return to;
}

function grow<A extends Uint8Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** The tokens for which `keep` says so. */
export function selectTokens(tokens: Tokens, keep: (token: number) => boolean): Tokens {
  const kind = new Uint8Array(tokens.count);
  const start = new Int32Array(tokens.count);
  const end = new Int32Array(tokens.count);
  const word: string[] = [];
  for (let token = 0; token < tokens.count; token++) {
    if (!keep(token)) continue;
    const at = word.length;
    kind[at] = tokens.kind[token] ?? 0;
    start[at] = tokens.start[token] ?? 0;
    end[at] = tokens.end[token] ?? 0;
    word.push(tokens.word[token] ?? '');
  }
  return { text: tokens.text, count: word.length, kind, start, end, word, noise: tokens.noise };
}
