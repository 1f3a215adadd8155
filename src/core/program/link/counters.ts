/**
 * Numbers that a walk counts up, and that nothing in the model stops: each round of the loop would be another state, for ever. What only
 * counts (`batch->count++` for each VMA, of which the model does not know how many there are) counts to two, as the model has two of
 * everything. What is an address or an index (`for (; size > 0; addr += PMD_SIZE)`) goes past the end of the range, and past the end is
 * past the end: there it goes round, at the same place of a table each time.
 */
import { definedBy, operandsOf, variablesOf } from '../expr.js';
import type { Assumption, BinaryOperator, Expr, Step, ThreadProgram, Var } from '../ir.js';
import { COMPARISONS } from './roles.js';

/** As many as a table has entries. */
const LIMIT = { kind: 'int', value: 2 } as const;

/** Numbers that are compared with a larger one are left to grow. */
const LARGEST = 0x400;

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
 * The program in which no number grows for ever. `range`: the number of addresses that the tables have. A round is a multiple of it,
 * so that every index that is made of an address stays the same.
 */
export function withNumbersGoingRound(program: ThreadProgram, range: number): ThreadProgram {
  const numbers = numbersOf(program.steps);
  const round = roundOf(program.steps, numbers, range);
  if (round === undefined) return program;
  const steps = program.steps.map((step): Step => {
    if (!isCount(step) || !numbers.has(step.dst)) return step;
    return { ...step, value: goingRound(step.value, round) };
  });
  return { ...program, steps };
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

/** `x - round * (x >= 2 * round)`: of a number that is not known, nothing is. */
function goingRound(value: Expr, round: number): Expr {
  const int = (number: number): Expr => ({ kind: 'int', value: number });
  return of('-', value, of('*', int(round), of('>=', value, int(2 * round))));
}

/** Variables that are never given anything but numbers. */
function numbersOf(steps: readonly Step[]): ReadonlySet<Var> {
  const given = new Map<Var, Expr[]>();
  const others = new Set<Var>();
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst === undefined) continue;
    if (step.op === 'let') given.set(dst, [...(given.get(dst) ?? []), step.value]);
    else others.add(dst);
  }
  const numbers = new Set([...given.keys()].filter((name) => !others.has(name)));
  const isNumber = (expr: Expr): boolean => {
    switch (expr.kind) {
      case 'int':
      case 'unknown':
      case 'geometry':
      case 'index':
      case 'is':
      case 'not':
        return true;
      case 'var':
        return numbers.has(expr.name);
      case 'negate':
      case 'complement':
        return isNumber(expr.operand);
      case 'binary':
        return isNumber(expr.left) && isNumber(expr.right);
      default:
        return false;
    }
  };
  for (let size = -1; size !== numbers.size;) {
    size = numbers.size;
    for (const name of numbers) if (!(given.get(name) ?? []).every(isNumber)) numbers.delete(name);
  }
  return numbers;
}

/** Larger than all that a number is compared with; undefined where that is too large. */
function roundOf(steps: readonly Step[], numbers: ReadonlySet<Var>, range: number): number | undefined {
  const limits = steps.flatMap(operandsOf).flatMap((expr) => comparedWith(expr, numbers));
  const largest = Math.max(range, ...limits);
  return largest < LARGEST ? range * (Math.floor(largest / range) + 1) : undefined;
}

function comparedWith(expr: Expr, numbers: ReadonlySet<Var>): readonly number[] {
  if (expr.kind === 'not') return comparedWith(expr.operand, numbers);
  if (expr.kind !== 'binary' || !COMPARISONS.has(expr.operator)) return [];
  const { left, right } = expr;
  if (![...variablesOf(left), ...variablesOf(right)].some((name) => numbers.has(name))) return [];
  return [...intsOf(left), ...intsOf(right)];
}

function intsOf(expr: Expr): readonly number[] {
  if (expr.kind === 'int') return [Math.abs(expr.value)];
  return expr.kind === 'binary' ? [...intsOf(expr.left), ...intsOf(expr.right)] : [];
}

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
