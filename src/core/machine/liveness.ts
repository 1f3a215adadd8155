/** Variables of a program: which are read later (live) and which hold what the model does not know. */
import type { Expr, Step, Var } from '../program/ir.js';
import { END } from '../program/ir.js';
import { definedBy, operandsOf, variablesOf } from '../program/expr.js';

export function successorsOf(step: Step): readonly number[] {
  switch (step.op) {
    case 'branch':
      return [step.then, step.else];
    case 'choose':
      return step.targets;
    case 'return':
      return [END];
    default:
      return [step.next];
  }
}

/**
 * Variables live before each step, as sets of indexes into `vars`. Backward data flow to a fixed point. What is computed for a
 * variable that nobody reads is not read for it either (a counter that only counts).
 */
export function liveness(
  steps: readonly Step[],
  vars: ReadonlyMap<Var, number>,
): readonly ReadonlySet<number>[] {
  const live = steps.map(() => new Set<number>());
  const predecessors = steps.map((): number[] => []);
  steps.forEach((step, from) => {
    for (const to of successorsOf(step)) predecessors[to]?.push(from);
  });
  const reads = steps.map((step) => {
    const found: number[] = [];
    for (const operand of operandsOf(step))
      for (const name of variablesOf(operand)) found.push(vars.get(name) ?? -1);
    return found;
  });
  const work = steps.map((_, index) => index);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const step = steps[index];
    const before = live[index];
    if (step === undefined || before === undefined) continue;
    const size = before.size;
    const written = definedBy(step);
    const killed = written === undefined ? -1 : vars.get(written);
    for (const to of successorsOf(step)) {
      for (const name of live[to] ?? []) if (name !== killed) before.add(name);
    }
    const isForNothing =
      step.op === 'let' && !successorsOf(step).some((to) => live[to]?.has(killed ?? -1) === true);
    if (!isForNothing) for (const name of reads[index] ?? []) before.add(name);
    if (before.size !== size) work.push(...(predecessors[index] ?? []));
  }
  return live;
}

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
