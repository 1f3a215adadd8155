/** C's binary operators over the values of the machine. What the model can't say is UNKNOWN. */
import type { BinaryOperator } from '../program/ir.js';
import {
  ANY_INDEX,
  FAR,
  indexOfPointer,
  int,
  isEntry,
  isInt,
  isPointer,
  isSymbol,
  isThrough,
  NONE,
  not,
  offset,
  pageOfPointer,
  UNKNOWN,
  type Value,
} from './value.js';

/** C's binary operators over the model's values; what the model does not have is UNKNOWN. */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return not(equal(left, right));
    case '<':
      return less(left, right);
    case '>':
      return less(right, left);
    case '<=':
      return not(less(right, left));
    case '>=':
      return not(less(left, right));
    default: {
      const a = left === NONE ? 0 : left;
      const b = right === NONE ? 0 : right;
      if (isInt(a) && isInt(b)) return arithmetic(operator, a, b);
      if (operator === '&' && (a === 0 || b === 0)) return 0;
      return pointerArithmetic(operator, a, b);
    }
  }
}

function pointerArithmetic(operator: BinaryOperator, a: Value, b: Value): Value {
  const left = isPointer(a) || isThrough(a);
  const right = isPointer(b) || isThrough(b);
  if (operator === '+' && left !== right) return left ? offset(a, b) : offset(b, a);
  if (operator !== '-' || !left) return UNKNOWN;
  if (!right) return offset(a, isInt(b) ? -b : UNKNOWN);
  if (!isPointer(a) || !isPointer(b) || pageOfPointer(a) !== pageOfPointer(b)) return UNKNOWN;
  const one = indexOfPointer(a);
  const other = indexOfPointer(b);
  return [one, other].some((index) => index === ANY_INDEX || index === FAR) ? UNKNOWN : one - other;
}

/** Does the model know where two pointers into one page are to each other? Not of two that are both past its end. */
function areApart(a: Value, b: Value): boolean {
  const one = indexOfPointer(a);
  const other = indexOfPointer(b);
  return one !== ANY_INDEX && other !== ANY_INDEX && (one !== FAR || other !== FAR);
}

/** Are two values equal? The model has one leaf: two leaves are the same value. */
function equal(left: Value, right: Value): Value {
  const a = left === NONE ? 0 : left;
  const b = right === NONE ? 0 : right;
  if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN;
  if (isInt(a) && isInt(b)) return a === b ? 1 : 0;
  if (isInt(a) || isInt(b)) return a === 0 || b === 0 ? 0 : UNKNOWN;
  if (isPointer(a) && isPointer(b) && pageOfPointer(a) === pageOfPointer(b) && !areApart(a, b))
    return UNKNOWN;
  if (a === b) return 1;
  const pointers = (isPointer(a) || isThrough(a)) && (isPointer(b) || isThrough(b));
  return pointers || (isEntry(a) && isEntry(b)) || (isSymbol(a) && isSymbol(b)) ? 0 : UNKNOWN;
}

function less(a: Value, b: Value): Value {
  const x = a === NONE ? 0 : a;
  const y = b === NONE ? 0 : b;
  if (isInt(x) && isInt(y)) return x < y ? 1 : 0;
  if (!isPointer(x) || !isPointer(y) || pageOfPointer(x) !== pageOfPointer(y)) return UNKNOWN;
  if (!areApart(x, y)) return UNKNOWN;
  return indexOfPointer(x) < indexOfPointer(y) ? 1 : 0;
}

function arithmetic(operator: BinaryOperator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return int(a + b);
    case '-':
      return int(a - b);
    case '*':
      return int(a * b);
    case '/':
      return b === 0 ? UNKNOWN : Math.trunc(a / b);
    case '%':
      return b === 0 ? UNKNOWN : (a % b) + 0;
    case '&':
      return int(a & b);
    case '|':
      return int(a | b);
    case '^':
      return int(a ^ b);
    case '<<':
      return b < 0 || b > 28 ? UNKNOWN : int(a * 2 ** b);
    case '>>':
      return a < 0 || b < 0 || b > 28 ? UNKNOWN : a >> b;
    default:
      return UNKNOWN;
  }
}
