/**
 * Which of two locks the callers hold. `if (vmf->flags & FAULT_FLAG_VMA_LOCK) vma_end_read(vma); else mmap_read_unlock(mm);`: they have
 * taken one of them, and tell by a flag that the model does not have. Where one way of such a branch lets go a lock that is held on no
 * way to it, and the other one that is held, the flag tells of the other; and it tells the same wherever it is asked.
 */
import { depthsBefore, lockName } from '../depths.js';
import { successors } from '../graph.js';
import type { Assumption, Step } from '../ir.js';
import type { QuestionGroup } from './questions.js';

type Branch = Extract<Step, { op: 'branch' }>;

/** The program with the questions answered that tell which lock is held; `around`: how often each is held when it is entered. */
export function withLocksTold(
  steps: readonly Step[],
  groups: readonly QuestionGroup[],
  around: ReadonlyMap<string, number>,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const isHeld = heldAt(steps, around);
  const decided = new Map<number, boolean>();
  const assumptions: Assumption[] = [];
  for (const { branches } of groups) {
    const told = [...branches].flatMap(([index, { isNegated }]) => {
      const step = steps[index];
      const way = step?.op === 'branch' ? wayOfHeld(steps, step, isHeld) : undefined;
      return step && way !== undefined ? [{ step, way, answer: way !== isNegated }] : [];
    });
    const [first] = told;
    if (!first || told.some(({ answer }) => answer !== first.answer)) continue;
    assumptions.push(assumed(first.step, first.way));
    for (const [index, { isNegated }] of branches) decided.set(index, first.answer !== isNegated);
  }
  if (decided.size === 0) return { steps, assumptions };
  return {
    steps: steps.map((step, index) => {
      const way = decided.get(index);
      return step.op === 'branch' && way !== undefined ? gone(step, way) : step;
    }),
    assumptions,
  };
}

const gone = ({ then, else: otherwise, text, at }: Branch, way: boolean): Step => ({
  op: 'nop',
  next: way ? then : otherwise,
  text,
  ...(at ? { at } : {}),
});

const assumed = ({ text, at }: Step, way: boolean): Assumption => ({
  kind: 'caller-locks',
  text: `"${text}" is ${String(way)}: else a lock would be let go that the callers do not hold`,
  ...(at ? { at } : {}),
});

/** Whether the lock that a step lets go may be held there; undefined for any other step. */
function heldAt(
  steps: readonly Step[],
  around: ReadonlyMap<string, number>,
): (index: number) => boolean | undefined {
  const depths = new Map<string, ReturnType<typeof depthsBefore>>();
  return (index) => {
    const step = steps[index];
    const name = step?.op === 'unlock' ? lockName(step) : undefined;
    if (name === undefined) return undefined;
    const known = depths.get(name) ?? depthsBefore(steps, name, around.get(name) ?? 0);
    depths.set(name, known);
    return ((known[index] ?? 0) & ~1) !== 0;
  };
}

/** The way of a branch that lets go a lock which is held, where the other one lets go a lock that is not. */
function wayOfHeld(
  steps: readonly Step[],
  { then, else: otherwise }: Branch,
  isHeld: (index: number) => boolean | undefined,
): boolean | undefined {
  const [first, second] = [then, otherwise].map((to) => letsGo(steps, to, isHeld));
  return first === undefined || second === undefined || first === second ? undefined : first === 'held';
}

/** What is done first from a step on: a lock is let go, held or not. Undefined where it may be anything else. */
function letsGo(
  steps: readonly Step[],
  from: number,
  isHeld: (index: number) => boolean | undefined,
): 'held' | 'other' | undefined {
  const seen = new Set<number>();
  const pending = [from];
  let found: 'held' | 'other' | undefined;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const step = steps[at];
    if (!step) return undefined;
    if (seen.has(at)) continue;
    seen.add(at);
    const held = isHeld(at);
    if (held !== undefined) found = held || found === 'held' ? 'held' : 'other';
    else if (step.op === 'let' || step.op === 'branch' || step.op === 'nop')
      pending.push(...successors(step));
    else return undefined;
  }
  return found;
}
