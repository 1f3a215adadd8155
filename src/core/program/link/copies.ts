/**
 * Makes a linked program short: a variable that is only a copy of another, or a constant, is replaced by it; a temporary
 * by what it stands for; a branch that the way to it decides is jumped over. No step that others can see is touched, and
 * none changes its order: the program reads like its C, and its states are small.
 */
import { definedBy, fold, mapExpr, mapOperands, operandsOf, truthOf, variablesOf } from '../expr.js';
import { successors, tidy } from '../graph.js';
import { END, type Expr, type Step, type Var } from '../ir.js';
import { liveness, variablesIn } from '../liveness.js';
import { copiesBefore, factAfter } from './facts.js';
import { slice } from './slice.js';

/** Above this many steps the program is left as it is. */
const MAX_STEPS = 1_500;
const MAX_ROUNDS = 6;

export function foldCopies(steps: readonly Step[]): readonly Step[] {
  let current = steps;
  for (let round = 0; round < MAX_ROUNDS && current.length <= MAX_STEPS; round += 1) {
    const smaller = slice(tidy(dropDead(propagate(inlineTemporaries(coalesce(current))))));
    if (JSON.stringify(smaller) === JSON.stringify(current)) break;
    current = smaller;
  }
  return current;
}

const isTemporary = (name: Var): boolean => name.replace(/^.*\//, '').startsWith('$');

const nop = (step: Step): Step => ({
  op: 'nop',
  next: step.next,
  text: step.text,
  ...(step.at ? { at: step.at } : {}),
});

function usesOf(steps: readonly Step[]): ReadonlyMap<Var, readonly number[]> {
  const uses = new Map<Var, number[]>();
  steps.forEach((step, index) => {
    for (const name of new Set(operandsOf(step).flatMap(variablesOf))) push(uses, name, index);
  });
  return uses;
}

function push<K>(map: Map<K, number[]>, key: K, index: number): void {
  const list = map.get(key);
  if (list) list.push(index);
  else map.set(key, [index]);
}

function predecessorsOf(steps: readonly Step[]): readonly (readonly number[])[] {
  const found = steps.map((): number[] => []);
  steps.forEach((step, from) => {
    for (const to of successors(step)) found[to]?.push(from);
  });
  return found;
}

/** `load $1 = *p; val = $1` becomes `load val = *p`: where the copy is the only use, right behind every definition. */
function coalesce(steps: readonly Step[]): readonly Step[] {
  const uses = usesOf(steps);
  const predecessors = predecessorsOf(steps);
  const definitions = new Map<Var, number[]>();
  steps.forEach((step, index) => {
    const dst = definedBy(step);
    if (dst !== undefined) push(definitions, dst, index);
  });
  const renamed = new Map<number, Var>();
  const dropped = new Set<number>();
  steps.forEach((step, index) => {
    if (step.op !== 'let' || step.value.kind !== 'var' || !isTemporary(step.value.name) || index === 0)
      return;
    const from = definitions.get(step.value.name) ?? [];
    const isOnlyUse = uses.get(step.value.name)?.length === 1;
    const before = predecessors[index] ?? [];
    if (!isOnlyUse || from.length === 0 || before.length !== from.length) return;
    if (!from.every((each) => before.includes(each) && !renamed.has(each) && !dropped.has(each))) return;
    for (const each of from) renamed.set(each, step.dst);
    dropped.add(index);
  });
  return steps.map((step, index) => {
    const dst = renamed.get(index);
    if (dropped.has(index)) return nop(step);
    return dst === undefined ? step : ({ ...step, dst } as Step);
  });
}

/** A temporary that only the next step reads is put in its place. */
function inlineTemporaries(steps: readonly Step[]): readonly Step[] {
  const uses = usesOf(steps);
  const predecessors = predecessorsOf(steps);
  const definitions = new Map<Var, number>();
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined) definitions.set(dst, (definitions.get(dst) ?? 0) + 1);
  }
  const values = new Map<number, { readonly name: Var; readonly value: Expr }>();
  const dropped = new Set<number>();
  steps.forEach((step, index) => {
    if (step.op !== 'let' || !isTemporary(step.dst) || definitions.get(step.dst) !== 1) return;
    const [only, ...others] = uses.get(step.dst) ?? [];
    if (only === undefined || others.length > 0 || only !== step.next || only === index) return;
    // To the first step leads the start as well, where the temporary has not been set.
    if (only === 0 || predecessors[only]?.length !== 1 || dropped.has(only) || values.has(index)) return;
    values.set(only, { name: step.dst, value: step.value });
    dropped.add(index);
  });
  return steps.map((step, index) => {
    if (dropped.has(index)) return nop(step);
    const given = values.get(index);
    return given ? mapOperands(step, (expr) => substitute(expr, new Map([[given.name, given.value]]))) : step;
  });
}

function substitute(expr: Expr, values: ReadonlyMap<Var, Expr>): Expr {
  return mapExpr(expr, (inner) => (inner.kind === 'var' ? (values.get(inner.name) ?? inner) : fold(inner)));
}

/** Replaces what is known to be a copy or a constant wherever it is read, and jumps over branches that are decided. */
function propagate(steps: readonly Step[]): readonly Step[] {
  const before = copiesBefore(steps);
  return steps.map((step, index) => {
    const facts = before[index];
    if (!facts) return step;
    const changed = facts.size > 0 ? mapOperands(step, (expr) => substitute(expr, facts)) : step;
    return changed.op === 'let'
      ? { ...changed, next: jumped(steps, changed, factAfter(changed, facts)) }
      : changed;
  });
}

/** Where the step leads when the branches right behind it are decided by what is known after it. */
function jumped(steps: readonly Step[], step: Step, facts: ReadonlyMap<Var, Expr>): number {
  const seen = new Set<number>();
  let at = step.next;
  while (at !== END && !seen.has(at)) {
    seen.add(at);
    const next = steps[at];
    if (next?.op !== 'branch') break;
    const truth = truthOf(substitute(next.condition, facts));
    if (truth === undefined) break;
    at = truth ? next.then : next.else;
  }
  return at;
}

/** Local definitions that nobody reads. */
function dropDead(steps: readonly Step[]): readonly Step[] {
  const { isLiveAfter } = liveness(steps, variablesIn(steps));
  return steps.map((step, index) => (step.op === 'let' && !isLiveAfter(index, step.dst) ? nop(step) : step));
}
