/**
 * Whether an address was found at all: `vmaddr = radix_tree_lookup(...); if (!vmaddr) return;`. The first address of the model is 0,
 * which says nothing of that: such a question has both answers.
 */
import { definedBy, mapExpr } from '../expr.js';
import type { Expr, Step, Var } from '../ir.js';
import { outsideText } from './comparisons.js';

/** The addresses that come from outside and stay as they came, but for a mask: not those that a loop moves, or that are reckoned from others. */
export function addressesAsGiven(steps: readonly Step[], addresses: ReadonlySet<Var>): ReadonlySet<Var> {
  const given = new Set(addresses);
  const isGiven = (value: Expr): boolean => {
    if (value.kind === 'var') return given.has(value.name);
    if (value.kind === 'binary' && (value.operator === '|' || value.operator === '&'))
      return (isGiven(value.left) && isMask(value.right)) || (isMask(value.left) && isGiven(value.right));
    return outsideText(value) !== undefined;
  };
  const isMask = (value: Expr): boolean => value.kind === 'int' || isGiven(value);
  for (let size = -1; size !== given.size;) {
    size = given.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst !== undefined && !(step.op === 'let' && isGiven(step.value))) given.delete(dst);
    }
  }
  return given;
}

/** The same step, where what asks whether one of them is 0 is unknown data. */
export function withoutQuestionsForZero(step: Step, given: ReadonlySet<Var>): Step {
  if (step.op !== 'branch') return step;
  const isAddress = (expr: Expr): boolean => expr.kind === 'var' && given.has(expr.name);
  const isZero = (expr: Expr): boolean => expr.kind === 'int' && expr.value === 0;
  const asks = (expr: Expr): boolean =>
    expr.kind === 'not'
      ? isAddress(expr.operand)
      : expr.kind === 'binary' &&
        (expr.operator === '==' || expr.operator === '!=') &&
        ((isAddress(expr.left) && isZero(expr.right)) || (isZero(expr.left) && isAddress(expr.right)));
  const unknown: Expr = { kind: 'unknown', text: 'whether there is an address' };
  const condition = isAddress(step.condition)
    ? unknown
    : mapExpr(step.condition, (inner) => (asks(inner) ? unknown : inner));
  return { ...step, condition };
}
