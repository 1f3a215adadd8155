/**
 * freer/unlocked: a lock has two halves. Walkers that hold theirs are not safe from a freer that does not take its own:
 * kernel/freeing-calls.ts has what each call that frees needs.
 */
import { FREEING_CALLS, type FreeingCall } from '../../../kernel/freeing-calls.js';
import type { FunctionProgram, Step } from '../../../program/ir.js';
import type { HeldNow } from '../../waiting.js';

export const FREER_UNLOCKED = {
  id: 'freer/unlocked',
  title: 'a freer that does not take what its walkers rely on',
};

/** The calls of a function that free tables of the kernel. What is such a call itself (an architecture's own) leaves it to its callers. */
export function freeingCallsIn(
  program: FunctionProgram,
): readonly { readonly index: number; readonly step: Step; readonly row: FreeingCall }[] {
  if (FREEING_CALLS.some(({ call }) => call === program.name)) return [];
  return program.steps.flatMap((step, index) => {
    const name = step.op === 'call' && step.callee.kind === 'symbol' ? step.callee.name : undefined;
    const row = FREEING_CALLS.find(({ call }) => call === name);
    return row ? [{ index, step, row }] : [];
  });
}

/** Whether what is held is the freer's half. */
export function hasItsHalf({ needs }: FreeingCall, held: readonly HeldNow[]): boolean {
  return held.some(
    ({ class: id, mode, name }) =>
      id === needs.protection &&
      (needs.mode === 'read' || mode === 'write') &&
      (name === id || name.includes('init_mm')),
  );
}
