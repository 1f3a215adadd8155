/** Expressions: rewriting and folding of constants. */
import type { BinaryOperator, Expr, Step, Var } from './ir.js';

/** Rewrites an expression from the leaves up: `change` sees each node after its operands were changed. What stays the same is not copied. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'root': {
      const mm = mapExpr(expr.mm, change);
      const index = mapExpr(expr.index, change);
      return change(mm === expr.mm && index === expr.index ? expr : { ...expr, mm, index });
    }
    case 'element': {
      const index = mapExpr(expr.index, change);
      return change(index === expr.index ? expr : { ...expr, index });
    }
    case 'descend': {
      const entry = mapExpr(expr.entry, change);
      const index = mapExpr(expr.index, change);
      return change(entry === expr.entry && index === expr.index ? expr : { ...expr, entry, index });
    }
    case 'index': {
      const address = mapExpr(expr.address, change);
      return change(address === expr.address ? expr : { ...expr, address });
    }
    case 'is':
    case 'not':
    case 'negate':
    case 'complement': {
      const operand = mapExpr(expr.operand, change);
      return change(operand === expr.operand ? expr : { ...expr, operand });
    }
    case 'binary': {
      const left = mapExpr(expr.left, change);
      const right = mapExpr(expr.right, change);
      return change(left === expr.left && right === expr.right ? expr : { ...expr, left, right });
    }
    default:
      return change(expr);
  }
}

/** The expressions that one is made of, without itself. */
export function operandsOfExpr(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'root':
      return [expr.mm, expr.index];
    case 'element':
      return [expr.index];
    case 'descend':
      return [expr.entry, expr.index];
    case 'index':
      return [expr.address];
    case 'is':
    case 'not':
    case 'negate':
    case 'complement':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [];
  }
}

/** `vma` of `vma->vm_mm`. */
export const baseOf = (path: Var): Var => path.split(/->|\./)[0] ?? path;

/** The variables that an expression reads. */
export function variablesOf(expr: Expr): readonly Var[] {
  if (expr.kind === 'var') return [expr.name];
  if (expr.kind === 'unknown' && expr.container) return [expr.container.pointer];
  return operandsOfExpr(expr).flatMap(variablesOf);
}

/** The expressions that a step evaluates. */
export function operandsOf(step: Step): readonly Expr[] {
  switch (step.op) {
    case 'load':
      return [step.from];
    case 'store':
    case 'exchange':
      return [step.to, step.value];
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return [step.page];
    case 'let':
      return [step.value];
    case 'branch':
      return [step.condition];
    case 'call':
      return [step.callee, ...step.args];
    case 'return':
      return step.value ? [step.value] : [];
    default:
      return [];
  }
}

/** The variable that a step sets, if any. */
export function definedBy(step: Step): Var | undefined {
  switch (step.op) {
    case 'load':
    case 'exchange':
    case 'alloc':
    case 'let':
    case 'trylock':
      return step.dst;
    case 'call':
      return step.dst;
    default:
      return undefined;
  }
}

/** The same step with its expressions rewritten. */
export function mapOperands(step: Step, change: (expr: Expr) => Expr): Step {
  switch (step.op) {
    case 'load':
      return { ...step, from: change(step.from) };
    case 'store':
    case 'exchange':
      return { ...step, to: change(step.to), value: change(step.value) };
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return { ...step, page: change(step.page) };
    case 'let':
      return { ...step, value: change(step.value) };
    case 'branch':
      return { ...step, condition: change(step.condition) };
    case 'call':
      return { ...step, callee: change(step.callee), args: step.args.map(change) };
    case 'return':
      return step.value ? { ...step, value: change(step.value) } : step;
    default:
      return step;
  }
}

const ARITHMETIC: Readonly<Record<BinaryOperator, (a: number, b: number) => number | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? undefined : a % b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => (b < 0 || b > 31 ? undefined : a << b),
  '>>': (a, b) => (b < 0 || b > 31 ? undefined : a >> b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];

const int = (value: number): Expr => ({ kind: 'int', value });

/** Folds one node whose operands are folded: arithmetic on integers, comparison of symbols, what unknown data makes unknown. */
export function fold(expr: Expr): Expr {
  switch (expr.kind) {
    case 'not': {
      const truth = truthOf(expr.operand);
      return truth === undefined ? keepUnknown(expr, expr.operand) : int(truth ? 0 : 1);
    }
    case 'negate':
      return expr.operand.kind === 'int' ? int(-expr.operand.value) : keepUnknown(expr, expr.operand);
    case 'complement':
      return expr.operand.kind === 'int' ? int(~expr.operand.value) : keepUnknown(expr, expr.operand);
    case 'binary':
      return foldBinary(expr);
    default:
      return expr;
  }
}

function keepUnknown(expr: Expr, operand: Expr): Expr {
  return operand.kind === 'unknown' ? operand : expr;
}

function foldBinary(expr: Extract<Expr, { kind: 'binary' }>): Expr {
  const { operator, left, right } = expr;
  if (left.kind === 'int' && right.kind === 'int') {
    const value = ARITHMETIC[operator](left.value, right.value);
    return value === undefined ? { kind: 'unknown', text: operator } : int(value);
  }
  const equality = operator === '==' || operator === '!=';
  if (equality && isAddress(left) && isAddress(right))
    return int(Number((addressName(left) === addressName(right)) === (operator === '==')));
  // An address is never NULL; an enumerator may well be 0.
  if (equality && isPointer(left) && right.kind === 'int' && right.value === 0)
    return int(Number(operator === '!='));
  if (equality && isPointer(right) && left.kind === 'int' && left.value === 0)
    return int(Number(operator === '!='));
  // A pointer to a named page's entry moves along the page.
  if (left.kind === 'element' && (operator === '+' || operator === '-')) {
    return { ...left, index: foldBinary({ kind: 'binary', operator, left: left.index, right }) };
  }
  // Comparisons keep their unknown side: linking may yet find out that it is the end of a range (link/roles.ts).
  const arithmetic = !COMPARISONS.includes(operator);
  if (arithmetic && left.kind === 'unknown') return left;
  if (arithmetic && right.kind === 'unknown') return right;
  if (operator === '&') {
    if (isZero(left) || isZero(right)) return int(0);
    if (isOne(left) && isTruth(right)) return right;
    if (isOne(right) && isTruth(left)) return left;
  }
  if (operator === '|' && ((isOne(left) && isTruth(right)) || (isOne(right) && isTruth(left)))) return int(1);
  if (isZero(left) && (operator === '+' || operator === '|')) return right;
  if (right.kind === 'int' && right.value === 0 && ['+', '-', '<<', '>>', '|'].includes(operator))
    return left;
  return expr;
}

const isZero = (expr: Expr): boolean => expr.kind === 'int' && expr.value === 0;
const isOne = (expr: Expr): boolean => expr.kind === 'int' && expr.value === 1;
/** Whether an expression is 1 or 0. */
const isTruth = (expr: Expr): boolean =>
  expr.kind === 'is' ||
  expr.kind === 'not' ||
  (expr.kind === 'binary' &&
    (COMPARISONS.includes(expr.operator) ||
      (/^[&|]$/.test(expr.operator) && isTruth(expr.left) && isTruth(expr.right)))) ||
  (expr.kind === 'var' && /^::(CONFIG_|#if)/.test(expr.name));

type Address = Extract<Expr, { kind: 'symbol' | 'address' }>;
const isAddress = (expr: Expr): expr is Address => expr.kind === 'symbol' || expr.kind === 'address';
const addressName = (expr: Address): string => (expr.kind === 'symbol' ? expr.name : `&${expr.of}`);
/** Enumerators are in capitals; the names of objects and functions are not. */
const isPointer = (expr: Expr): boolean =>
  expr.kind === 'address' ||
  expr.kind === 'element' ||
  (expr.kind === 'symbol' && !/^[A-Z0-9_]+$/.test(expr.name));

/** Whether a constant is true; undefined when it is not known. */
export function truthOf(expr: Expr): boolean | undefined {
  if (expr.kind === 'int') return expr.value !== 0;
  return isPointer(expr) ? true : undefined;
}
