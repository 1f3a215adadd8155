/**
 * Numbers that a walk counts up, and that nothing stops: a loop whose end the model does not have (`size > 0`) takes its address
 * past the end of the range, further each time. Past the end is past the end: there such a number goes round, at the same
 * place of a table each time, so that there are so many states and no more.
 */
import { definedBy, operandsOf, variablesOf } from '../program/expr.js';
import type { BinaryOperator, Expr, Step, ThreadProgram, Var } from '../program/ir.js';
import { COMPARISONS } from '../program/link/roles.js';

/** Numbers that are compared with a larger one are left to grow. */
const LARGEST = 0x400;

/**
 * The program with all of its counters bounded. `range`: the number of addresses that the tables have. A round is a multiple of
 * it, so that every index that is made of an address stays the same.
 */
export function withBoundedCounters(program: ThreadProgram, range: number): ThreadProgram {
  const numbers = numbersOf(program.steps);
  const round = roundOf(program.steps, numbers, range);
  if (round === undefined) return program;
  const steps = program.steps.map((step): Step => {
    if (!isCount(step) || !numbers.has(step.dst)) return step;
    return { ...step, value: goingRound(step.value, round) };
  });
  return { ...program, steps };
}

/** `x - round * (x >= 2 * round)`: of a number that is not known, nothing is. */
function goingRound(value: Expr, round: number): Expr {
  const int = (number: number): Expr => ({ kind: 'int', value: number });
  const of = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
    kind: 'binary',
    operator,
    left,
    right,
  });
  return of('-', value, of('*', int(round), of('>=', value, int(2 * round))));
}

/** `i = i + 1` */
function isCount(step: Step): step is Extract<Step, { op: 'let' }> {
  if (step.op !== 'let' || step.value.kind !== 'binary' || step.value.operator !== '+') return false;
  const { left, right } = step.value;
  return left.kind === 'var' && left.name === step.dst && right.kind === 'int' && right.value > 0;
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
