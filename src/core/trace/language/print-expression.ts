/** Writes expressions of the `.race` language, as parse-expression.ts reads them. */
import type { Expr } from '../../program/ir.js';
import { PRECEDENCE, rankOf, RESERVED } from './expression-words.js';

/** A name as it must be written: bare, or between backticks. */
export function printName(text: string): string {
  const isBare = /^[A-Za-z_][A-Za-z0-9_.]*$/.test(text) && !RESERVED.has(text);
  return isBare ? text : `\`${text.replace(/[\\`]/g, '\\$&')}\``;
}

/** Tighter than any operator between two operands. */
const UNARY_RANK = PRECEDENCE.length;

/** `asPointer`: where a pointer is expected, `pmd0[i]` needs no `&`. */
export function printExpression(expr: Expr, asPointer = false): string {
  return asPointer ? printAt(expr, 0).replace(/^&(?=[^&].*\[)/, '') : printAt(expr, 0);
}

function printAt(expr: Expr, rank: number): string {
  switch (expr.kind) {
    case 'int':
      return expr.value < 0 && rank > 0 ? `(${expr.value})` : String(expr.value);
    case 'symbol':
      return `&${printName(expr.name)}`;
    case 'address':
      return `&&${printName(expr.of)}`;
    case 'unknown':
      return expr.text === '' ? '?' : `?"${expr.text.replace(/[\\"]/g, '\\$&')}"`;
    case 'var':
      return printName(expr.name);
    case 'entry':
      return expr.value;
    case 'table':
      return printName(expr.page);
    case 'geometry':
      return `geometry(${printName(expr.name)})`;
    case 'root':
      return `root(${printAt(expr.mm, 0)}, ${printAt(expr.index, 0)})`;
    case 'index':
      return `index(${expr.level}, ${printAt(expr.address, 0)})`;
    case 'element':
      return `&${printName(expr.page)}[${printAt(expr.index, 0)}]`;
    case 'descend':
      return `&${printBase(expr.entry)}[${printAt(expr.index, 0)}]`;
    case 'is':
      return `${expr.test} ${printTight(expr.operand)}`;
    case 'not':
      return `!${printTight(expr.operand)}`;
    case 'complement':
      return `~${printTight(expr.operand)}`;
    case 'negate':
      return `-${printTight(expr.operand)}`;
    case 'binary': {
      const own = rankOf(expr.operator);
      const text = `${printAt(expr.left, own)} ${expr.operator} ${printAt(expr.right, own + 1)}`;
      return own < rank ? `(${text})` : text;
    }
  }
}

/** Operand of a unary operator or test. */
function printTight(expr: Expr): string {
  const isSimple =
    expr.kind === 'var' || expr.kind === 'table' || (expr.kind === 'unknown' && expr.text !== '');
  return isSimple ? printAt(expr, UNARY_RANK) : `(${printAt(expr, 0)})`;
}

/** What stands before `[`: a name, or anything in parentheses. */
function printBase(expr: Expr): string {
  return expr.kind === 'var' ? printName(expr.name) : `(${printAt(expr, 0)})`;
}
