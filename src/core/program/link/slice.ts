/**
 * Slicing: what neither another CPU can see nor decides what it sees is cut out of a linked program. Loops that only compute
 * are taken to end.
 */
import { definedBy, operandsOf, truthOf, variablesOf } from '../expr.js';
import { END, type Step, type Var } from '../ir.js';
import { tidy } from '../graph.js';
import { controlDependence } from './control.js';
import { isGiven } from './given.js';

const LOCAL: ReadonlySet<string> = new Set(['let', 'branch', 'choose', 'nop']);

/** Keeps the steps that others can see, what they are computed from, and the branches that decide whether they happen. */
export function slice(steps: readonly Step[]): readonly Step[] {
  let current = tidy(decided(steps));
  for (;;) {
    const smaller = tidy(decided(cut(current)));
    if (smaller.length >= current.length) return smaller;
    current = smaller;
  }
}

/**
 * Branches on a constant become plain, and so do those that ask of other data than entries whether to give up: `BUG_ON(!mm)` is
 * taken not to hit, `BUG_ON(pmd_none(pmd))` is kept, and so is `BUG_ON(!pte)` where pte is NULL on some way.
 */
function decided(steps: readonly Step[]): readonly Step[] {
  const entries = entryVariables(steps);
  const nulls = nullVariables(steps);
  return steps.map((step) => {
    if (step.op !== 'branch') return step;
    const way =
      truthOf(step.condition) ?? wayThatGoesOn(step, steps, (name) => entries.has(name) || nulls.has(name));
    if (way === undefined) return step;
    return {
      op: 'nop',
      next: way ? step.then : step.else,
      text: step.text,
      ...(step.at ? { at: step.at } : {}),
    };
  });
}

function wayThatGoesOn(
  step: Extract<Step, { op: 'branch' }>,
  steps: readonly Step[],
  isKnown: (name: Var) => boolean,
): boolean | undefined {
  if (variablesOf(step.condition).some((name) => isKnown(name) || isGiven(name))) return undefined;
  if (givesUp(step.then, steps)) return false;
  return givesUp(step.else, steps) ? true : undefined;
}

/** Variables that some step sets to 0, and those that are copied from them. */
function nullVariables(steps: readonly Step[]): ReadonlySet<Var> {
  const found = new Set<Var>();
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const step of steps) {
      if (step.op !== 'let') continue;
      const { value } = step;
      const isNull = value.kind === 'int' ? value.value === 0 : value.kind === 'var' && found.has(value.name);
      if (isNull) found.add(step.dst);
    }
  }
  return found;
}

/** A path that ends is a step that leads to itself. */
function givesUp(from: number, steps: readonly Step[]): boolean {
  const seen = new Set<number>();
  let at = from;
  for (let step = steps[at]; step?.op === 'nop' && !seen.has(at); step = steps[at]) {
    seen.add(at);
    at = step.next;
  }
  return seen.has(at);
}

/** Variables that hold entries, or what is computed from them. */
function entryVariables(steps: readonly Step[]): ReadonlySet<Var> {
  const found = new Set<Var>();
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined) continue;
      const isEntry = step.op === 'load' || step.op === 'exchange' || step.op === 'trylock';
      if (
        isEntry ||
        operandsOf(step)
          .flatMap(variablesOf)
          .some((name) => found.has(name) || isGiven(name))
      )
        found.add(dst);
    }
  }
  return found;
}

function cut(steps: readonly Step[]): readonly Step[] {
  const { immediate, dependents } = controlDependence(steps);
  const relevant = new Set<number>();
  const needed = new Set<Var>();
  const pending: number[] = [];
  const definitions = new Map<Var, number[]>();
  steps.forEach((step, index) => {
    const dst = definedBy(step);
    if (dst !== undefined) definitions.set(dst, [...(definitions.get(dst) ?? []), index]);
    if (!LOCAL.has(step.op)) pending.push(index);
  });
  while (pending.length > 0) {
    const index = pending.pop();
    if (index === undefined || relevant.has(index)) continue;
    const step = steps[index];
    if (!step) continue;
    relevant.add(index);
    pending.push(...(dependents.get(index) ?? []));
    for (const name of operandsOf(step).flatMap(variablesOf)) {
      if (needed.has(name)) continue;
      needed.add(name);
      pending.push(...(definitions.get(name) ?? []));
    }
  }
  return steps.map((step, index) => {
    if (relevant.has(index)) return step;
    const next = step.op === 'branch' || step.op === 'choose' ? (immediate[index] ?? END) : step.next;
    return { op: 'nop', next, text: step.text, ...(step.at ? { at: step.at } : {}) };
  });
}
