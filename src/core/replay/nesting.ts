/**
 * Locks of which the kernel has many and a scenario one: each table has its own, and so has each folio. Where a walk takes one while
 * it holds one, the second is another lock: it is left out, and what is held already stands for both.
 */
import { successors } from '../program/graph.js';
import { END, type Step, type ThreadProgram } from '../program/ir.js';

/** Holds of one lock that are told apart. */
const DEPTH = 4;

/** The program without the inner locks, for the locks that `isOneOfMany`. */
export function withoutNesting(
  program: ThreadProgram,
  isOneOfMany: (name: string) => boolean,
): ThreadProgram {
  const names = new Set(program.steps.flatMap((step) => lockName(step) ?? []));
  let { steps } = program;
  for (const name of names) if (isOneOfMany(name)) steps = withoutInner(steps, name);
  return steps === program.steps ? program : { ...program, steps };
}

/**
 * The program without the locks that it lets go where it may not hold them, or that it may hold at its end, for those that `isOwn`:
 * nobody else takes them, and they go by the text of an expression, which may be another where they are let go.
 */
export function withoutStray(program: ThreadProgram, isOwn: (name: string) => boolean): ThreadProgram {
  const names = new Set(program.steps.flatMap((step) => lockName(step) ?? []));
  const stray = new Set([...names].filter((name) => isOwn(name) && isStray(program.steps, name)));
  if (stray.size === 0) return program;
  const steps = program.steps.map((step): Step => {
    const name = lockName(step);
    return name !== undefined && stray.has(name) ? leftOut(step) : step;
  });
  return { ...program, steps };
}

function isStray(steps: readonly Step[], name: string): boolean {
  const before = depthsBefore(steps, name);
  return steps.some((step, index) => {
    const depths = before[index] ?? 0;
    if (depths === 0) return false;
    if (step.op === 'unlock' && lockName(step) === name && (depths & 1) !== 0) return true;
    return successors(step).includes(END) && (depthsAfter(step, name, depths) & ~1) !== 0;
  });
}

/** The step in which no lock is taken or let go; a try succeeds. */
function leftOut(step: Step): Step {
  const rest = { next: step.next, text: step.text, ...(step.at ? { at: step.at } : {}) };
  return step.op === 'trylock'
    ? { op: 'let', dst: step.dst, value: { kind: 'int', value: 1 }, ...rest }
    : { op: 'nop', ...rest };
}

function lockName(step: Step): string | undefined {
  return 'lock' in step ? (step.lock.name ?? step.lock.class) : undefined;
}

function withoutInner(steps: readonly Step[], name: string): readonly Step[] {
  const before = depthsBefore(steps, name);
  if (!steps.some((step, index) => isInner(step, name, before[index] ?? 0))) return steps;
  return steps.map((step, index): Step => {
    return isInner(step, name, before[index] ?? 0) ? leftOut(step) : step;
  });
}

/** Bit n: the lock may be held n times. */
type Depths = number;

/** Taken where it is held on every way, or let go where it is held more than once on every way. */
function isInner(step: Step, name: string, depths: Depths): boolean {
  if (depths === 0 || lockName(step) !== name) return false;
  if (step.op === 'lock' || step.op === 'trylock') return (depths & 1) === 0;
  return step.op === 'unlock' && (depths & 3) === 0;
}

function depthsBefore(steps: readonly Step[], name: string): readonly Depths[] {
  const before = steps.map(() => 0);
  before[0] = 1;
  const pending = [0];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const step = steps[index];
    if (!step) continue;
    const after = depthsAfter(step, name, before[index] ?? 0);
    for (const to of successors(step)) {
      if (to === END) continue;
      const known = before[to] ?? 0;
      if ((known | after) === known) continue;
      before[to] = known | after;
      pending.push(to);
    }
  }
  return before;
}

function depthsAfter(step: Step, name: string, depths: Depths): Depths {
  if (lockName(step) !== name) return depths;
  const deeper = ((depths << 1) | (depths & (1 << (DEPTH - 1)))) & ((1 << DEPTH) - 1);
  if (step.op === 'lock') return deeper;
  if (step.op === 'trylock') return depths | deeper;
  return step.op === 'unlock' ? (depths >> 1) | (depths & 1) : depths;
}
