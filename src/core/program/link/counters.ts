/**
 * Numbers that only count (`batch->count++` for each VMA, of which the model does not know how many there are), and that nothing in the
 * model stops: they count to two, as the model has two of everything. What is an address or an index goes on: rounds.ts.
 */
import { definedBy, operandsOf, variablesOf } from '../expr.js';
import type { Assumption, BinaryOperator, Expr, Step, Var } from '../ir.js';
import { COMPARISONS } from './arithmetic.js';

/** As many as a table has entries. */
const LIMIT = { kind: 'int', value: 2 } as const;

export interface Counted {
  readonly steps: readonly Step[];
  readonly assumptions: readonly Assumption[];
}

/** The program in which nothing that only counts goes on for ever; the assumptions name those that would. */
export function withCountersBounded(steps: readonly Step[]): Counted {
  const counters = endlessCounters(steps);
  if (counters.size === 0) return { steps, assumptions: [] };
  const first = new Map<Var, Step>();
  const bounded = steps.map((step): Step => {
    if (!isCount(step) || !counters.has(step.dst)) return step;
    if (!first.has(step.dst)) first.set(step.dst, step);
    const { left, right } = step.value;
    const isFewer = of('<', left, LIMIT);
    return { ...step, value: of('+', left, right.value === 1 ? isFewer : of('*', right, isFewer)) };
  });
  return {
    steps: bounded,
    assumptions: [...first].map(([name, { at }]) => ({
      kind: 'address',
      text: `"${name.replace(/^.*\//, '')}" counts to ${LIMIT.value} at most`,
      ...(at ? { at } : {}),
    })),
  };
}

/**
 * Variables that begin with a number, go up, and are only ever compared: with zero, with another of them, or with what the model
 * does not know.
 */
function endlessCounters(steps: readonly Step[]): ReadonlySet<Var> {
  const found = new Set(steps.flatMap((step) => (isCount(step) ? [step.dst] : [])));
  const drop = (names: readonly Var[]): void => {
    for (const name of names) found.delete(name);
  };
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined && !isCount(step) && !(step.op === 'let' && isPlain(step.value))) drop([dst]);
  }
  const unknown = neverKnown(steps);
  const isOpen = (expr: Expr): boolean =>
    expr.kind === 'unknown' ||
    (expr.kind === 'int' && expr.value === 0) ||
    (expr.kind === 'var' && (found.has(expr.name) || unknown.has(expr.name)));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const step of steps) {
      if (isCount(step)) continue;
      const sides = step.op === 'branch' ? sidesOf(step.condition) : undefined;
      const isCompared = sides?.every(isOpen) === true;
      if (!isCompared) drop(operandsOf(step).flatMap(variablesOf));
    }
  }
  return found;
}

/** `i < n`, `!n`, `n`: what is compared. */
function sidesOf(condition: Expr): readonly Expr[] | undefined {
  if (condition.kind === 'not') return sidesOf(condition.operand);
  if (condition.kind === 'var') return [condition];
  if (condition.kind !== 'binary' || !COMPARISONS.has(condition.operator)) return undefined;
  return [condition.left, condition.right];
}

/** The variables that hold nothing that the model knows: no step gives them another value. */
function neverKnown(steps: readonly Step[]): ReadonlySet<Var> {
  const isUnknown = (step: Step): boolean => step.op === 'let' && step.value.kind === 'unknown';
  const found = new Set(steps.flatMap((step) => (step.op === 'let' && isUnknown(step) ? [step.dst] : [])));
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined && !isUnknown(step)) found.delete(dst);
  }
  return found;
}

const isPlain = (value: Expr): boolean => value.kind === 'int' || value.kind === 'unknown';

type Count = Extract<Step, { op: 'let' }> & { readonly value: Sum };
interface Sum {
  readonly kind: 'binary';
  readonly operator: '+';
  readonly left: Extract<Expr, { kind: 'var' }>;
  readonly right: Extract<Expr, { kind: 'int' }>;
}

/** `i = i + 1` */
function isCount(step: Step): step is Count {
  if (step.op !== 'let' || step.value.kind !== 'binary' || step.value.operator !== '+') return false;
  const { left, right } = step.value;
  return left.kind === 'var' && left.name === step.dst && right.kind === 'int' && right.value > 0;
}

const of = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
