/** Conditions of table rows: do they hold in a tree with these capabilities? */
import { CAPABILITIES } from './capabilities.js';
import type { When } from './types.js';

/** The capabilities of the newest kernel known, on an architecture that has them all: what a lone file is judged by. */
export const NEWEST: ReadonlySet<string> = new Set(
  CAPABILITIES.filter(({ newest }) => newest).map(({ id }) => id),
);

/** Do all conditions hold? `id` must be among the capabilities, `!id` must not; none: always. */
export function holds(when: When | undefined, capabilities: ReadonlySet<string>): boolean {
  return (when ?? []).every((condition) =>
    condition.startsWith('!') ? !capabilities.has(condition.slice(1)) : capabilities.has(condition),
  );
}
