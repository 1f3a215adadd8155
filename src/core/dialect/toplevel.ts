/**
 * The items of a file: functions, macro lines, declarations. Each item is found from its first token to the `;` or body
 * that ends it, so that an odd one is settled before the parser can run it into the next.
 */
import type { Blanking } from './edits.js';
import { planExpressions } from './expressions.js';
import { functionFromMacro } from './definitions.js';
import { planHeader } from './headers.js';
import { WORD, type Tokens } from './lex.js';
import { isMembers, planMembers } from './members.js';
import { blank, declareFromMacro, isNewLine, splitArguments, type Rename, type Sheet } from './sheet.js';
import { planStatements } from './statements.js';
import { AGGREGATES, ARITHMETIC_TYPES, ASM, SPECIFIERS } from './words.js';

/** A function at file scope. UTF-16 offsets; `end` is behind the closing brace. */
export interface Region {
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

export interface MacroLine {
  readonly name: string;
  readonly offset: number;
  readonly end: number;
  readonly args: readonly { readonly text: string; readonly offset: number }[];
}

export interface TopLevelPlan {
  readonly blankings: readonly Blanking[];
  readonly regions: readonly Region[];
  readonly renames: readonly Rename[];
  readonly macroLines: readonly MacroLine[];
}

const SPECIFIER_WORDS: ReadonlySet<string> = new Set(SPECIFIERS);
const TYPE_WORDS: ReadonlySet<string> = new Set([...ARITHMETIC_TYPES, ...AGGREGATES, ...SPECIFIERS]);
const NOT_A_MACRO: ReadonlySet<string> = new Set([...TYPE_WORDS, ...ASM]);

/** Walks the items of a file and settles each. */
export function planTopLevel(tokens: Tokens, match: Int32Array): TopLevelPlan {
  const sheet: Sheet = { tokens, match, blankings: [], renames: [], settled: new Set(), blocks: new Set() };
  const regions: Region[] = [];
  const macroLines: MacroLine[] = [];
  const word = (token: number): string => tokens.word[token] ?? '';

  for (let at = 0; at < tokens.count;) {
    const first = at;
    let macro = first;
    while (SPECIFIER_WORDS.has(word(macro))) macro++;
    const close = isMacroCall(tokens, match, macro) ? (match[macro + 1] ?? -1) : -1;
    if (close >= 0) {
      const next = close + 1;
      const isLast = next >= tokens.count;
      if (
        word(next) === ';' ||
        isLast ||
        (tokens.kind[next] === WORD && isNewLine(tokens, close, next)) ||
        word(next) === '}'
      ) {
        const last = word(next) === ';' ? next : close;
        blank(sheet, first, last);
        macroLines.push(macroLine(sheet, macro, close));
        at = last + 1;
        continue;
      }
      if (word(next) === '=' || word(next) === '[') declareFromMacro(sheet, macro, close);
    } else if (isBareMacro(tokens, first)) {
      blank(sheet, first, first);
      at = first + 1;
      continue;
    }
    const end = itemEnd(tokens, match, first);
    if (close >= 0 && close === end.body - 1 && tokens.word[end.body + 1] === '.') {
      // define_machine(name) { .member = value } becomes the object `define_machine name= { .. }`
      blank(sheet, macro + 1, macro + 1);
      blank(sheet, close, close, '=');
      planExpressions(sheet, end.body, end.last);
      at = end.last + 1;
      continue;
    }
    if (
      close >= 0 &&
      close === end.body - 1 &&
      tokens.word[macro + 2] !== ')' &&
      tokens.word[macro + 3] !== ',' &&
      macro + 3 !== close
    ) {
      // NAME(struct x) { members }; declares a type
      blank(sheet, first, word(end.last + 1) === ';' ? end.last + 1 : end.last);
      at = word(end.last + 1) === ';' ? end.last + 2 : end.last + 1;
      continue;
    }
    if (end.body < 0) {
      planData(sheet, first, end.last);
      at = end.last + 1;
      continue;
    }
    if (close === end.body - 1 && close >= 0) functionFromMacro(sheet, macro, close);
    else planHeader(sheet, first, end.body);
    planStatements(sheet, end.body, end.last);
    regions.push({
      start: tokens.start[first] ?? 0,
      bodyStart: tokens.start[end.body] ?? 0,
      end: tokens.end[end.last] ?? 0,
    });
    at = end.last + 1;
  }
  sheet.renames.sort((a, b) => a.offset - b.offset);
  return { blankings: sheet.blankings, regions, renames: sheet.renames, macroLines };
}

/** A declaration or a type: members of structures, and the expressions of initialisers. */
function planData(sheet: Sheet, first: number, last: number): void {
  for (let token = first; token <= last; token++) {
    if (sheet.tokens.word[token] !== '{') continue;
    const close = sheet.match[token] ?? -1;
    if (close < token || !isMembers(sheet.tokens, token)) continue;
    planMembers(sheet, token, close);
    token = close;
  }
  planExpressions(sheet, first, last);
}

/** NAME(...), where NAME is neither a type nor `int (*f)(...)`. */
function isMacroCall(tokens: Tokens, match: Int32Array, at: number): boolean {
  if (tokens.kind[at] !== WORD || tokens.word[at + 1] !== '(' || tokens.word[at + 2] === '*') return false;
  return !NOT_A_MACRO.has(tokens.word[at] ?? '') && (match[at + 1] ?? -1) > 0;
}

/** A word in capitals, alone on its line, where a declaration begins: `RCU_LOCKDEP_SECTION` and the like. */
function isBareMacro(tokens: Tokens, at: number): boolean {
  if (tokens.kind[at] !== WORD || !/^[A-Z_][A-Z0-9_]+$/.test(tokens.word[at] ?? '')) return false;
  return (
    at + 1 < tokens.count &&
    tokens.kind[at + 1] === WORD &&
    isNewLine(tokens, at, at + 1) &&
    TYPE_WORDS.has(tokens.word[at + 1] ?? '')
  );
}

function macroLine(sheet: Sheet, macro: number, close: number): MacroLine {
  const { tokens } = sheet;
  const args = splitArguments(sheet, macro + 1, close).map(([from, to]) => ({
    text: tokens.text.slice(tokens.start[from], tokens.end[to]),
    offset: tokens.start[from] ?? 0,
  }));
  return {
    name: tokens.word[macro] ?? '',
    offset: tokens.start[macro] ?? 0,
    end: tokens.end[close] ?? 0,
    args,
  };
}

/** Where the item that begins at `first` ends, and where its body opens (-1: it is no function). */
function itemEnd(tokens: Tokens, match: Int32Array, first: number): { last: number; body: number } {
  let isData = false;
  for (let token = first; token < tokens.count; token++) {
    const mark = tokens.word[token];
    if (mark === ';') return { last: token, body: -1 };
    if (mark === '}') return { last: token, body: -1 };
    if (mark === '=') isData = true;
    if (mark !== '(' && mark !== '[' && mark !== '{') continue;
    const partner = match[token] ?? -1;
    if (mark === '{' && !isData && isBody(tokens, first, token))
      return { last: partner > 0 ? partner : unclosedEnd(tokens, token), body: token };
    if (partner > token) token = partner;
  }
  return { last: tokens.count - 1, body: -1 };
}

/** Where a body without its closing brace ends: before the next word in the first column that is no label. */
function unclosedEnd(tokens: Tokens, brace: number): number {
  for (let token = brace + 1; token < tokens.count; token++) {
    const start = tokens.start[token] ?? 0;
    const isFirst = tokens.kind[token] === WORD && tokens.text.charCodeAt(start - 1) === 10;
    if (isFirst && tokens.word[token + 1] !== ':') return token - 1;
  }
  return tokens.count - 1;
}

/** Is the brace a function's body? It is when a parameter list was closed before it; `struct x {` has none. */
function isBody(tokens: Tokens, first: number, brace: number): boolean {
  if (tokens.word[brace - 1] === ')') return true;
  for (let token = brace - 1; token > first && token > brace - 40; token--) {
    const word = tokens.word[token] ?? '';
    if (word === ')') return true;
    if (AGGREGATES.includes(word) || word === '=') return false;
  }
  return false;
}
