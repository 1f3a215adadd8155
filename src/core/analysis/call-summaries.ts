/** What a function does to the locks of its callers, summed up once by the locksets of its own body, and those of what it calls. */
import { notedAnswers, type NotedAnswers } from '../index/noted-answers.js';
import type { UseLog } from '../index/uses.js';
import { printExpr } from '../program/print.js';
import {
  inCallersNames,
  NO_VALUES,
  NOTHING_DONE,
  numbersBehind,
  outcomesOf,
  withRetaken,
} from './call-outcomes.js';
import { remember, type Callee, type Callees } from './callees.js';
import { NO_EFFECT, type CallEffect, type CallOutcome } from './transfer.js';
import { evaluate, type Values } from './values.js';

interface Summary {
  readonly target: Callee | undefined;
  readonly outcomes: readonly CallOutcome[];
}

/** What a function was found to do, and with what that was asked for. */
export interface Summed {
  /** Undefined: nothing that it calls touches locks, so that it does not count. */
  readonly depth: number | undefined;
  readonly pointedTo: Values;
  readonly outcomes: readonly CallOutcome[];
}

export interface CallSummaries {
  readonly of: (callee: Callee, depth: number, pointedTo?: Values) => readonly CallOutcome[];
  /** The effect of the calls in a function; `depth`: how deep those that it calls are followed. */
  readonly within: (from: Pick<Callee, 'file'>, depth: number) => CallEffect;
  /** What was found so far, by the function's key and what was asked. */
  readonly kept: NotedAnswers<Summed>;
}

export function createCallSummaries(
  { inSight, calledBy, touchesLocks }: Callees,
  uses: UseLog,
): CallSummaries {
  const kept = notedAnswers<Summed>(uses);

  /**
   * Kept for each depth: what a function does as seen from far above must not be taken for all that it does. And for what is known of
   * where its arguments point to: with `int locked = 0`, `f(&locked)` does not let go of a lock that it does not take first.
   */
  const of = (callee: Callee, depth: number, pointedTo: Values = NO_VALUES): readonly CallOutcome[] => {
    if (!touchesLocks(callee)) return NOTHING_DONE;
    const isLeaf = !calledBy(callee).some(touchesLocks);
    const asked = { depth: isLeaf ? undefined : depth, pointedTo };
    return kept.of(`${callee.key} ${textOfAsked(asked)}`, () =>
      uses.apart(() => {
        const program = callee.program();
        const effect = depth > 0 ? within(callee, depth - 1) : NO_EFFECT;
        return { ...asked, outcomes: program ? outcomesOf(program, effect, pointedTo) : NOTHING_DONE };
      }),
    ).outcomes;
  };

  const within = (from: Pick<Callee, 'file'>, depth: number): CallEffect => {
    /** Of the functions that are called here, by name: a step is asked for again with each state that reaches it. */
    const known = new Map<string, Summary>();
    return (step, values) => {
      if (step.callee.kind !== 'symbol') return NOTHING_DONE;
      const { name } = step.callee;
      const { target, outcomes: usual } = remember(known, name, () =>
        uses.apart(() => {
          const [first] = inSight(name, from.file);
          return { target: first, outcomes: first ? of(first, depth) : NOTHING_DONE };
        }),
      );
      if (!target || usual === NOTHING_DONE) return usual;
      const pointedTo = numbersBehind(step.args, target.params(), values);
      const outcomes = pointedTo.size === 0 ? usual : uses.apart(() => of(target, depth, pointedTo));
      const args = step.args.map((arg) => evaluate(arg, values));
      return outcomes.map((outcome) => inCallersNames(withRetaken(outcome, name), target.params(), args));
    };
  };

  return { of, within, kept };
}

/** What was asked of a function, as text. */
export const textOfAsked = ({ depth, pointedTo }: Pick<Summed, 'depth' | 'pointedTo'>): string =>
  `${[...pointedTo].map(([name, value]) => `${name}=${printExpr(value)}`).join()} ${depth ?? ''}`;
