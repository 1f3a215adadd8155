/** Turns that lead to a bug of the walk's own: how many undecided branches have to fall together for a step to be reached. */
import { successors } from '../program/graph.js';
import { variablesOf } from '../program/expr.js';
import { END, type Step, type Var } from '../program/ir.js';
import type { keptAnswers } from './kept-answers.js';
import type { Copy } from './ways.js';

/** Whether a step goes on by what the model does not know. */
export function undecidedSteps(copies: readonly Copy[]): readonly boolean[] {
  const unknown = new Set<Var>();
  const isUnknown = (step: Step): boolean =>
    step.op === 'let' &&
    (step.value.kind === 'unknown' || (step.value.kind === 'var' && unknown.has(step.value.name)));
  for (let size = -1; size !== unknown.size;) {
    size = unknown.size;
    for (const { step } of copies) if (step.op === 'let' && isUnknown(step)) unknown.add(step.dst);
  }
  return copies.map(({ step }) => {
    if (step.op === 'choose') return true;
    if (step.op !== 'branch') return false;
    const { condition } = step;
    return condition.kind === 'unknown' || variablesOf(condition).some((name) => unknown.has(name));
  });
}

/** Bit 1: the next step of its kind may be a right one; bit 2: a wrong one. Without starting a loop over. */
type Leads = number;

/** What each copy leads to. */
export function leadsTo(
  copies: readonly Copy[],
  into: readonly (readonly number[])[],
  right: ReadonlySet<number>,
  wrong: ReadonlySet<number>,
): readonly Leads[] {
  const leads = new Array<Leads>(copies.length).fill(0);
  for (const [from, bit] of [
    [right, 1],
    [wrong, 2],
  ] as const) {
    const pending = [...from];
    for (const number of from) leads[number] = bit;
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const before of into[at] ?? []) {
        if (right.has(before) || wrong.has(before) || ((leads[before] ?? 0) & bit) !== 0) continue;
        leads[before] = (leads[before] ?? 0) | bit;
        pending.push(before);
      }
    }
  }
  return leads;
}

/** How many undecided branches at least have to fall one way for each copy to be reached, of those that decide between right and wrong. */
export function branchesTo(
  copies: readonly Copy[],
  undecided: readonly boolean[],
  { asked, used }: ReturnType<typeof keptAnswers>,
  leads: readonly Leads[],
  into: readonly (readonly number[])[],
): readonly number[] {
  const costs = new Array<number>(copies.length).fill(Number.POSITIVE_INFINITY);
  /** The answers that the cheapest way to each copy has paid for. */
  const paid = copies.map((): readonly Var[] => []);
  /** What another way leads to, this side of the next round of a loop. */
  const elsewhere = (from: number, to: number): Leads =>
    to !== END && into[to]?.includes(from) === true ? (leads[to] ?? 0) : 0;
  let level = [0];
  costs[0] = 0;
  for (let cost = 0; level.length > 0; cost += 1) {
    const next: number[] = [];
    for (let at = level.pop(); at !== undefined; at = level.pop()) {
      const from = at;
      const copy = copies[from];
      if (!copy || costs[from] !== cost) continue;
      const ways = successors(copy.step);
      for (const to of ways) {
        if (to === END) continue;
        const use = used.get(from);
        const isUse = use !== undefined && to === use.then;
        const others = isUse
          ? [elsewhere(use.other.from, use.other.to)]
          : ways.filter((other) => other !== to).map((other) => elsewhere(from, other));
        const answer = isUse ? use.answer : asked.get(from);
        const isPaid = answer !== undefined && paid[from]?.includes(answer) === true;
        const isDecision = isUse || undecided[from] === true;
        const price = isDecision && !isPaid && isTurn(leads[to] ?? 0, others) ? 1 : 0;
        if (cost + price >= (costs[to] ?? 0)) continue;
        costs[to] = cost + price;
        paid[to] = [...(paid[from] ?? []), ...(price > 0 && answer !== undefined ? [answer] : [])];
        (price === 0 ? level : next).push(to);
      }
    }
    level = next;
  }
  return costs;
}

/**
 * Whether going a way that leads to wrong steps (and not another) is what leads there: another leads to right ones alone, or to none,
 * where this one leads to no right one either. (A return before anything is decided is no such turn.)
 */
const isTurn = (own: Leads, others: readonly Leads[]): boolean =>
  (own & 2) !== 0 && others.some((there) => there === 1 || (there === 0 && own === 2));
