/** Data flow over a linked program: which variables are copies or constants before a step, and which are read after it. */
import { definedBy, operandsOf, variablesOf } from '../expr.js';
import { stepsFrom, successors, withSuccessors } from '../graph.js';
import type { Expr, Step, Var } from '../ir.js';

export type Facts = ReadonlyMap<Var, Expr>;

/** What is known of each variable before each step; undefined for a step that no way leads to. Forward, what holds on all ways. */
export function copiesBefore(steps: readonly Step[]): readonly (Facts | undefined)[] {
  const before: (Facts | undefined)[] = steps.map(() => undefined);
  if (steps.length > 0) before[0] = new Map();
  const pending = [0];
  while (pending.length > 0) {
    const index = pending.pop() ?? 0;
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
      pending.push(to);
    }
  }
  return before;
}

/** What is known after a step. */
export function factAfter(step: Step, facts: Facts): Facts {
  const dst = definedBy(step);
  if (dst === undefined) return facts;
  const after = new Map(
    [...facts].filter(([name, value]) => name !== dst && !(value.kind === 'var' && value.name === dst)),
  );
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
  return new Map([...left].filter(([name, value]) => same(value, right.get(name))));
}

const same = (left: Expr, right: Expr | undefined): boolean =>
  left === right || (right !== undefined && JSON.stringify(left) === JSON.stringify(right));

/** The variables that are read after each step before they are set again. Backward, what may happen on any way. */
export function liveAfter(steps: readonly Step[]): readonly ReadonlySet<Var>[] {
  const after = steps.map(() => new Set<Var>());
  const predecessors = steps.map((): number[] => []);
  steps.forEach((step, from) => {
    for (const to of successors(step)) predecessors[to]?.push(from);
  });
  const reads = steps.map((step) => operandsOf(step).flatMap(variablesOf));
  const pending = steps.map((_, index) => index);
  while (pending.length > 0) {
    const index = pending.pop() ?? 0;
    const step = steps[index];
    if (!step) continue;
    const dst = definedBy(step);
    const before = new Set([...(after[index] ?? [])].filter((name) => name !== dst));
    for (const name of reads[index] ?? []) before.add(name);
    for (const from of predecessors[index] ?? []) {
      const live = after[from];
      const size = live?.size;
      for (const name of before) live?.add(name);
      if (live && live.size !== size) pending.push(from);
    }
  }
  return after;
}

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
