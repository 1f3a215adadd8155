/** What a function itself says that its callers hold. */
import { assert, NOTHING, type Held } from '../analysis/held.js';
import { lockName } from '../analysis/values.js';
import type { FunctionProgram } from '../program/ir.js';

/**
 * What a function asserts to be held before its first branch, `mmap_assert_locked(mm)` at its top: no way through it is without.
 * What is asserted further down may be true of one way only.
 */
export function assertedAtTop({ steps }: FunctionProgram): Held {
  let held = NOTHING;
  for (let at = 0, left = steps.length; left > 0; left--) {
    const step = steps[at];
    if (step === undefined || !('next' in step)) break;
    if (step.op === 'assert_held') held = assert(held, lockName(step.lock, new Map()), step.mode);
    at = step.next;
  }
  return held;
}
