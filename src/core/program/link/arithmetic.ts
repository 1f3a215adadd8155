/** How a program reckons with addresses: the variables of plain arithmetic, what is compared, and how far a loop goes on. */
import { RANGE_START } from '../../kernel/idioms.js';
import { mapExpr, operandsOf } from '../expr.js';
import type { BinaryOperator, Expr, Step, Var } from '../ir.js';

export const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** The variables of plain arithmetic: not those inside a pointer or a test. */
export function arithmeticVariables(expr: Expr): readonly Var[] {
  if (expr.kind === 'var') return [expr.name];
  if (expr.kind === 'binary' && !COMPARISONS.has(expr.operator))
    return [...arithmeticVariables(expr.left), ...arithmeticVariables(expr.right)];
  return expr.kind === 'complement' ? arithmeticVariables(expr.operand) : [];
}

/** What is compared in a step, and with what. */
export function comparisonsOf(step: Step): readonly { readonly left: Expr; readonly right: Expr }[] {
  const found: { left: Expr; right: Expr }[] = [];
  for (const operand of operandsOf(step)) {
    mapExpr(operand, (inner) => {
      if (inner.kind === 'binary' && COMPARISONS.has(inner.operator)) found.push(inner);
      return inner;
    });
  }
  return found;
}

/** `addr += size`: how far a loop goes on each round is no address. */
export function isStride(step: Step): step is Stride {
  return (
    step.op === 'let' &&
    step.value.kind === 'binary' &&
    (step.value.operator === '+' || step.value.operator === '-') &&
    step.value.left.kind === 'var' &&
    step.value.left.name === step.dst
  );
}

type Stride = Extract<Step, { op: 'let' }> & { readonly value: Extract<Expr, { kind: 'binary' }> };

/** `vma->vm_start`: an address is compared with the start of what it shall be in. */
export const isStartName = (name: string): boolean => RANGE_START.test(name);
