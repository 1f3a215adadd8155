/**
 * Locks of the callers that a walk lets go for them, and does not take again: they know by what it gives back (VM_FAULT_RETRY). Where
 * a way ends without such a lock, a mark says so for as long as the program is made; what would let it go there leaves it out.
 */
import { END, type Step } from '../program/ir.js';

const PREFIX = 'given-away/';
const SEPARATOR = '|';

/** The names of the locks that are gone where the program ends behind a step. */
export function givenAwayAt(step: Step): readonly string[] {
  return step.op === 'let' && step.dst.startsWith(PREFIX)
    ? step.dst.slice(PREFIX.length).split(SEPARATOR)
    : [];
}

/** The mark, as the last step of a way; `before`: the step that is last so far, whose mark it joins. */
export function givenAway(name: string, before?: Step): Step {
  const names = [...(before ? givenAwayAt(before) : []), name];
  return {
    op: 'let',
    dst: PREFIX + names.join(SEPARATOR),
    value: { kind: 'int', value: 1 },
    next: END,
    text: '',
  };
}
