/** The ways in which a call can end, as its caller sees them. */
import { printExpr } from '../program/print.js';
import type { CallOutcome } from './transfer.js';

/** The outcomes that look the same from outside, together: they return and store the same. */
export function alikeOutcomes(outcomes: readonly CallOutcome[]): readonly (readonly CallOutcome[])[] {
  const byAnswer = new Map<string, CallOutcome[]>();
  for (const outcome of outcomes) {
    const stores = [...(outcome.stores ?? [])].map(([name, value]) => `${name}=${printExpr(value)}`).sort();
    const answer = [outcome.result ? printExpr(outcome.result) : '', ...stores].join(' ');
    byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), outcome]);
  }
  return [...byAnswer.values()];
}
