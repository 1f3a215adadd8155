/**
 * Locks of which the kernel has many and a scenario one: each table has its own, and so has each folio. Where a walk takes one while
 * it holds one, the second is another lock: it is left out, and what is held already stands for both.
 */
import { depthsAfter, depthsBefore, lockName, type Depths } from '../program/depths.js';
import { successors } from '../program/graph.js';
import { END, type Step, type ThreadProgram } from '../program/ir.js';

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

/**
 * The program without the letting go of locks that it never takes, and that its callers do not hold as far as they are known: those who
 * call it for that hold them, and are others.
 */
export function withoutUnheld(program: ThreadProgram, around: ReadonlyMap<string, number>): ThreadProgram {
  const taken = new Set(
    program.steps.flatMap((step) => (step.op === 'unlock' ? [] : (lockName(step) ?? []))),
  );
  const isUnheld = (step: Step): boolean => {
    const name = step.op === 'unlock' ? lockName(step) : undefined;
    return name !== undefined && !taken.has(name) && !around.has(name);
  };
  return program.steps.some(isUnheld)
    ? { ...program, steps: program.steps.map((step) => (isUnheld(step) ? leftOut(step) : step)) }
    : program;
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

function withoutInner(steps: readonly Step[], name: string): readonly Step[] {
  const before = depthsBefore(steps, name);
  if (!steps.some((step, index) => isInner(step, name, before[index] ?? 0))) return steps;
  return steps.map((step, index): Step => {
    return isInner(step, name, before[index] ?? 0) ? leftOut(step) : step;
  });
}

/** Taken where it is held on every way, or let go where it is held more than once on every way. */
function isInner(step: Step, name: string, depths: Depths): boolean {
  if (depths === 0 || lockName(step) !== name) return false;
  if (step.op === 'lock' || step.op === 'trylock') return (depths & 1) === 0;
  return step.op === 'unlock' && (depths & 3) === 0;
}
