/**
 * Whether a walk of user tables is inside a VMA that was looked up. munmap() gives the mmap lock back for others to read before it
 * frees the tables: that hurts only a walk that never asked whether its address has a VMA.
 */
import { LOCKS_OF_VMAS, OWNER_CALLS, OWNER_FIELDS } from '../kernel/owners.js';
import type { Knowledge } from '../program/lower/context.js';
import { operandsOf, variablesOf } from '../program/expr.js';
import type { FunctionProgram, Step } from '../program/ir.js';

/** Calls that find the VMA of an address: find_vma(). */
export const VMA_LOOKUPS: ReadonlySet<string> = new Set(
  OWNER_CALLS.flatMap(({ api, pins, as }) => (as === 'found' && pins.includes('user') ? [api] : [])),
);
/** Structs that only exist for an address in a VMA: vm_area_struct, vm_fault. */
const OBJECTS: readonly string[] = OWNER_FIELDS.flatMap(({ type, pins }) =>
  pins.includes('user') ? [type] : [],
);
/** A member that is of a VMA, or is one: `vma->vm_mm`, `walk->vma`. */
const MEMBER_OF_VMA = /(->|\.)(vm_mm|vma)\b/;

/** Whether the function's own text shows that it is: it finds the VMA, is given it, or has it found by what it calls. */
export function isInsideVma(program: FunctionProgram, knowledge: Knowledge): boolean {
  return (
    program.params.some(({ type }) => OBJECTS.some((each) => new RegExp(`\\b${each}\\b`).test(type))) ||
    program.steps.some((step) => showsVma(step, knowledge))
  );
}

function showsVma(step: Step, knowledge: Knowledge): boolean {
  if (
    operandsOf(step)
      .flatMap(variablesOf)
      .some((name) => MEMBER_OF_VMA.test(name))
  )
    return true;
  if ('lock' in step) return LOCKS_OF_VMAS.includes(step.lock.class);
  if (step.op !== 'call' || step.callee.kind !== 'symbol') return false;
  const { name } = step.callee;
  const primitive = knowledge.primitive(name);
  return VMA_LOOKUPS.has(name) || (primitive?.kind === 'walk' && primitive.insideVmas === true);
}
