/** Variables of a program: which are read later (live) and which hold what the model does not know. */
import type { Expr, Step, Var } from '../program/ir.js';
import { END } from '../program/ir.js';
import { successors } from '../program/graph.js';
import { definedBy, operandsOf, variablesOf } from '../program/expr.js';

/**
 * The variables that are live before a step, as their numbers in `vars`, from the smallest. Backward data flow to a fixed point. What is computed for a
 * variable that nobody reads is not read for it either (a counter that only counts).
 */
export function liveness(
  steps: readonly Step[],
  vars: ReadonlyMap<Var, number>,
): (step: number) => readonly number[] {
  const width = (vars.size + 31) >> 5;
  const live = new Int32Array(steps.length * width);
  const after = steps.map((step) => successors(step).filter((to) => to !== END));
  const predecessors = steps.map((): number[] => []);
  after.forEach((all, from) => {
    for (const to of all) predecessors[to]?.push(from);
  });
  const numberOf = (name: Var | undefined): number => (name === undefined ? -1 : (vars.get(name) ?? -1));
  const killed = steps.map((step) => numberOf(definedBy(step)));
  const reads = steps.map((step) => operandsOf(step).flatMap(variablesOf).map(numberOf));
  const row = new Int32Array(width);
  /** What is live before a step, from what is live after it; whether that is more than was known. */
  const look = (index: number): boolean => {
    row.fill(0);
    for (const to of after[index] ?? [])
      for (let word = 0; word < width; word++) row[word] = (row[word] ?? 0) | (live[to * width + word] ?? 0);
    const dst = killed[index] ?? -1;
    const isRead = dst < 0 || ((row[dst >> 5] ?? 0) & (1 << (dst & 31))) !== 0;
    if (dst >= 0) row[dst >> 5] = (row[dst >> 5] ?? 0) & ~(1 << (dst & 31));
    if (isRead || steps[index]?.op !== 'let')
      for (const name of reads[index] ?? []) row[name >> 5] = (row[name >> 5] ?? 0) | (1 << (name & 31));
    let isMore = false;
    for (let word = 0; word < width; word++) {
      if (live[index * width + word] === row[word]) continue;
      live[index * width + word] = row[word] ?? 0;
      isMore = true;
    }
    return isMore;
  };
  const work = steps.map((_, index) => index);
  const isWaiting = steps.map(() => true);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    isWaiting[index] = false;
    if (!look(index)) continue;
    for (const from of predecessors[index] ?? []) {
      if (isWaiting[from] === true) continue;
      isWaiting[from] = true;
      work.push(from);
    }
  }
  const all = [...vars.values()];
  return (step) => all.filter((name) => ((live[step * width + (name >> 5)] ?? 0) & (1 << (name & 31))) !== 0);
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
