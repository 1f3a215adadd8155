/** What is known of the values of variables at a point of a function: set, learned from a branch, met where ways join. */
import { fold, mapExpr, operandsOfExpr } from '../program/expr.js';
import type { Expr, LockRef, Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { canBe, eitherOf, isOneOf, without } from './one-of.js';
import { isBelowZero, isSign, nonzero, sameSign, withoutSigns } from './signs.js';

/** Values of variables that are known at a point. */
export type Values = ReadonlyMap<Var, Expr>;

/** Name of a lock with what is known of its instance: `mmap_lock(init_mm)`, `mmap_lock(vma->vm_mm)`. */
export function lockName(lock: LockRef, values: Values): string {
  if (!lock.instance) return lock.class;
  return `${lock.class}(${instanceText(evaluate(lock.instance, values))})`;
}

/** Text of an object by which two mentions of it are taken to be the same. */
export function instanceText(instance: Expr): string {
  return withoutSigns(printExpr(instance).replace(/^&/, '')).replace(/^::/, '');
}

/** An expression with the known values put in. */
export function evaluate(expr: Expr, values: Values): Expr {
  return mapExpr(expr, (inner) =>
    inner.kind === 'var'
      ? valueOfVariable(inner, values)
      : (comparedWithZero(inner) ?? comparedWithConstant(inner) ?? fold(inner)),
  );
}

/** The number that is where an argument points to: `&locked`, or `locked` where that is handed on. */
export function numberBehind(arg: Expr, values: Values): Expr | undefined {
  const behind = arg.kind === 'address' ? arg.of : arg.kind === 'var' ? `${arg.name}->*` : undefined;
  const value = behind === undefined ? undefined : values.get(behind);
  return value?.kind === 'int' ? value : undefined;
}

/** What a variable is, or else which other one it is a copy of. */
function valueOfVariable(variable: Extract<Expr, { kind: 'var' }>, values: Values): Expr {
  const value = values.get(variable.name) ?? variable;
  return value.kind === 'var' ? (values.get(value.name) ?? value) : value;
}

/** `err < 0` of what is known to be an error number. */
function comparedWithZero(expr: Expr): Expr | undefined {
  if (expr.kind !== 'binary' || !isBelowZero(expr.left)) return undefined;
  if (expr.right.kind !== 'int' || expr.right.value !== 0) return undefined;
  const truth = SMALLER_THAN_ZERO.get(expr.operator);
  return truth === undefined ? undefined : { kind: 'int', value: truth };
}

const SMALLER_THAN_ZERO: ReadonlyMap<string, number> = new Map([
  ['<', 1],
  ['<=', 1],
  ['>', 0],
  ['>=', 0],
]);

/** `cmd == A` of what is B or C is false. That it is A or B leaves it open, and so does that it is not 0. */
function comparedWithConstant(expr: Expr): Expr | undefined {
  if (expr.kind !== 'binary' || (expr.operator !== '==' && expr.operator !== '!=')) return undefined;
  const { left, right } = expr;
  const possible = canBe(left, right) ?? canBe(right, left);
  if (possible === false) return { kind: 'int', value: expr.operator === '!=' ? 1 : 0 };
  return (isSign(left) && isConstant(right)) || (isSign(right) && isConstant(left)) ? expr : undefined;
}

/** Enumerators and constants are written in capitals. */
const isConstant = (value: Expr): boolean => value.kind === 'symbol' && /^[A-Z]\w*$/.test(value.name);

/** Whether a value is worth knowing: what branches test and what names a lock. */
function isPlain(value: Expr): boolean {
  if (value.kind === 'var') return !value.name.startsWith('$');
  return (
    value.kind === 'int' ||
    value.kind === 'symbol' ||
    value.kind === 'address' ||
    isOneOf(value) ||
    (value.kind === 'not' && value.operand.kind === 'var')
  );
}

/** What is known after a variable has been set; of one that is not `tracked`, or of a value that is not plain, nothing is kept. */
export function setValue(
  values: Values,
  name: Var,
  value: Expr | undefined,
  tracked: ReadonlySet<Var>,
): Values {
  const kept = value && tracked.has(name) && isPlain(value) && !mentions(value, name) ? value : undefined;
  const stale: Var[] = [];
  for (const [other, known] of values) {
    if ((other === name && known !== kept) || mentions(known, name)) stale.push(other);
  }
  if (stale.length === 0 && (!kept || values.has(name))) return values;
  const next = new Map(values);
  for (const other of [name, ...stale]) next.delete(other);
  return kept ? next.set(name, kept) : next;
}

/** Whether a value is computed from a variable or from what it points to. */
export function mentions(value: Expr, name: Var): boolean {
  if (value.kind === 'int' || value.kind === 'symbol') return false;
  if (value.kind !== 'var') return operandsOfExpr(value).some((operand) => mentions(operand, name));
  if (!value.name.startsWith(name)) return false;
  const rest = value.name.slice(name.length);
  return rest === '' || rest.startsWith('->') || rest.startsWith('.');
}

/** Learns from the way that a branch takes. */
export function assumeTruth(values: Values, condition: Expr, truth: boolean): Values {
  if (condition.kind === 'not') return assumeTruth(values, condition.operand, !truth);
  if (condition.kind === 'var') {
    return learned(values, condition.name, truth ? nonzero(condition.name) : { kind: 'int', value: 0 });
  }
  if (condition.kind !== 'binary' || condition.left.kind !== 'var') return values;
  const { operator, left, right } = condition;
  const equal = (operator === '==' && truth) || (operator === '!=' && !truth);
  return equal && (right.kind === 'int' || right.kind === 'symbol')
    ? learned(values, left.name, right)
    : values;
}

/** Learns from the way that a branch takes what is left of the constants that a variable may be; `condition` is as it is written. */
export function narrowed(values: Values, condition: Expr, truth: boolean): Values {
  if (condition.kind !== 'binary' || condition.left.kind !== 'var') return values;
  const { operator, left, right } = condition;
  if ((operator !== '==' && operator !== '!=') || !isConstant(right)) return values;
  const before = values.get(left.name);
  if (!before || !isOneOf(before)) return values;
  const rest = truth === (operator === '==') ? right : without(before, right);
  return rest ? learned(values, left.name, rest) : values;
}

/** What is known once a variable is known to have this value. */
export function learned(values: Values, name: Var, value: Expr): Values {
  const known = values.get(name);
  return known && isSame(known, value) ? values : new Map(values).set(name, value);
}

/** What two states know alike, be it only a sign or a choice of constants; `left` itself when that is all that it knows. */
export function sameValues(left: Values, right: Values): Values {
  if (left === right) return left;
  const less = new Map<Var, Expr | undefined>();
  for (const [name, value] of left) {
    const other = right.get(name);
    if (other && isSame(other, value)) continue;
    const alike = other && (sameSign(name, value, other) ?? eitherOf(value, other));
    if (!alike || !isSame(alike, value)) less.set(name, alike);
  }
  if (less.size === 0) return left;
  const same = new Map(left);
  for (const [name, value] of less) {
    if (value) same.set(name, value);
    else same.delete(name);
  }
  return same;
}

function isSame(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind === 'int' && b.kind === 'int') return a.value === b.value;
  if (a.kind === 'var' && b.kind === 'var') return a.name === b.name;
  return printExpr(a) === printExpr(b);
}
