/** Where threads are scheduled: visible steps, and pauses that keep every step of the machine short. */
import { END } from '../program/ir.js';
import type { Step, Var } from '../program/ir.js';
import { successors } from '../program/graph.js';
import { mayBeUnknown } from './maybe-unknown.js';
import { evaluator } from './evaluate.js';
import type { Model, ModelThread } from './model.js';
import * as V from './value.js';

/** A step may leave this many choices undecided before the next scheduling point; more are cut by a pause. */
const MAX_CHOICES_PER_STEP = 4;

/** Steps that other threads can see, or that depend on what others do: these are the scheduling points. */
export function isVisible(step: Step): boolean {
  switch (step.op) {
    case 'let':
    case 'branch':
    case 'choose':
    case 'nop':
    case 'call':
    case 'return':
    case 'assert_held':
    case 'note':
      return false;
    default:
      return true;
  }
}

/** Name of the lock that a step works on. */
export function lockOf(step: Step): string | undefined {
  switch (step.op) {
    case 'lock':
    case 'unlock':
    case 'trylock':
    case 'downgrade':
      return step.lock.name ?? step.lock.class;
    default:
      return undefined;
  }
}

function isUndecided(step: Step, unknown: ReadonlySet<Var>): boolean {
  if (step.op === 'choose') return step.targets.length > 1;
  return step.op === 'branch' && mayBeUnknown(step.condition, unknown);
}

/**
 * Visible steps, and pauses where needed: one in every loop of local steps (so that a step of the machine always ends),
 * and before a choice that would be the fifth undecided one since the last point (so that it has few outcomes).
 */
export function choosePoints(
  steps: readonly Step[],
  unknown: ReadonlySet<Var>,
  pausesAtStart: boolean,
): ReadonlySet<number> {
  const points = new Set<number>();
  steps.forEach((step, index) => {
    if (isVisible(step)) points.add(index);
  });
  if (pausesAtStart && steps.length > 0) points.add(0);
  cutLocalLoops(steps, points);
  cutLongChoices(steps, points, unknown);
  return points;
}

/** Depth-first: the target of a back edge in the graph of local steps becomes a point. */
function cutLocalLoops(steps: readonly Step[], points: Set<number>): void {
  const done = new Set<number>();
  const open = new Set<number>();
  for (let start = 0; start < steps.length; start++) {
    const stack: { readonly index: number; readonly to: readonly number[]; at: number }[] = [];
    const enter = (index: number): void => {
      const step = steps[index];
      if (step === undefined || points.has(index) || done.has(index)) return;
      if (open.has(index)) {
        points.add(index);
        return;
      }
      open.add(index);
      stack.push({ index, to: successors(step), at: 0 });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = top.to[top.at++];
      if (to !== undefined) {
        enter(to);
        continue;
      }
      open.delete(top.index);
      done.add(top.index);
      stack.pop();
    }
  }
}

/** Longest chain of undecided choices before each local step, from any point; a step past the limit becomes a point. */
function cutLongChoices(steps: readonly Step[], points: Set<number>, unknown: ReadonlySet<Var>): void {
  const choices = new Map<number, number>();
  const work: number[] = [...points, 0];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const step = steps[index];
    if (step === undefined) continue;
    const before = points.has(index) ? 0 : (choices.get(index) ?? 0);
    const after = before + (isUndecided(step, unknown) ? 1 : 0);
    for (const to of successors(step)) {
      const next = steps[to];
      if (next === undefined || points.has(to)) continue;
      if (after >= MAX_CHOICES_PER_STEP && isUndecided(next, unknown)) {
        points.add(to);
        work.push(to);
        continue;
      }
      const known = choices.get(to);
      if (known !== undefined && known >= after) continue;
      choices.set(to, after);
      work.push(to);
    }
  }
}

/**
 * Does the thread meet a choice before its first visible step? The machine then starts it with a pause there, since an
 * initial state is one state. Runs the local steps themselves: up to the first choice they are certain.
 */
export function startsUndecided(model: Model, thread: ModelThread): boolean {
  const vars = new Int32Array(thread.vars.length);
  for (const name of thread.liveAtStart) vars[name] = V.UNKNOWN;
  const build = evaluator(model, thread, vars);
  let at = 0;
  for (let count = 0; count < thread.steps.length; count++) {
    const step = thread.steps[at];
    if (step === undefined || (thread.pointOf[at] ?? -1) >= 0) return false;
    switch (step.op) {
      case 'let':
        vars[thread.vars.indexOf(step.dst)] = build(step.value)();
        at = step.next;
        break;
      case 'branch': {
        const truth = V.truth(build(step.condition)());
        if (truth === V.UNKNOWN) return true;
        at = truth === 1 ? step.then : step.else;
        break;
      }
      case 'choose':
        if (step.targets.length > 1) return true;
        at = step.targets[0] ?? END;
        break;
      case 'call':
        if (step.dst !== undefined) vars[thread.vars.indexOf(step.dst)] = V.UNKNOWN;
        at = step.next;
        break;
      default:
        at = step.op === 'return' ? END : step.next;
    }
  }
  return false;
}
