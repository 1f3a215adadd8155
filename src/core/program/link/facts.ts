/** Data flow over a linked program: which variables are copies or constants before a step, and which have a value at its entry. */
import { definedBy, operandsOf, variablesOf } from '../expr.js';
import { stepsFrom, successors, withSuccessors } from '../graph.js';
import type { Expr, Step, Var } from '../ir.js';

export type Facts = ReadonlyMap<Var, Expr>;

/** What is known of each variable before each step; undefined for a step that no way leads to. Forward, what holds on all ways. */
export function copiesBefore(steps: readonly Step[]): readonly (Facts | undefined)[] {
  const before: (Facts | undefined)[] = steps.map(() => undefined);
  if (steps.length > 0) before[0] = new Map();
  const isWaiting = steps.map((_, index) => index === 0);
  /** From the first to the last, as most steps lead to later ones. */
  for (let index = 0; index >= 0; index = isWaiting.indexOf(true)) {
    isWaiting[index] = false;
    const step = steps[index];
    const facts = before[index];
    if (!step || !facts) continue;
    const after = factAfter(step, facts);
    for (const to of successors(step)) {
      if (to < 0 || to >= steps.length) continue;
      const known = before[to];
      const merged = known ? both(known, after) : after;
      if (known && merged.size === known.size) continue;
      before[to] = merged;
      isWaiting[to] = true;
    }
  }
  return before;
}

/** What is known after a step. */
export function factAfter(step: Step, facts: Facts): Facts {
  const dst = definedBy(step);
  if (dst === undefined) return facts;
  const after = new Map(facts);
  after.delete(dst);
  for (const [name, value] of facts) if (value.kind === 'var' && value.name === dst) after.delete(name);
  if (step.op !== 'let') return after;
  const { value } = step;
  if (value.kind === 'var' ? value.name !== dst : isConstant(value)) after.set(dst, value);
  return after;
}

const isConstant = (value: Expr): boolean =>
  value.kind === 'int' ||
  value.kind === 'symbol' ||
  value.kind === 'address' ||
  value.kind === 'entry' ||
  value.kind === 'table' ||
  (value.kind === 'element' && value.index.kind === 'int');

function both(left: Facts, right: Facts): Facts {
  const held = new Map<Var, Expr>();
  for (const [name, value] of left) if (same(value, right.get(name))) held.set(name, value);
  return held;
}

const same = (left: Expr, right: Expr | undefined): boolean =>
  left === right || (right !== undefined && JSON.stringify(left) === JSON.stringify(right));

/**
 * Whether the value that a variable has at the entry of the program is read. A plain local of an inlined function is none:
 * it has its value from the call, or is not set.
 */
export function entryReader(steps: readonly Step[]): (name: Var) => boolean {
  const reads = steps.map((step) => new Set(operandsOf(step).flatMap(variablesOf)));
  const known = new Map<Var, boolean>();
  const isRead = (name: Var): boolean => {
    if (name.includes('/') && !/->/.test(name)) return false;
    const unset = stepsFrom(steps, [0], (step) => (definedBy(step) === name ? [] : successors(step)));
    for (const index of unset) if (reads[index]?.has(name) === true) return true;
    return false;
  };
  return (name) => {
    const answer = known.get(name) ?? isRead(name);
    known.set(name, answer);
    return answer;
  };
}

/** The program with variables set before all else. */
export function withEntryValues(
  steps: readonly Step[],
  values: readonly { readonly name: Var; readonly value: Expr; readonly text: string }[],
): readonly Step[] {
  const count = values.length;
  if (count === 0) return steps;
  const shift = (to: number): number => (to < 0 ? to : to + count);
  const prelude = values.map(({ name, value, text }, index): Step => ({
    op: 'let',
    dst: name,
    value,
    next: index + 1,
    text,
  }));
  return [...prelude, ...steps.map((step) => withSuccessors(step, shift))];
}
