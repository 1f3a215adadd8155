/**
 * What conditions have answered on a way. A condition that is written twice (`if (vma) lock(); ... if (vma) unlock();`) has one
 * answer, as long as nothing that it names is assigned in between.
 */
import { definedBy } from '../program/expr.js';
import type { FunctionProgram, Step } from '../program/ir.js';
import type { Move } from './locksets.js';

/** By the text of the condition. */
export type Answers = ReadonlyMap<string, boolean>;

export const NO_ANSWERS: Answers = new Map();

/** A condition that may be another each time that it is asked: it tries something. */
const TRIES = /try|alloc|lock|cmpxchg|test_and|wait|pending|resched|\+\+|--|(?<![=!<>])=(?!=)/;

/** The texts of the conditions that more than one branch asks, and that only look. */
export function conditionsWrittenTwice({ steps }: FunctionProgram): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const step of steps) {
    if (step.op !== 'branch' || TRIES.test(step.text)) continue;
    const { text } = question(step.text);
    (once.has(text) ? twice : once).add(text);
  }
  return twice;
}

/**
 * The texts of conditions that are asked together (`if (a || b)`) more than once: which of them it was has to be known the second
 * time, so ways that answered them differently must not be joined.
 */
export function conditionsAskedTogether({ steps }: FunctionProgram): ReadonlySet<string> {
  const pairs = steps.flatMap((first): readonly (readonly [string, string])[] => {
    if (first.op !== 'branch' || TRIES.test(first.text)) return [];
    const [other, one] = [steps[first.else], steps[first.then]];
    const isAsked = (next: Step | undefined): next is Extract<Step, { op: 'branch' }> =>
      next?.op === 'branch' && !TRIES.test(next.text);
    const next =
      isAsked(other) && other.then === first.then
        ? other
        : isAsked(one) && one.else === first.else
          ? one
          : undefined;
    return next ? [[question(first.text).text, question(next.text).text]] : [];
  });
  const count = new Map<string, number>();
  for (const pair of pairs) count.set(pair.join(), (count.get(pair.join()) ?? 0) + 1);
  return new Set(pairs.flatMap((pair) => ((count.get(pair.join()) ?? 0) > 1 ? pair : [])));
}

/** What a way has answered to these conditions, as text. */
export function answersTo(conditions: ReadonlySet<string>, answers: Answers): string {
  if (conditions.size === 0 || answers.size === 0) return '';
  return [...conditions]
    .flatMap((text) => {
      const answer = answers.get(text);
      return answer === undefined ? [] : [`${text}=${answer ? 'yes' : 'no'}`];
    })
    .join();
}

/** Comparisons, and those that are true where they are false. */
const OPPOSITE: readonly (readonly [string, string])[] = [
  [' != ', ' == '],
  [' >= ', ' < '],
  [' > ', ' <= '],
];

/** `(a != b)` asks what `a == b` asks, and is answered the other way round. */
function question(condition: string): { readonly text: string; readonly isNegated: boolean } {
  const inner = /^\(([^()]*)\)$/.exec(condition)?.[1] ?? condition;
  const opposite = OPPOSITE.find(([negative]) => inner.includes(negative));
  return opposite ? { text: inner.replace(...opposite), isNegated: true } : { text: inner, isNegated: false };
}

/** The answers after a move; undefined when the move goes against an answer that was given on this way. */
export function afterMove(
  answers: Answers,
  { step, to }: Move,
  twice: ReadonlySet<string>,
): Answers | undefined {
  if (step.op === 'branch' && step.then !== step.else) {
    const { text, isNegated } = question(step.text);
    if (!twice.has(text)) return answers;
    const answer = (to === step.then) !== isNegated;
    const known = answers.get(text);
    if (known !== undefined) return known === answer ? answers : undefined;
    return new Map(answers).set(text, answer);
  }
  const assigned = assignedBy(step);
  if (answers.size === 0 || assigned === undefined) return answers;
  const kept = [...answers].filter(([text]) => !mentions(text, assigned));
  return kept.length === answers.size ? answers : new Map(kept);
}

/** The answers that two ways have given alike; `left` itself when those are all of its own. */
export function sameAnswers(left: Answers, right: Answers): Answers {
  if (left === right) return left;
  const same = [...left].filter(([text, answer]) => right.get(text) === answer);
  return same.length === left.size ? left : new Map(same);
}

/** The variable that a step assigns, without what it is a member of: `next` of `ctx->next`. */
function assignedBy(step: Step): string | undefined {
  const name = definedBy(step);
  return name === undefined || name.startsWith('$')
    ? undefined
    : name.replace(/(?<!\*)(?:(?:->|\.)\*)+$/, '');
}

function mentions(text: string, name: string): boolean {
  const last = /\b\w+$/.exec(name)?.[0];
  return last !== undefined && new RegExp(`\\b${last}\\b`).test(text);
}
