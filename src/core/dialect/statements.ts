/** Rules for statements: macros that open a block, macros without a semicolon, labels, case ranges. */
import { planExpressions } from './expressions.js';
import { WORD, type Tokens } from './lex.js';
import { blank, declareFromMacro, isNewLine, type Sheet } from './toplevel.js';
import {
  AGGREGATES,
  ARITHMETIC_TYPES,
  ASM,
  OPERATOR_KEYWORDS,
  SPECIFIERS,
  STATEMENT_KEYWORDS,
  TYPEOF,
} from './words.js';

const NOT_A_MACRO: ReadonlySet<string> = new Set([
  ...STATEMENT_KEYWORDS,
  ...SPECIFIERS,
  ...AGGREGATES,
  ...ARITHMETIC_TYPES,
  ...OPERATOR_KEYWORDS,
  ...ASM,
  ...TYPEOF,
]);
const LOOP = /for_?each/i;

/** Settles the statements of the body between the braces at `open` and `close`. */
export function planStatements(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  let isStart = true;
  for (let token = open + 1; token < close; token++) {
    const word = tokens.word[token] ?? '';
    if (tokens.kind[token] === WORD) {
      if (isStart && tokens.word[token + 1] === '(' && !NOT_A_MACRO.has(word))
        settleMacro(sheet, token, close);
      if (word === 'case') settleRange(sheet, token, close);
      if (word === 'goto' && tokens.word[token + 1] === '*') blank(sheet, token + 1, token + 1);
      isStart = word === 'else' || word === 'do';
    } else if (word === '(' || word === '[') {
      isStart = false;
    } else if (word === ')') {
      const before = (match[token] ?? 0) - 1;
      isStart =
        /^(if|for|while|switch)$/.test(tokens.word[before] ?? '') || LOOP.test(tokens.word[before] ?? '');
    } else {
      isStart = word === ';' || word === '{' || word === '}' || (word === ':' && isLabel(tokens, token));
      if (word === ':' && isStart && tokens.word[token + 1] === '}') putSemicolon(sheet, token);
    }
  }
  planExpressions(sheet, open + 1, close - 1);
}

/** NAME(...) where a statement begins. */
function settleMacro(sheet: Sheet, at: number, limit: number): void {
  const { tokens, match } = sheet;
  const close = match[at + 1] ?? -1;
  if (close < 0 || close + 1 > limit) return;
  const next = tokens.word[close + 1] ?? '';
  const name = tokens.word[at] ?? '';
  const startsStatement = next === '{' || tokens.kind[close + 1] === WORD;
  if (next === '=' && tokens.kind[close + 2] !== 0 && tokens.word[close + 2] === '{') {
    declareFromMacro(sheet, at, close);
    return;
  }
  if (next === '}' || (next === 'else' && !LOOP.test(name))) {
    putSemicolon(sheet, close);
    return;
  }
  if (
    !startsStatement &&
    !(LOOP.test(name) && (next === '*' || next === '(' || next === '+' || next === '-'))
  )
    return;
  if (next === '{' || LOOP.test(name) || isDeeper(tokens, at, close + 1)) {
    if (name.length < 'while'.length) {
      if (name.length >= 2) blank(sheet, at, at, 'if');
    } else blank(sheet, at, at, 'while');
    sheet.renames.push({ offset: tokens.start[at] ?? 0, kind: 'block', name });
  } else if (isNewLine(tokens, close, close + 1)) {
    putSemicolon(sheet, close);
  }
}

/** Puts a semicolon into a blank between a token and the next, where there is one. */
function putSemicolon({ tokens, blankings }: Sheet, after: number): void {
  const from = tokens.end[after] ?? 0;
  const to = tokens.start[after + 1] ?? tokens.text.length;
  for (let at = from; at < to; at++) {
    const code = tokens.text.charCodeAt(at);
    if (code === 32 || code === 9) {
      blankings.push({ start: at, end: at + 1, word: ';' });
      return;
    }
  }
}

/** Does `next` stand on a later line, further right? Then it is the body of the macro before it. */
function isDeeper(tokens: Tokens, at: number, next: number): boolean {
  if (!isNewLine(tokens, at, next)) return false;
  return columnOf(tokens, next) > columnOf(tokens, at);
}

function columnOf(tokens: Tokens, token: number): number {
  const start = tokens.start[token] ?? 0;
  let column = 0;
  for (let at = tokens.text.lastIndexOf('\n', start) + 1; at < start; at++)
    column = tokens.text.charCodeAt(at) === 9 ? (column | 7) + 1 : column + 1;
  return column;
}

/** A colon behind a label or a case, not one of `a ? b : c`. */
function isLabel(tokens: Tokens, colon: number): boolean {
  if (tokens.kind[colon - 1] === WORD && ';{}:'.includes(tokens.word[colon - 2] ?? '?')) return true;
  for (let token = colon - 1; token > colon - 40; token--) {
    const word = tokens.word[token] ?? '';
    if (word === 'case' || word === 'default') return true;
    if (word === ';' || word === '{' || word === '}' || word === '?') return false;
  }
  return false;
}

/** `case A ... B:` keeps A only. */
function settleRange(sheet: Sheet, at: number, limit: number): void {
  const { tokens } = sheet;
  for (let token = at + 1; token < limit && token < at + 40; token++) {
    const word = tokens.word[token];
    if (word === ':' || word === ';') return;
    if (word !== '.' || tokens.word[token + 1] !== '.') continue;
    let end = token + 1;
    while (end < limit && tokens.word[end + 1] !== ':') end++;
    blank(sheet, token, end);
    return;
  }
}
