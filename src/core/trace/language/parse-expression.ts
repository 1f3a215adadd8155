/** Reads expressions of the `.race` language: C's operators over the values of the machine. */
import type { BinaryOperator, EntryTest, Expr, Level } from '../../program/ir.js';
import { LEVELS } from '../../program/ir.js';
import type { Cursor } from './cursor.js';
import { fault, quoted, skipSpace } from './cursor.js';
import { PRECEDENCE, rankOf, RESERVED, TESTS } from './expression-words.js';

const OPERATORS = PRECEDENCE.flat().sort((a, b) => b.length - a.length);
const NAME = /[A-Za-z_][A-Za-z0-9_.]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|[0-9]+/y;
/** The level of an entry is not written: levels.ts finds it. */
const ANY_LEVEL: Level = 'pte';

export interface Names {
  /** Names of the declared pages: all other names are variables. */
  readonly pages: ReadonlySet<string>;
}

function peek(cursor: Cursor): string {
  skipSpace(cursor);
  return cursor.text.charAt(cursor.at);
}

function accept(cursor: Cursor, text: string): boolean {
  skipSpace(cursor);
  if (!cursor.text.startsWith(text, cursor.at)) return false;
  cursor.at += text.length;
  return true;
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  skipSpace(cursor);
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

/** A variable, page or symbol: a word of letters, digits, `_` and `.`, or anything between backticks. */
export function name(cursor: Cursor, what: string): string {
  if (peek(cursor) === '`') return quoted(cursor, '`');
  const start = cursor.at;
  const found = match(cursor, NAME);
  if (found === undefined) return fault(cursor, `expected ${what}`);
  if (!RESERVED.has(found)) return found;
  cursor.at = start;
  return fault(cursor, `${found} is a word of the language; write \`${found}\` for a name`);
}

export function expression(cursor: Cursor, names: Names): Expr {
  return climb(cursor, names, 0, 0);
}

const MAX_DEPTH = 100;

/** Precedence climbing: operators of at least this rank. */
function climb(cursor: Cursor, names: Names, rank: number, depth: number): Expr {
  let left = unary(cursor, names, depth + 1);
  for (;;) {
    const operator = peekOperator(cursor);
    if (operator === undefined || rankOf(operator) < rank) return left;
    cursor.at += operator.length;
    left = { kind: 'binary', operator, left, right: climb(cursor, names, rankOf(operator) + 1, depth + 1) };
  }
}

function peekOperator(cursor: Cursor): BinaryOperator | undefined {
  skipSpace(cursor);
  if (cursor.text.startsWith('&&', cursor.at)) return undefined;
  return OPERATORS.find((operator) => cursor.text.startsWith(operator, cursor.at));
}

function unary(cursor: Cursor, names: Names, depth: number): Expr {
  if (depth > MAX_DEPTH) return fault(cursor, 'expression is nested too deep');
  const operand = (): Expr => unary(cursor, names, depth + 1);
  if (accept(cursor, '!')) return { kind: 'not', operand: operand() };
  if (accept(cursor, '~')) return { kind: 'complement', operand: operand() };
  if (accept(cursor, '-')) {
    const number = match(cursor, NUMBER);
    return number === undefined
      ? { kind: 'negate', operand: operand() }
      : { kind: 'int', value: -Number(number) };
  }
  if (accept(cursor, '&&')) return { kind: 'address', of: name(cursor, 'a local object') };
  if (accept(cursor, '&')) {
    skipSpace(cursor);
    const start = cursor.at;
    const target = postfix(cursor, names, depth);
    if (target.kind === 'element' || target.kind === 'descend') return target;
    cursor.at = start;
    return { kind: 'symbol', name: name(cursor, 'a global') };
  }
  const test = testWord(cursor);
  return test === undefined
    ? postfix(cursor, names, depth)
    : { kind: 'is', test, level: ANY_LEVEL, operand: operand() };
}

/** `none x`, but not the constant `none`: a test is followed by its operand. */
function testWord(cursor: Cursor): EntryTest | undefined {
  skipSpace(cursor);
  const start = cursor.at;
  const text = match(cursor, NAME);
  const found = TESTS.find((test) => test === text);
  if (
    found !== undefined &&
    /[A-Za-z_0-9`(?&]/.test(peek(cursor)) &&
    !cursor.text.startsWith('& ', cursor.at)
  )
    return found;
  cursor.at = start;
  return undefined;
}

function postfix(cursor: Cursor, names: Names, depth: number): Expr {
  let base = primary(cursor, names, depth);
  while (accept(cursor, '[')) {
    const index = climb(cursor, names, 0, depth + 1);
    if (!accept(cursor, ']')) return fault(cursor, 'expected ]');
    base =
      base.kind === 'table'
        ? { kind: 'element', page: base.page, index }
        : { kind: 'descend', entry: base, level: ANY_LEVEL, index };
  }
  return base;
}

function primary(cursor: Cursor, names: Names, depth: number): Expr {
  const number = match(cursor, NUMBER);
  if (number !== undefined) return { kind: 'int', value: Number(number) };
  if (accept(cursor, '?')) return { kind: 'unknown', text: peek(cursor) === '"' ? quoted(cursor, '"') : '' };
  if (accept(cursor, '(')) {
    const inner = climb(cursor, names, 0, depth + 1);
    return accept(cursor, ')') ? inner : fault(cursor, 'expected )');
  }
  const start = cursor.at;
  const wordText = match(cursor, NAME);
  switch (wordText) {
    case 'none':
    case 'leaf':
    case 'bad':
      return { kind: 'entry', value: wordText };
    case 'geometry':
      return { kind: 'geometry', name: parenthesised(cursor, () => name(cursor, 'a constant')) };
    case 'index':
      return parenthesised(cursor, () => {
        const level =
          LEVELS.find((candidate) => candidate === match(cursor, NAME)) ?? fault(cursor, 'expected a level');
        if (!accept(cursor, ',')) fault(cursor, 'expected ,');
        return { kind: 'index', level, address: climb(cursor, names, 0, depth + 1) };
      });
    case 'root':
      return parenthesised(cursor, () => {
        const mm = climb(cursor, names, 0, depth + 1);
        if (!accept(cursor, ',')) fault(cursor, 'expected ,');
        return { kind: 'root', mm, index: climb(cursor, names, 0, depth + 1) };
      });
    default:
      cursor.at = start;
  }
  const found = name(cursor, 'an expression');
  return names.pages.has(found) ? { kind: 'table', page: found } : { kind: 'var', name: found };
}

function parenthesised<T>(cursor: Cursor, inside: () => T): T {
  if (!accept(cursor, '(')) return fault(cursor, 'expected (');
  const value = inside();
  return accept(cursor, ')') ? value : fault(cursor, 'expected )');
}
