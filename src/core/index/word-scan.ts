/**
 * Which words a file has, and which of them it defines, read in one pass over its bytes without making strings: this is
 * done for every file of a tree, so that "who may call this?" can be asked later without reading the tree again.
 *
 * A word is kept as a 32-bit hash. Two words with one hash cost a look into a file that need not have been looked at;
 * nothing is missed by it. Comments, strings, words of one or two letters and names of numeric constants
 * (`#define REG 0x10`) are left out: none of them calls or passes a function.
 */

/** Part of the key under which word lists are kept: to be raised with any change of what is kept here. */
export const WORDS_FORMAT = 1;

export interface FileWords {
  /** Hashes of the words, each once, in no order. */
  readonly words: Uint32Array;
  /** Hashes of the names that look as if they were defined here: functions, function-like macros, other names. */
  readonly definitions: Uint32Array;
}

const WORD = 1;
const DIGIT = 2;
const SLASH = 3;
const QUOTE = 4;
const NEWLINE = 5;
const HASH = 6;
const CLASS = classes();
const IN_WORD = Uint8Array.from(CLASS, (kind) => (kind === WORD || kind === DIGIT ? 1 : 0));

const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
const SHORTEST_WORD = 3;
/** Farthest that the end of a header is looked for behind its name. */
const HEADER_LIMIT = 3000;
/** A larger file without any `(` or `;` behind its first comment is a list of constants and has no words to keep. */
const CONSTANTS_FROM = 65536;

function classes(): Uint8Array {
  const table = new Uint8Array(256);
  for (let code = 0x30; code <= 0x39; code++) table[code] = DIGIT;
  for (let code = 0x41; code <= 0x5a; code++) table[code] = WORD;
  for (let code = 0x61; code <= 0x7a; code++) table[code] = WORD;
  table[0x5f] = WORD;
  table[0x2f] = SLASH;
  table[0x22] = QUOTE;
  table[0x27] = QUOTE;
  table[0x0a] = NEWLINE;
  table[0x23] = HASH;
  return table;
}

/** The hash of a word, as in {@link FileWords}; words are ASCII. */
export function hashOfWord(word: string): number {
  return hashWithin(word, 0, word.length);
}

/** The hash of the word that a text has from `from` to `to`. */
export function hashWithin(text: string, from: number, to: number): number {
  let hash = HASH_START;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), HASH_FACTOR);
  return nonZero(hash >>> 0);
}

function nonZero(hash: number): number {
  return hash === 0 ? 1 : hash;
}

/** A set of hashes that is emptied and filled again for each file; the owner of its memory. */
export class WordSet {
  private slots = new Uint32Array(4096);
  private mask = 4095;
  private used: number[] = [];

  add(hash: number): void {
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    for (;;) {
      const found = this.slots[slot];
      if (found === hash) return;
      if (found === 0) break;
      slot = (slot + 1) & this.mask;
    }
    this.slots[slot] = hash;
    this.used.push(slot);
    if (this.used.length * 2 > this.mask) this.grow();
  }

  /** The hashes; the set is empty afterwards. */
  take(): Uint32Array<ArrayBuffer> {
    const hashes = new Uint32Array(this.used.length);
    this.used.forEach((slot, index) => {
      hashes[index] = this.slots[slot] ?? 0;
      this.slots[slot] = 0;
    });
    this.used = [];
    return hashes;
  }

  private grow(): void {
    const hashes = this.take();
    this.slots = new Uint32Array(this.slots.length * 4);
    this.mask = this.slots.length - 1;
    for (const hash of hashes) this.add(hash);
  }
}

/**
 * Reads `bytes` up to `length`. The buffer must be at least three bytes longer than that: zeros are written behind the
 * text so that the loops need not look for its end.
 */
export function scanWords(bytes: Uint8Array, length: number, words: WordSet, definitions: WordSet): void {
  bytes.fill(0, length, length + 3);
  if (isListOfConstants(bytes, length)) return;
  let at = 0;
  let lineStart = true;
  let unindented = false;
  /** Nothing before this can be a header: one that began earlier did not end. */
  let headersFrom = 0;
  while (at < length) {
    const code = bytes[at] ?? 0;
    const kind = CLASS[code];
    if (kind === WORD) {
      const start = at;
      let hash = HASH_START;
      let next = code;
      do {
        hash = Math.imul(hash ^ next, HASH_FACTOR);
        next = bytes[++at] ?? 0;
      } while (IN_WORD[next] === 1);
      hash = nonZero(hash >>> 0);
      if (at - start >= SHORTEST_WORD) words.add(hash);
      if (lineStart) unindented = true;
      if (unindented && opensHeader(bytes, at)) {
        unindented = false;
        const end = at < headersFrom ? 'other' : endOfHeader(bytes, at, length);
        if (end === 'body') definitions.add(hash);
        else if (end === 'none') headersFrom = at + HEADER_LIMIT;
      }
      lineStart = false;
      continue;
    }
    at++;
    switch (kind) {
      case NEWLINE:
        lineStart = true;
        unindented = false;
        continue;
      case SLASH:
        if (bytes[at] === 0x2a) {
          at = endOfComment(bytes, at + 1, length);
          continue;
        }
        if (bytes[at] === 0x2f) at = endOfLine(bytes, at, length);
        break;
      case QUOTE:
        at = endOfString(bytes, at, length, code);
        break;
      case DIGIT:
        while (IN_WORD[bytes[at] ?? 0] === 1) at++;
        break;
      case HASH:
        if (lineStart) at = directive(bytes, at, words, definitions);
        break;
      default:
        break;
    }
    lineStart = false;
  }
}

function isListOfConstants(bytes: Uint8Array, length: number): boolean {
  if (length < CONSTANTS_FROM) return false;
  const text = bytes.subarray(0, length);
  const start = text[0] === 0x2f && text[1] === 0x2a ? endOfComment(text, 2, length) : 0;
  return text.indexOf(0x28, start) < 0 && text.indexOf(0x3b, start) < 0;
}

/** `#define name(` and `#define name other` define; `#define NAME 1` is a constant and is passed over. */
function directive(bytes: Uint8Array, from: number, words: WordSet, definitions: WordSet): number {
  let at = skipBlanks(bytes, from);
  for (const letter of DEFINE) if (bytes[at++] !== letter) return from;
  at = skipBlanks(bytes, at);
  const start = at;
  let hash = HASH_START;
  while (IN_WORD[bytes[at] ?? 0] === 1) hash = Math.imul(hash ^ (bytes[at++] ?? 0), HASH_FACTOR);
  if (at === start) return at;
  if (bytes[at] !== 0x28) {
    at = skipBlanks(bytes, at);
    if (CLASS[bytes[at] ?? 0] !== WORD) return at;
  }
  definitions.add(nonZero(hash >>> 0));
  words.add(nonZero(hash >>> 0));
  return at;
}

const DEFINE = Array.from('define', (letter) => letter.charCodeAt(0));

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return at;
}

function opensHeader(bytes: Uint8Array, from: number): boolean {
  return bytes[skipBlanks(bytes, from)] === 0x28;
}

/** What follows the brackets behind a name: a body, something else (`;`, `=`, `,`), or nothing within the limit. */
function endOfHeader(bytes: Uint8Array, from: number, length: number): 'body' | 'other' | 'none' {
  const limit = Math.min(length, from + HEADER_LIMIT);
  let depth = 0;
  for (let at = from; at < limit; at++) {
    const code = bytes[at];
    if (code === 0x28) depth++;
    else if (code === 0x29) depth--;
    else if (depth === 0 && code === 0x7b) return 'body';
    else if (code === 0x3b || (depth === 0 && (code === 0x3d || code === 0x2c))) return 'other';
  }
  return 'none';
}

function endOfComment(bytes: Uint8Array, from: number, length: number): number {
  let at = from;
  for (;;) {
    while (at < length && bytes[at] !== 0x2a) at++;
    if (at >= length) return length;
    if (bytes[++at] === 0x2f) return at + 1;
  }
}

function endOfLine(bytes: Uint8Array, from: number, length: number): number {
  let at = from;
  while (at < length && bytes[at] !== 0x0a) at++;
  return at;
}

function endOfString(bytes: Uint8Array, from: number, length: number, quote: number): number {
  let at = from;
  while (at < length && bytes[at] !== quote && bytes[at] !== 0x0a) at += bytes[at] === 0x5c ? 2 : 1;
  return bytes[at] === quote ? at + 1 : Math.min(at, length);
}
