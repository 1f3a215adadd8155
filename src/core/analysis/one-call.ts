/** The calls that steps come from: one call may be several steps. */
import type { Step } from '../program/ir.js';

/** The call that a step comes from, or that a value is given by: by its C text. */
export function calledIn({ text }: Pick<Step, 'text'>): string | undefined {
  return /^(\w+)\s*\(/.exec(text)?.[1];
}

/** Steps of one and the same call. */
export function isOneCall(a: Step | undefined, b: Step | undefined): boolean {
  return (
    a?.at !== undefined &&
    a.at.line === b?.at?.line &&
    a.at.column === b.at.column &&
    a.at.endLine === b.at.endLine &&
    a.at.endColumn === b.at.endColumn
  );
}
