/**
 * Numbers that a walk counts up or down with no end in the model: each round of its loop would be another state, for ever. Past all
 * that a number is compared with, one more makes no difference but to the place of a table that it stands for: there it goes round.
 */
import { definedBy, fold, mapExpr, mapOperands, operandsOf, operandsOfExpr, variablesOf } from '../expr.js';
import type { BinaryOperator, Expr, Step, ThreadProgram, Var } from '../ir.js';
import { COMPARISONS } from './arithmetic.js';

/** Numbers that are compared with a larger one are left to grow. */
const LARGEST = 0x400;

/** Numbers that are compared with each other, or made of each other: what has to stay the same of one, has to of all. */
interface Kin {
  /** The largest number that one of them is compared with, or begins with. */
  last: number;
  /** The most that one step adds to one of them, besides another of them. */
  most: number;
  isByAnother: boolean;
  /** What they are besides compared: an index as it is, or the bits of one (`addr >> 2 & 1`). */
  isIndex: boolean;
  isBits: boolean;
}

/**
 * The program in which no number grows for ever. `range`: the number of addresses that the tables have. What is made of the bits of an
 * address stays the same, as it goes round by `range`; and what is past the end of a table stays past it.
 */
export function withNumbersGoingRound(program: ThreadProgram, range: number): ThreadProgram {
  const steps = program.steps.map((step) => mapOperands(step, withoutAddresses));
  const numbers = numbersOf(steps);
  const growing = growingOf(steps, numbers);
  if (growing.size === 0) return { ...program, steps };
  const kinOf = kinsOf(steps, numbers, growing, range);
  return {
    ...program,
    steps: steps.map((step): Step => {
      if (step.op !== 'let' || !growing.has(step)) return step;
      const kin = kinOf(step.dst);
      if (kin.last >= LARGEST) return step;
      const last = kin.isIndex ? Math.max(kin.last, range) : kin.last;
      const most = kin.isByAnother ? kin.most + kin.last : kin.most;
      const round = kin.isIndex || kin.isBits ? range * Math.ceil(most / range) : most;
      return { ...step, value: goingRound(step.value, last, round) };
    }),
  };
}

/** Arithmetic with the address of something gives nothing that the model knows. */
function withoutAddresses(expr: Expr): Expr {
  return mapExpr(expr, (inner) => {
    if (inner.kind !== 'binary' || COMPARISONS.has(inner.operator) || inner.operator === '&') return inner;
    const isAddress = [inner.left, inner.right].some(({ kind }) => kind === 'symbol' || kind === 'address');
    return isAddress ? { kind: 'unknown', text: 'arithmetic with an address' } : fold(inner);
  });
}

/** `x - round * (x > last + round)`, and the same below zero where it goes down: of a number that is not known, nothing is. */
function goingRound(value: Expr, last: number, round: number): Expr {
  const turn = int(round);
  const times = (condition: Expr): Expr => (round === 1 ? condition : of('*', turn, condition));
  const above = of('-', value, times(of('>', value, int(last + round))));
  return goesDown(value) ? of('+', above, times(of('<', value, int(-last - round)))) : above;
}

/** Variables that are never given anything but numbers, or the address of something, with which no sum is known. */
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
  for (let size = -1; size !== numbers.size;) {
    size = numbers.size;
    for (const name of numbers)
      if (!(given.get(name) ?? []).every((value) => isNumber(value, numbers))) numbers.delete(name);
  }
  return numbers;
}

function isNumber(expr: Expr, numbers: ReadonlySet<Var>): boolean {
  switch (expr.kind) {
    case 'int':
    case 'unknown':
    case 'geometry':
    case 'index':
    case 'is':
    case 'not':
    case 'symbol':
    case 'address':
      return true;
    case 'var':
      return numbers.has(expr.name);
    case 'negate':
    case 'complement':
      return isNumber(expr.operand, numbers);
    case 'binary':
      return isNumber(expr.left, numbers) && isNumber(expr.right, numbers);
    default:
      return false;
  }
}

type Let = Extract<Step, { op: 'let' }>;

/** Steps that make a number of itself, perhaps by way of others, with a sum: `i = i + 1`; `next = addr + SIZE & MASK` before `addr = next`. */
function growingOf(steps: readonly Step[], numbers: ReadonlySet<Var>): ReadonlySet<Let> {
  const lets = steps.filter((step): step is Let => step.op === 'let' && numbers.has(step.dst));
  const madeOf = new Map<Var, Set<Var>>();
  for (const { dst, value } of lets) {
    const parts = madeOf.get(dst) ?? new Set();
    for (const name of variablesOf(value)) parts.add(name);
    madeOf.set(dst, parts);
  }
  const isOfItself = (name: Var): boolean => {
    const seen = new Set<Var>();
    const work = [...(madeOf.get(name) ?? [])];
    for (let part = work.pop(); part !== undefined; part = work.pop()) {
      if (part === name) return true;
      if (seen.has(part)) continue;
      seen.add(part);
      work.push(...(madeOf.get(part) ?? []));
    }
    return false;
  };
  const known = new Map<Var, boolean>();
  const isRound = (name: Var): boolean => {
    const answer = known.get(name) ?? isOfItself(name);
    known.set(name, answer);
    return answer;
  };
  return new Set(lets.filter(({ dst, value }) => isSum(value) && isRound(dst)));
}

function isSum(expr: Expr): boolean {
  if (expr.kind !== 'binary' || COMPARISONS.has(expr.operator)) return false;
  return expr.operator === '+' || expr.operator === '-' || isSum(expr.left) || isSum(expr.right);
}

function goesDown(expr: Expr): boolean {
  if (expr.kind === 'int') return expr.value < 0;
  if (expr.kind !== 'binary' || expr.operator === '&') return false;
  return expr.operator === '-' || goesDown(expr.left) || goesDown(expr.right);
}

function kinsOf(
  steps: readonly Step[],
  numbers: ReadonlySet<Var>,
  growing: ReadonlySet<Let>,
  range: number,
): (name: Var) => Kin {
  const families = createFamilies();
  const kinOf = (name: Var): Kin => families.of(name);
  /** Those that the value of an expression is made of, and what is done with them. */
  const look = (expr: Expr): readonly Var[] => {
    if (expr.kind === 'var') return numbers.has(expr.name) ? [expr.name] : [];
    const parts = operandsOfExpr(expr).map(look);
    const names = parts.flat();
    if (expr.kind === 'binary' && COMPARISONS.has(expr.operator)) {
      families.join(names);
      for (const name of names) kinOf(name).last = Math.max(kinOf(name).last, sizeOf(expr));
      return [];
    }
    for (const name of names) {
      const use = useIn(expr, range);
      if (use === 'bits') kinOf(name).isBits = true;
      if (use === 'index') kinOf(name).isIndex = true;
    }
    return expr.kind === 'not' || expr.kind === 'is' ? [] : names;
  };
  for (const step of steps) {
    const names = operandsOf(step).flatMap(look);
    if (step.op !== 'let' || !numbers.has(step.dst)) {
      if (step.op !== 'branch') for (const name of names) kinOf(name).isIndex = true;
      continue;
    }
    families.join([step.dst, ...names]);
    const kin = kinOf(step.dst);
    if (growing.has(step)) {
      kin.most = Math.max(kin.most, sizeOf(step.value));
      kin.isByAnother ||= new Set(names).size > 1;
    } else kin.last = Math.max(kin.last, sizeOf(step.value));
  }
  return kinOf;
}

/** Is what goes into an expression still the same number (`a + 1`), its low bits (`a >> 1 & 1`, `a & MASK`), or a place? */
function useIn(expr: Expr, range: number): 'number' | 'bits' | 'index' {
  if (expr.kind === 'not' || expr.kind === 'negate') return 'number';
  if (expr.kind !== 'binary') return 'index';
  const { operator, right } = expr;
  if (operator === '+' || operator === '-') return 'number';
  const areBits = right.kind === 'int' && right.value < range && (range & (range - 1)) === 0;
  return areBits && (operator === '&' || (operator === '>>' && 1 << right.value < range)) ? 'bits' : 'index';
}

/** The sum of all integers of an expression: none of its parts is further from the others. */
function sizeOf(expr: Expr): number {
  if (expr.kind === 'int') return Math.abs(expr.value);
  return operandsOfExpr(expr).reduce((sum, operand) => sum + sizeOf(operand), 0);
}

interface Families {
  of(name: Var): Kin;
  join(names: readonly Var[]): void;
}

function createFamilies(): Families {
  const kins = new Map<Var, Kin>();
  const of = (name: Var): Kin => {
    const known = kins.get(name) ?? { last: 0, most: 1, isByAnother: false, isIndex: false, isBits: false };
    kins.set(name, known);
    return known;
  };
  return {
    of,
    join: (names) => {
      const [first] = names;
      if (first === undefined) return;
      const one = of(first);
      for (const name of names) {
        const other = of(name);
        if (other === one) continue;
        one.last = Math.max(one.last, other.last);
        one.most = Math.max(one.most, other.most);
        one.isByAnother ||= other.isByAnother;
        one.isIndex ||= other.isIndex;
        one.isBits ||= other.isBits;
        for (const [each, kin] of kins) if (kin === other) kins.set(each, one);
      }
    },
  };
}

const int = (value: number): Expr => ({ kind: 'int', value });
const of = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
