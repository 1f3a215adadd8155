/** Answers that a program keeps (link/correlate.ts), found again in its ways. */
import type { Step, Var } from '../program/ir.js';
import type { Copy } from './ways.js';

/** A step that goes by an answer that was kept (link/correlate.ts): where it leads, and where the other answer would. */
interface AnswerUse {
  readonly answer: Var;
  readonly then: number;
  readonly other: { readonly from: number; readonly to: number };
}

/**
 * Questions whose answer is kept for the next time: `answer == 1`, then `answer == 0`, and the question where it is neither. Where the
 * answer was given it may not have mattered, so it counts where it is used; but once.
 */
export function keptAnswers(
  copies: readonly Copy[],
  undecided: readonly boolean[],
): { readonly asked: ReadonlyMap<number, Var>; readonly used: ReadonlyMap<number, AnswerUse> } {
  const asked = new Map<number, Var>();
  const used = new Map<number, AnswerUse>();
  copies.forEach(({ step }, one) => {
    const first = answerIn(step);
    const second = first && answerIn(copies[first.otherwise]?.step);
    if (first?.name !== second?.name || !first || !second || undecided[second.otherwise] !== true) return;
    const other = first.otherwise;
    used.set(one, { answer: first.name, then: first.then, other: { from: other, to: second.then } });
    used.set(other, { answer: first.name, then: second.then, other: { from: one, to: first.then } });
    asked.set(second.otherwise, first.name);
  });
  return { asked, used };
}

function answerIn(
  step: Step | undefined,
): { readonly name: Var; readonly then: number; readonly otherwise: number } | undefined {
  if (step?.op !== 'branch' || step.condition.kind !== 'binary' || step.condition.operator !== '==')
    return undefined;
  const { left, right } = step.condition;
  return left.kind === 'var' && right.kind === 'int'
    ? { name: left.name, then: step.then, otherwise: step.else }
    : undefined;
}
