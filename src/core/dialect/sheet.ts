/** What the rules read and write: the code as tokens, and the changes that they want. */
import type { Blanking } from './edits.js';
import { WORD, type Tokens } from './lex.js';

export interface Rename {
  /** Where the stand-in is. */
  readonly offset: number;
  readonly kind: 'function' | 'block';
  /** What the original has: `for_each_online_node`, `sys_mprotect`. */
  readonly name: string;
  /** The macro that defines the function. */
  readonly macro?: string;
}

/** What the rules write into, and the code that they read. */
export interface Sheet {
  readonly tokens: Tokens;
  /** Index of each bracket's partner, or -1. */
  readonly match: Int32Array;
  readonly blankings: Blanking[];
  readonly renames: Rename[];
  /** Words before a `(` that are dealt with: no call is there any more. */
  readonly settled: Set<number>;
  /** Macros that have a statement behind them. */
  readonly blocks: Set<number>;
}

/** Blanks the tokens from `from` to `to`, both included; `put` stands at their begin. */
export function blank(sheet: Sheet, from: number, to: number, put = ''): void {
  const start = sheet.tokens.start[from] ?? 0;
  const end = sheet.tokens.end[to] ?? 0;
  if (put.length <= end - start) sheet.blankings.push({ start, end, word: put });
}

/** Puts one character into a blank between a token and the next; false when there is none. */
export function putInGap({ tokens, blankings }: Sheet, after: number, character: string): boolean {
  const from = tokens.end[after] ?? 0;
  const to = after + 1 < tokens.count ? (tokens.start[after + 1] ?? 0) : tokens.text.length;
  const gap = tokens.text.slice(from, to);
  // behind a kept preprocessor line it would stand in another arm
  const line = gap.indexOf('#');
  const at = gap.slice(0, line < 0 ? gap.length : line).search(/[ \t]/);
  if (at < 0) return false;
  blankings.push({ start: from + at, end: from + at + 1, word: character });
  return true;
}

export function isNewLine(tokens: Tokens, token: number, next: number): boolean {
  return tokens.text.slice(tokens.end[token], tokens.start[next]).includes('\n');
}

/** The arguments between two parentheses, as pairs of first and last token; an empty one is left out. */
export function splitArguments(
  { tokens, match }: Pick<Sheet, 'tokens' | 'match'>,
  open: number,
  close: number,
  separators = ',',
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let from = open + 1;
  for (let token = open + 1; token <= close; token++) {
    const mark = tokens.word[token] ?? '';
    if (token === close || mark === ',' || mark === separators[1]) {
      if (token > from) found.push([from, token - 1]);
      from = token + 1;
    } else if (mark === '(' || mark === '{' || mark === '[') {
      const partner = match[token] ?? -1;
      if (partner > token && partner < close) token = partner;
    }
  }
  return found;
}

/** DEFINE_PER_CPU(struct x, name) = .. becomes `struct x name = ..`; DEFINE_X(name) = .. becomes `DEFINE_X name = ..`. */
export function declareFromMacro(sheet: Sheet, macro: number, close: number): void {
  const args = splitArguments(sheet, macro + 1, close);
  const [first, last] = [args[0], args.at(-1)];
  sheet.settled.add(macro);
  if (first === undefined || last === undefined) return;
  blank(sheet, close, close);
  if (args.length === 1) blank(sheet, macro + 1, macro + 1);
  else if (args.length === 2 && sheet.tokens.kind[first[0]] === WORD) {
    blank(sheet, macro, macro + 1);
    blank(sheet, first[1] + 1, first[1] + 1);
  } else blank(sheet, macro + 1, last[0] - 1);
}
