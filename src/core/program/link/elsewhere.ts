/**
 * What lies elsewhere: entries and struct pages that the scenario does not have. Reading them is no step, and gives what is unknown;
 * writing them is none either.
 */
import { frameReads } from '../frames.js';
import { definedBy } from '../expr.js';
import type { Expr, Step, Var } from '../ir.js';

type Access = Extract<Step, { op: 'load' | 'store' | 'exchange' }>;

/** The program without the accesses that go elsewhere, for all that can be seen. */
export function withoutElsewhere(steps: readonly Step[]): readonly Step[] {
  let current = steps;
  for (;;) {
    const own = new Set(frameReads(current));
    const unknown = unknownPointers(current);
    const isElsewhere = (step: Access, index: number): boolean =>
      step.level === 'memmap'
        ? !own.has(index)
        : isUnknown(step.op === 'load' ? step.from : step.to, unknown);
    const next = current.map((step, index) =>
      isAccess(step) && isElsewhere(step, index) ? unread(step) : step,
    );
    if (next.every((step, index) => step === current[index])) return current;
    current = next;
  }
}

const isAccess = (step: Step): step is Access =>
  step.op === 'load' || step.op === 'store' || step.op === 'exchange';

function unread(step: Access): Step {
  const { next, text } = step;
  const rest = { next, text, ...(step.at ? { at: step.at } : {}) };
  if (step.op === 'store') return { op: 'nop', ...rest };
  return { op: 'let', dst: step.dst, value: { kind: 'unknown', text }, ...rest };
}

/** The variables that only ever hold what is unknown, or a pointer that is computed from it. */
function unknownPointers(steps: readonly Step[]): ReadonlySet<Var> {
  const unknown = new Set(steps.flatMap((step) => definedBy(step) ?? []));
  for (let size = -1; size !== unknown.size;) {
    size = unknown.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined || !unknown.has(dst)) continue;
      if (step.op !== 'let' || !isUnknown(step.value, unknown)) unknown.delete(dst);
    }
  }
  return unknown;
}

function isUnknown(expr: Expr, unknown: ReadonlySet<Var>): boolean {
  switch (expr.kind) {
    case 'unknown':
      return true;
    case 'var':
      return unknown.has(expr.name);
    case 'descend':
      return isUnknown(expr.entry, unknown);
    case 'binary':
      return (expr.operator === '+' || expr.operator === '-') && isUnknown(expr.left, unknown);
    default:
      return false;
  }
}
