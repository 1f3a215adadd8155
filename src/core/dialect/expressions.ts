/** Rules for what stands within expressions: types as arguments, typeof, asm, operators as arguments. */
import { NUMBER, STRING, WORD, type Tokens } from './lex.js';
import { blank, putInGap, splitArguments, type Sheet } from './sheet.js';
import {
  AGGREGATES,
  ALIGNOF,
  ARITHMETIC_TYPES,
  ASM,
  OPERATOR_KEYWORDS,
  SPECIFIERS,
  STATEMENT_KEYWORDS,
  TYPEOF,
} from './words.js';

/** Stands for a whole asm statement in the tree. */
const ASM_STANDIN = 'ASM';

const TYPEOF_WORDS: ReadonlySet<string> = new Set(TYPEOF);
const ALIGNOF_WORDS: ReadonlySet<string> = new Set(ALIGNOF);
const ASM_WORDS: ReadonlySet<string> = new Set(ASM);
const NOT_CALLED: ReadonlySet<string> = new Set([
  ...OPERATOR_KEYWORDS,
  ...STATEMENT_KEYWORDS,
  ...ARITHMETIC_TYPES,
  ...AGGREGATES,
]);
const SPECIFIER_WORDS: ReadonlySet<string> = new Set(SPECIFIERS);
const STATEMENT_WORDS: ReadonlySet<string> = new Set(STATEMENT_KEYWORDS);
const JUMPS: ReadonlySet<string> = new Set(['return', 'goto', 'break', 'continue']);

/** Settles the expressions among the tokens from `from` to `to`, both included. */
export function planExpressions(sheet: Sheet, from: number, to: number): void {
  const { tokens, match } = sheet;
  for (let token = from; token <= to; token++) {
    if (tokens.kind[token] === STRING) joinStrings(sheet, token);
    if (tokens.kind[token] === NUMBER) settleNumber(sheet, token);
    if (tokens.word[token] === '(') castLiteral(sheet, token, match[token] ?? -1);
    if (tokens.kind[token] !== WORD) continue;
    const word = tokens.word[token] ?? '';
    if (ASM_WORDS.has(word)) {
      token = emptyAsm(sheet, token, to);
      continue;
    }
    if (word === 'auto' && tokens.kind[token + 1] === WORD && tokens.word[token + 2] === '=')
      blank(sheet, token, token, 'int');
    if (word.startsWith('__') && isTrailingMark(tokens, token)) blank(sheet, token, token);
    if (sheet.settled.has(token)) continue;
    if (tokens.word[token + 1] !== '(') continue;
    const close = match[token + 1] ?? -1;
    if (close < 0) continue;
    if (TYPEOF_WORDS.has(word)) {
      blank(sheet, token, close, 'auto_t');
      token = close;
    } else if (ALIGNOF_WORDS.has(word)) {
      blank(sheet, token, token, 'sizeof'); // takes expressions too; both are only numbers here
      shortenType(sheet, token);
    } else if (word === 'sizeof') {
      shortenType(sheet, token);
    } else if (word === 'offsetof') {
      const member = splitArguments(sheet, token + 1, close)[1];
      if (member !== undefined && member[1] > member[0]) blank(sheet, member[0] + 1, member[1]);
    } else if (!NOT_CALLED.has(word)) {
      settleArguments(sheet, token + 1, close);
    }
  }
}

/** sizeof(struct page) loses `struct`: a call with it in its arguments could be read as a declaration. */
function shortenType(sheet: Sheet, at: number): void {
  const { tokens } = sheet;
  if (AGGREGATES.includes(tokens.word[at + 2] ?? '') && tokens.kind[at + 3] === WORD)
    blank(sheet, at + 2, at + 2);
}

const C_NUMBER = /^(?:0[xX][\da-fA-F]+[uUlL]*|0[bB][01]+[uUlL]*|[\d.]+(?:[eE][-+]?\d+)?[uUlLfF]*)$/;

/** `1000baseT_Full`, which a macro pastes to something else. */
function settleNumber(sheet: Sheet, at: number): void {
  const text = sheet.tokens.text.slice(sheet.tokens.start[at], sheet.tokens.end[at]);
  if (text.length > 1 && !C_NUMBER.test(text)) blank(sheet, at, at, '0');
}

const MARKS_END: ReadonlySet<string> = new Set([';', '=', ',']);

/** `pte_t tbl[N] __bss_pgtbl;` and `struct foo x __mark = ..`: a mark that no table knows. */
function isTrailingMark(tokens: Tokens, at: number): boolean {
  if (!MARKS_END.has(tokens.word[at + 1] ?? '')) return false;
  if (tokens.word[at - 1] === ']') return true;
  const before = tokens.word[at - 2] ?? '';
  if (!isPartName(tokens, at - 1) || SPECIFIER_WORDS.has(tokens.word[at - 1] ?? '')) return false;
  return (
    before === '*' ||
    (tokens.kind[at - 2] === WORD &&
      !SPECIFIER_WORDS.has(before) &&
      !AGGREGATES.includes(before) &&
      !STATEMENT_WORDS.has(before))
  );
}

/** asm volatile ("..." : ...) becomes the name {@link ASM_STANDIN}: operands and template are no C. */
function emptyAsm(sheet: Sheet, at: number, to: number): number {
  const { tokens, match } = sheet;
  let open = at + 1;
  while (open <= to && tokens.kind[open] === WORD) open++;
  const close = tokens.word[open] === '(' ? (match[open] ?? -1) : -1;
  if (close < 0) return at;
  // `register long r3 asm("r3") = x`: a part of a declaration
  const isPart =
    (tokens.kind[at - 1] === WORD && !STATEMENT_WORDS.has(tokens.word[at - 1] ?? '')) ||
    tokens.word[at - 1] === ']';
  blank(sheet, at, close, isPart ? '' : ASM_STANDIN);
  return close;
}

/** Between the parts of one string a parser takes one name: `KERN_ERR PFX "x"` keeps PFX, `"a" PRIx(b) "c"` loses `(b)`. */
function joinStrings(sheet: Sheet, at: number): void {
  const { tokens, match } = sheet;
  const opening = tokens.word[at - 1] === ')' ? (match[at - 1] ?? -1) : -1;
  if (opening > 0 && isPartName(tokens, opening - 1)) blank(sheet, opening, at - 1);
  for (
    let before = at - 2;
    before >= 0 && isPartName(tokens, before) && isPartName(tokens, before + 1);
    before--
  )
    blank(sheet, before, before);
  if (!isPartName(tokens, at + 1)) return;
  let end = at + 1;
  while (isPartName(tokens, end + 1)) end++;
  if (end > at + 1) blank(sheet, at + 2, end);
  const close = tokens.word[end + 1] === '(' ? (match[end + 1] ?? -1) : -1;
  if (close > 0) blank(sheet, end + 1, close);
}

const isPartName = (tokens: Tokens, token: number): boolean =>
  token < tokens.count && tokens.kind[token] === WORD && !NOT_CALLED.has(tokens.word[token] ?? '');

function settleArguments(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  for (let token = open + 1; token < close; token++) {
    const mark = tokens.word[token];
    if (mark === '{' || mark === '(' || mark === '[') {
      const partner = match[token] ?? -1;
      if (partner > token) token = partner;
    } else if (mark === ';') blank(sheet, token, token, token + 1 === close ? '' : ',');
  }
  for (const [first, last] of splitArguments(sheet, open, close, ',;')) settleArgument(sheet, first, last);
  fillEmptyArguments(sheet, open, close);
}

/** FOO(a, , b): a zero where there is room, else the comma goes. */
function fillEmptyArguments(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  for (let token = open + 1; token <= close; token++) {
    const mark = tokens.word[token] ?? '';
    if (mark === '(' || mark === '{' || mark === '[') token = Math.max(token, match[token] ?? -1);
    const isEmpty =
      (mark === ',' || (mark === ')' && token > open + 1)) &&
      (tokens.word[token - 1] === ',' || (mark === ',' && token === open + 1));
    if (isEmpty && !putInGap(sheet, token - 1, '0'))
      blank(sheet, mark === ',' ? token : token - 1, mark === ',' ? token : token - 1);
  }
}

/** (pud_t) { value } becomes the cast (pud_t) ( value ): the grammar has no literal of a type without `struct` with a call in it. */
function castLiteral(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  if (tokens.kind[open - 1] === WORD && tokens.word[open - 1] !== 'return') return; // `if (b) {`, `f(b) {`
  const isTypeof = TYPEOF_WORDS.has(tokens.word[open + 1] ?? '') && match[open + 2] === close - 1;
  const isType = tokens.kind[open + 1] === WORD && (close === open + 2 || isTypeof);
  if (tokens.word[close] !== ')' || tokens.word[close + 1] !== '{' || !isType) return;
  const end = match[close + 1] ?? -1;
  if (
    end < close + 3 ||
    tokens.word[close + 2] === '.' ||
    tokens.word[close + 2] === '[' ||
    tokens.word[close + 2] === '{'
  )
    return;
  if (tokens.word[end - 1] === ',') blank(sheet, end - 1, end - 1);
  for (let token = close + 2; token < end; token++) {
    const mark = tokens.word[token];
    if (mark === '(' || mark === '[') token = Math.max(token, match[token] ?? -1);
    else if (mark === ';' || mark === '{') return;
  }
  blank(sheet, close + 1, close + 1, '(');
  blank(sheet, end, end, ')');
}

function settleArgument(sheet: Sheet, first: number, last: number): void {
  const { tokens } = sheet;
  const lead = tokens.word[first] ?? '';
  if (tokens.kind[first] === WORD) {
    if (JUMPS.has(lead)) {
      if (first === last) blank(sheet, first, last, '0');
      else blank(sheet, first, first);
      return;
    }
    if (
      last > first + 2 &&
      isPartName(tokens, first + 1) &&
      tokens.word[first + 2] === '(' &&
      sheet.match[first + 2] === last
    ) {
      blank(sheet, first, first); // LOCK_PREFIX __ASM_SIZE(bts)
      return;
    }
    const name = typeName(sheet, first, last);
    if (name >= 0) {
      if (name > first) blank(sheet, first, name - 1);
      if (name < last) blank(sheet, name + 1, last);
    }
  } else if (lead === '[' && tokens.word[first + 2] === ']' && tokens.kind[first + 3] === STRING) {
    blank(sheet, first, last, '0'); // an operand of asm: [name] "r" (value)
  } else if ((tokens.kind[first] === STRING && tokens.word[first + 1] === '(') || lead === ':') {
    blank(sheet, first, last, '0'); // operands of asm: "r" (value)
  } else if (lead === '.' && tokens.kind[first + 1] === WORD && tokens.word[first + 2] === '=') {
    blank(sheet, first, first);
  } else if (lead !== '' && isOperator(sheet, first, last)) {
    blank(sheet, first, last, '0');
  }
}

/** The word that can stand for a type (`struct mm_walk *` gives `mm_walk`), or -1 when the argument is no type. */
function typeName({ tokens }: Sheet, first: number, last: number): number {
  let name = -1;
  let words = 0;
  let token = first;
  for (; token <= last && tokens.kind[token] === WORD; token++) {
    if (NOT_CALLED.has(tokens.word[token] ?? '') && OPERATOR_KEYWORDS.includes(tokens.word[token] ?? ''))
      return -1;
    name = token;
    words++;
  }
  const stars = last - token + 1;
  for (; token <= last; token++) if (tokens.word[token] !== '*') return -1;
  return words > 1 || stars > 0 ? name : -1;
}

function isOperator({ tokens }: Sheet, first: number, last: number): boolean {
  for (let token = first; token <= last; token++)
    if (!'=<>!+-*/%&|^'.includes(tokens.word[token] ?? '') || tokens.word[token] === '') return false;
  return true;
}
