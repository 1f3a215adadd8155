/**
 * Frames of entries that are mapped after the lock of the entry has been let go, and of which nobody asks again whether the entry still
 * has them: somebody else's memory may be there by then (mm/memory.c:generic_access_phys@6.1 asks).
 */
import { FRAME_MAPS, FRAME_READS, type FrameCall } from '../kernel/entry-values.js';
import { TABLE_LOCK } from '../kernel/lock-roles.js';
import { definedBy, operandsOf, variablesOf } from '../program/expr.js';
import { stepsFrom, successors } from '../program/graph.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';

/** The steps that read a frame, and map it. */
export interface StaleFrame {
  readonly read: number;
  readonly map: number;
}

/** Each frame that is mapped without another look at its entry, once. */
export function staleFrames({ steps }: FunctionProgram): readonly StaleFrame[] {
  return steps.flatMap((step, read) => {
    const given = frameIn(step, FRAME_READS);
    if (given?.kind !== 'address') return [];
    const behind = [...stepsFrom(steps, successors(step))];
    const frames = madeOf(
      given.of,
      behind.flatMap((index) => steps[index] ?? []),
    );
    const map = behind.find((index) => mapsOneOf(steps[index], frames) && !looksAgain(steps, index));
    return map === undefined ? [] : [{ read, map }];
  });
}

/** The frame that a call of the table takes or gives. */
function frameIn(step: Step | undefined, calls: readonly FrameCall[]): Expr | undefined {
  if (step?.op !== 'call' || step.callee.kind !== 'symbol') return undefined;
  const { name } = step.callee;
  const row = calls.find(({ api }) => api === name);
  return row && step.args[row.frame];
}

function mapsOneOf(step: Step | undefined, frames: ReadonlySet<Var>): boolean {
  const frame = frameIn(step, FRAME_MAPS);
  return frame !== undefined && variablesOf(frame).some((name) => frames.has(name));
}

/** A variable, and those that are computed from it. */
function madeOf(name: Var, steps: readonly Step[]): ReadonlySet<Var> {
  const made = new Set([name]);
  for (let size = -1; size !== made.size;) {
    size = made.size;
    for (const step of steps) {
      const dst = step.op === 'let' ? definedBy(step) : undefined;
      if (
        dst !== undefined &&
        operandsOf(step)
          .flatMap(variablesOf)
          .some((each) => made.has(each))
      )
        made.add(dst);
    }
  }
  return made;
}

/** The lock of an entry is taken behind it, or the frame is read again: what the entry has now can be compared. */
function looksAgain(steps: readonly Step[], map: number): boolean {
  const step = steps[map];
  return (
    step !== undefined &&
    [...stepsFrom(steps, successors(step))].some((index) => {
      const after = steps[index];
      return (
        frameIn(after, FRAME_READS) !== undefined || (after?.op === 'lock' && after.lock.class === TABLE_LOCK)
      );
    })
  );
}
