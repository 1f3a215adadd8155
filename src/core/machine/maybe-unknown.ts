/** Variables that may hold what the model does not know. */
import type { Expr, Step, Var } from '../program/ir.js';
import { definedBy, operandsOf } from '../program/expr.js';

/** Variables that may hold an unknown value, so that a branch on them may go both ways. An estimate: it only places pauses. */
export function maybeUnknown(steps: readonly Step[], readBeforeWritten: ReadonlySet<Var>): ReadonlySet<Var> {
  const unknown = new Set<Var>(readBeforeWritten);
  for (let changed = true; changed;) {
    changed = false;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined || unknown.has(dst)) continue;
      const isUnknown =
        step.op === 'call' || operandsOf(step).some((operand) => mayBeUnknown(operand, unknown));
      if (!isUnknown) continue;
      unknown.add(dst);
      changed = true;
    }
  }
  return unknown;
}

export function mayBeUnknown(expr: Expr, unknown: ReadonlySet<Var>): boolean {
  switch (expr.kind) {
    case 'unknown':
    case 'geometry':
    case 'root':
    case 'index':
      return true;
    case 'var':
      return unknown.has(expr.name);
    case 'element':
      return mayBeUnknown(expr.index, unknown);
    case 'descend':
      return mayBeUnknown(expr.entry, unknown) || mayBeUnknown(expr.index, unknown);
    case 'is':
    case 'not':
    case 'negate':
    case 'complement':
      return mayBeUnknown(expr.operand, unknown);
    case 'binary':
      return mayBeUnknown(expr.left, unknown) || mayBeUnknown(expr.right, unknown);
    default:
      return false;
  }
}
