/**
 * Where a pointer that is NULL may go: from the step that makes it NULL, along every way that the function can take with it.
 *
 * What is known on a way is kept in values: the pointer and its copies are 0, a flag that was set is what it was set to, and a
 * branch that tests one of them goes one way only. So a check through a flag or an error code counts as one.
 */
import { definedBy, truthOf, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { evaluate, type Values } from './values.js';

/** Different states at all steps together; beyond, a function is given up, and the rule says nothing of it. */
const MAX_STATES = 4000;

/** A point on a way: what is known there, and who holds the NULL. */
interface Way {
  readonly index: number;
  readonly values: Values;
  readonly nulls: ReadonlySet<Var>;
}

/** Whether a function that is given NULL as this argument uses it as a pointer; undefined: its body is not at hand. */
export type UsesArgument = (callee: string, argument: number) => boolean | undefined;

/**
 * The steps that use a NULL as a pointer, in the order of the program: the NULL that variable `holder` has from step `start` on.
 * Undefined: there are too many ways to say.
 */
export function usesOfNull(
  program: FunctionProgram,
  start: number,
  holder: Var,
  usesArgument: UsesArgument,
): readonly number[] | undefined {
  const uses = new Set<number>();
  const seen = new Set<string>();
  const open: Way[] = [{ index: start, values: new Map([[holder, NULL_POINTER]]), nulls: new Set([holder]) }];
  for (let way = open.pop(); way; way = open.pop()) {
    const step = program.steps[way.index];
    if (!step) continue;
    const key = keyOf(way);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MAX_STATES) return undefined;
    if (isThroughNull(step, way.nulls) || isHandedOn(step, way.nulls, usesArgument)) uses.add(way.index);
    else open.push(...waysOn(step, way).filter(({ nulls }) => nulls.size > 0));
  }
  return [...uses].sort((a, b) => a - b);
}

const NULL_POINTER: Expr = { kind: 'int', value: 0 };

function waysOn(step: Step, way: Way): readonly Way[] {
  const { values, nulls } = way;
  switch (step.op) {
    case 'branch': {
      const condition = evaluate(step.condition, values);
      const truth = truthOf(condition);
      return [
        ...(truth === false ? [] : [{ index: step.then, values: learn(values, condition, true), nulls }]),
        ...(truth === true ? [] : [{ index: step.else, values: learn(values, condition, false), nulls }]),
      ];
    }
    case 'choose':
      return step.targets.map((index) => ({ ...way, index }));
    case 'return':
      return [];
    case 'call':
      return [afterCall(step, way)];
    default: {
      const dst = definedBy(step);
      if (dst === undefined) return [{ ...way, index: step.next }];
      // Counters are not followed.
      const isCounted = step.op === 'let' && variablesOf(step.value).includes(dst);
      const value = step.op === 'let' && !isCounted ? step.value : undefined;
      const isNull = value !== undefined && variablesOf(value).some((name) => nulls.has(name));
      return [
        {
          index: step.next,
          values: withValue(values, dst, value && evaluate(value, values)),
          nulls: isNull && isPointer(value) ? new Set([...nulls, dst]) : without(nulls, dst),
        },
      ];
    }
  }
}

/** A copy of a pointer, or what is counted from it; not a test of it. */
function isPointer(value: Expr): boolean {
  return (
    value.kind === 'var' || (value.kind === 'binary' && (value.operator === '+' || value.operator === '-'))
  );
}

/** A call may write what it is given the address of, and any field. */
function afterCall(step: Extract<Step, { op: 'call' }>, { values, nulls }: Way): Way {
  const given = step.args.flatMap((each) => (each.kind === 'address' ? [each.of] : []));
  const maybeWritten = (name: Var): boolean =>
    name.includes('->') ||
    name === step.dst ||
    given.some((each) => name === each || name.startsWith(`${each}.`));
  return {
    index: step.next,
    values: new Map([...values].filter(([name]) => !maybeWritten(name))),
    nulls: new Set([...nulls].filter((name) => !maybeWritten(name))),
  };
}

/** Memory is read or written through the NULL, or it is counted up as the pointer of a loop. */
function isThroughNull(step: Step, nulls: ReadonlySet<Var>): boolean {
  const isNull = (pointer: Expr): boolean =>
    isPointer(pointer) && variablesOf(pointer).some((name) => nulls.has(name));
  if (step.op === 'load') return isNull(step.from);
  if (step.op === 'store' || step.op === 'exchange') return isNull(step.to);
  return step.op === 'let' && nulls.has(step.dst) && variablesOf(step.value).includes(step.dst);
}

/** The NULL is given to a function that uses it. */
function isHandedOn(step: Step, nulls: ReadonlySet<Var>, usesArgument: UsesArgument): boolean {
  if (step.op !== 'call' || step.callee.kind !== 'symbol') return false;
  const { name } = step.callee;
  return step.args.some(
    (each, argument) => each.kind === 'var' && nulls.has(each.name) && usesArgument(name, argument) === true,
  );
}

function without(nulls: ReadonlySet<Var>, name: Var): ReadonlySet<Var> {
  return nulls.has(name) ? new Set([...nulls].filter((each) => each !== name)) : nulls;
}

function withValue(values: Values, name: Var, value: Expr | undefined): Values {
  const next = new Map(values);
  for (const other of values.keys()) {
    if (other === name || other.startsWith(`${name}->`) || other.startsWith(`${name}.`)) next.delete(other);
  }
  if (value?.kind === 'int' || value?.kind === 'symbol') next.set(name, value);
  return next;
}

function learn(values: Values, condition: Expr, truth: boolean): Values {
  if (condition.kind === 'not') return learn(values, condition.operand, !truth);
  if (condition.kind === 'var')
    return new Map(values).set(
      condition.name,
      truth ? { kind: 'symbol', name: `nonzero ${condition.name}` } : NULL_POINTER,
    );
  if (condition.kind !== 'binary' || condition.left.kind !== 'var' || condition.right.kind !== 'int')
    return values;
  const isEqual = (condition.operator === '==' && truth) || (condition.operator === '!=' && !truth);
  return isEqual ? new Map(values).set(condition.left.name, condition.right) : values;
}

function keyOf({ index, values, nulls }: Way): string {
  const known = [...values].map(([name, value]) => `${name}=${printExpr(value)}`).sort();
  return [index, ...known, '|', ...[...nulls].sort()].join(' ');
}
