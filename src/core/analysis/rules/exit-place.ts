/** Where a function is left with something that it should have undone. */
import type { FunctionProgram, Place } from '../../program/ir.js';

/** The return statement; where the function just ends, the call that was not undone. */
export function exitPlace(
  { steps }: FunctionProgram,
  exit: number,
  taken: number,
): { readonly at: Place; readonly text: string } | undefined {
  const step = steps[exit]?.op === 'return' ? steps[exit] : steps[taken];
  return step?.at && { at: step.at, text: step.text };
}
