/** Rules for statements: macros that open a block, macros without a semicolon, labels, case ranges. */
import { planExpressions } from './expressions.js';
import { WORD, type Tokens } from './lex.js';
import { isMembers, planMembers } from './members.js';
import { blank, declareFromMacro, isNewLine, putInGap, type Sheet } from './sheet.js';
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
const CONTROL: ReadonlySet<string> = new Set(['if', 'for', 'while', 'switch']);
const LOOP = /for_?each/i;

/** Settles the statements of the body between the braces at `open` and `close`. */
export function planStatements(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  let isStart = true;
  let first = -1;
  for (let token = open + 1; token < close; token++) {
    const word = tokens.word[token] ?? '';
    if (tokens.kind[token] === WORD) {
      if (isStart) first = token;
      const end = isStart ? settleStart(sheet, token, close) : -1;
      if (end > token) {
        token = end;
        continue;
      }
      if (word === 'case') settleRange(sheet, token, close);
      if (word === 'goto' && tokens.word[token + 1] === '*') blank(sheet, token + 1, token + 1);
      isStart = word === 'else' || word === 'do';
    } else if (word === '{') {
      const end = match[token] ?? -1;
      if (isMembers(tokens, token)) {
        planMembers(sheet, token, end);
        token = Math.max(token, end - 1);
      } else if (!isBlock(sheet, token)) {
        token = Math.max(token, end);
        continue;
      } else if (tokens.word[token - 1] === 'do' && end > 0) settleLoopEnd(sheet, end);
      isStart = true;
    } else if (word === '(' || word === '[') {
      isStart = false;
    } else if (word === ')') {
      const before = (match[token] ?? 0) - 1;
      isStart = CONTROL.has(tokens.word[before] ?? '') || sheet.blocks.has(before);
    } else {
      isStart = word === ';' || word === '}' || (word === ':' && isLabel(tokens, token, first));
      if (word === ':' && isStart && tokens.word[token + 1] === '}') putInGap(sheet, token, ';');
    }
  }
  planExpressions(sheet, open + 1, close - 1);
}

/** Is the brace one of statements? Else it is a list of values: `= {`, `(struct x) {`, `foo(x, {`. */
function isBlock({ tokens, match }: Sheet, brace: number): boolean {
  const before = tokens.word[brace - 1] ?? '';
  if (before === ')') {
    const open = match[brace - 1] ?? -1;
    return (
      tokens.kind[open - 1] === WORD &&
      tokens.word[open - 1] !== 'return' &&
      tokens.word[open - 1] !== 'sizeof'
    );
  }
  if (before === ',') return (tokens.word[brace + 1] ?? '') !== '.';
  return before !== '=' && before !== ']';
}

/** A word where a statement begins. Gives the token that ends it, when it is a whole statement without a semicolon; else -1. */
function settleStart(sheet: Sheet, token: number, limit: number): number {
  const { tokens, match } = sheet;
  const word = tokens.word[token] ?? '';
  if (tokens.word[token + 1] === '(') {
    if (!NOT_A_MACRO.has(word)) return settleMacro(sheet, token, limit);
  } else if (
    word === 'static' &&
    tokens.kind[token + 1] === WORD &&
    tokens.word[token + 2] === '(' &&
    !NOT_A_MACRO.has(tokens.word[token + 1] ?? '')
  ) {
    // static DEFINE_RATELIMIT_STATE(x, 5 * HZ, 10);
    const close = match[token + 2] ?? -1;
    if (tokens.word[close + 1] === ';') blank(sheet, token, token);
    else if (tokens.word[close + 1] === '=') declareFromMacro(sheet, token + 1, close);
  } else if (/^_*[A-Z][A-Z0-9_]+$/.test(word) && token + 1 <= limit && isNewLine(tokens, token, token + 1)) {
    // a macro of its own on a line, without a semicolon: FLUSH_END
    if (tokens.kind[token + 1] === WORD || tokens.word[token + 1] === '}') blank(sheet, token, token);
  }
  return -1;
}

/** do { .. } for_each_vma(vmi, vma); */
function settleLoopEnd(sheet: Sheet, brace: number): void {
  const { tokens, match } = sheet;
  const name = tokens.word[brace + 1] ?? '';
  if (
    tokens.kind[brace + 1] !== WORD ||
    NOT_A_MACRO.has(name) ||
    tokens.word[brace + 2] !== '(' ||
    name.length < 'while'.length
  )
    return;
  if (tokens.word[(match[brace + 2] ?? -1) + 1] !== ';') return;
  standIn(sheet, brace + 1, 'while');
}

/** NAME(...) where a statement begins. Gives its last token when it is a statement without a semicolon, else -1. */
function settleMacro(sheet: Sheet, at: number, limit: number): number {
  const { tokens, match } = sheet;
  const close = match[at + 1] ?? -1;
  if (close < 0 || close + 1 > limit) return -1;
  const next = tokens.word[close + 1] ?? '';
  const name = tokens.word[at] ?? '';
  const isLoop = LOOP.test(name);
  const isWord = tokens.kind[close + 1] === WORD;
  if (next === '=' && tokens.word[close + 2] === '{') {
    declareFromMacro(sheet, at, close);
  } else if (next === '}' || (next === 'else' && !isLoop)) {
    putInGap(sheet, close, ';');
    return close;
  } else if (
    next === '{' ||
    (isLoop && (isWord || (next !== '' && '*(+-'.includes(next)))) ||
    (isWord && isDeeper(tokens, at, close + 1))
  ) {
    standIn(sheet, at, name.length < 'while'.length ? 'if' : 'while');
  } else if (isWord && isNewLine(tokens, close, close + 1)) {
    putInGap(sheet, close, ';');
    return close;
  } else if (isWord && ';=,['.includes(tokens.word[close + 2] ?? '?')) {
    blank(sheet, at + 1, close); // TYPE_OF(..) variable;
    sheet.settled.add(at);
  } else settleAmbiguity(sheet, at, close);
  return -1;
}

/**
 * `m(d(n * x, y));` behind another statement is taken for a declaration without a name, of type m(d(n *x, y)): a plus
 * before it makes it an expression.
 */
function settleAmbiguity({ tokens, match, blankings }: Sheet, at: number, close: number): void {
  if (tokens.word[close + 1] !== ';' || tokens.kind[at + 2] !== WORD || tokens.word[at + 3] !== '(') return;
  const inner = match[at + 3] ?? -1;
  if (inner !== close - 1) return;
  const start = tokens.start[at] ?? 0;
  const before = tokens.text.charAt(start - 1);
  for (let token = at + 5; token < inner; token++) {
    if (tokens.word[token] !== '*' || tokens.kind[token - 1] !== WORD) continue;
    if (before === ' ' || before === '\t') blankings.push({ start: start - 1, end: start, word: '+' });
    return;
  }
}

/** Puts C's own word in the place of a macro's name. */
function standIn(sheet: Sheet, at: number, word: string): void {
  const name = sheet.tokens.word[at] ?? '';
  if (word.length > name.length) return;
  blank(sheet, at, at, word);
  sheet.blocks.add(at);
  sheet.renames.push({ offset: sheet.tokens.start[at] ?? 0, kind: 'block', name });
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

/** A colon behind a label or a case, not one of `a ? b : c`; `first` begins the statement that it is in. */
function isLabel(tokens: Tokens, colon: number, first: number): boolean {
  if (colon - 1 === first) return true;
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
    while (end < limit && end < token + 40 && tokens.word[end + 1] !== ':') end++;
    blank(sheet, token, end);
    return;
  }
}
