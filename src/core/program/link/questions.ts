/** Conditions that the model can't decide, put together where they ask the same. */
import { definedBy, mapExpr, operandsOfExpr, variablesOf } from '../expr.js';
import type { Expr, Step, Var } from '../ir.js';

/** The branches that ask one thing. */
export interface QuestionGroup {
  /** The condition as it was before what is unknown in it was replaced. */
  readonly asked: Expr;
  readonly branches: ReadonlyMap<number, { readonly isNegated: boolean }>;
}

/**
 * What is asked by the branches that the model can't decide. `before`: the program with its variables, `steps`: the same where what
 * the model does not know is `unknown`; behind `offset` steps that only the second has.
 */
export function questionGroups(
  before: readonly Step[],
  steps: readonly Step[],
  offset: number,
): readonly QuestionGroup[] {
  const isOpen = openConditions(steps);
  const meant = expander(before);
  const groups = new Map<string, { asked: Expr; branches: Map<number, { isNegated: boolean }> }>();
  before.forEach((step, position) => {
    const index = position + offset;
    const settled = steps[index];
    if (step.op !== 'branch' || settled?.op !== 'branch' || !isOpen(settled.condition)) return;
    const { expr: asked, isNegated } = plain(meant(step.condition));
    if (variablesOf(asked).length === 0) return;
    const key = JSON.stringify(asked);
    const group = groups.get(key) ?? { asked, branches: new Map() };
    groups.set(key, group);
    group.branches.set(index, { isNegated });
  });
  return [...groups.values()];
}

/**
 * Whether the model may not be able to decide a condition: it is not known, or made of a variable that may hold what is not known, or
 * of a constant that has only a name (`vmf->flags & FAULT_FLAG_VMA_LOCK`).
 */
function openConditions(steps: readonly Step[]): (condition: Expr) => boolean {
  const open = new Set<Var>();
  const isOpen = (expr: Expr): boolean => {
    if (expr.kind === 'unknown') return true;
    if (expr.kind === 'var') return open.has(expr.name);
    if (expr.kind === 'is') return false;
    const isMasked = expr.kind === 'binary' && !EQUALITIES.has(expr.operator);
    return operandsOfExpr(expr).some((each) => (isMasked && each.kind === 'symbol') || isOpen(each));
  };
  for (let size = -1; size !== open.size;) {
    size = open.size;
    for (const step of steps) if (step.op === 'let' && isOpen(step.value)) open.add(step.dst);
  }
  return isOpen;
}

const EQUALITIES: ReadonlySet<string> = new Set(['==', '!=']);

const MAX_EXPANSION = 4;

/**
 * What a condition comes from: `is_vm_hugetlb_page(vma)`, inlined twice, is `vma->vm_flags & VM_HUGETLB` in two variables. Only where
 * both the variable and what it is made of are set at most once: then they can not have changed in between.
 */
function expander(steps: readonly Step[]): (expr: Expr) => Expr {
  const definitions = new Map<Var, Step[]>();
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined) definitions.set(dst, [...(definitions.get(dst) ?? []), step]);
  }
  const isSetOnce = (path: Var): boolean =>
    withBases(path).every((each) => (definitions.get(each)?.length ?? 0) <= 1);
  const meaning = (name: Var): Expr | undefined => {
    const [only, ...others] = definitions.get(name) ?? [];
    if (only?.op !== 'let' || others.length > 0) return undefined;
    const names = variablesOf(only.value);
    return names.length > 0 && names.every(isSetOnce) ? only.value : undefined;
  };
  return (expr) => {
    let current = expr;
    for (let round = 0; round < MAX_EXPANSION; round += 1)
      current = mapExpr(current, (inner) => (inner.kind === 'var' ? (meaning(inner.name) ?? inner) : inner));
    return current;
  };
}

interface Asked {
  readonly expr: Expr;
  readonly isNegated: boolean;
}

/** `!x` asks the same as `x`, and so do comparisons of it with 0; `a != b` the same as `a == b`, `a >= b` and `b > a` as `a < b`. */
function plain(expr: Expr): Asked {
  if (expr.kind === 'not') return negated(plain(expr.operand));
  if (expr.kind !== 'binary') return { expr, isNegated: false };
  const { operator, left, right } = expr;
  const isEquality = operator === '==' || operator === '!=';
  if (isEquality && right.kind === 'int' && right.value === 0)
    return operator === '==' ? negated(plain(left)) : plain(left);
  switch (operator) {
    case '!=':
      return { expr: { ...expr, operator: '==' }, isNegated: true };
    case '>=':
      return { expr: { ...expr, operator: '<' }, isNegated: true };
    case '>':
      return { expr: { ...expr, operator: '<', left: right, right: left }, isNegated: false };
    case '<=':
      return { expr: { ...expr, operator: '<', left: right, right: left }, isNegated: true };
    default:
      return { expr, isNegated: false };
  }
}

const negated = ({ expr, isNegated }: Asked): Asked => ({ expr, isNegated: !isNegated });

/** `walk->vma->vm_flags` changes with `walk->vma` and `walk`, too. */
export function withBases(path: Var): readonly Var[] {
  const bases: Var[] = [path];
  for (let at = path; /(?:->|\.)[^.>/-]*$/.test(at);) {
    at = at.replace(/(?:->|\.)[^.>/-]*$/, '');
    bases.push(at);
  }
  return bases;
}
