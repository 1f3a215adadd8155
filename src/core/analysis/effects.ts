/**
 * What calls do to the locks: a function that takes a lock for its caller, or lets the caller's go, is summed up once by the
 * locksets of its own body. Only functions that call lock APIs themselves, or through a few others, are looked at.
 */
import type { TreeIndex } from '../index/index.js';
import type { BodyEdit } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { notedAnswers } from '../index/noted-answers.js';
import { bodyKey, createUseLog, type UseLog } from '../index/uses.js';
import type { Knowledge } from '../program/lower/context.js';
import { printExpr } from '../program/print.js';
import {
  inCallersNames,
  NO_VALUES,
  NOTHING_DONE,
  numbersBehind,
  outcomesOf,
  textOf,
  withRetaken,
} from './call-outcomes.js';
import { createCallees, MAX_DEPTH, remember, type Callee } from './callees.js';
import { keyOf, meet, NOTHING, type Held } from './held.js';
import type { Programs } from './programs.js';
import { NO_EFFECT, type CallEffect, type CallOutcome } from './transfer.js';
import { evaluate, type Values } from './values.js';

export interface Effects {
  /** The effect of the calls in a function. */
  within(ref: FunctionRef): CallEffect;
  /** Whether a function, or one that it calls in sight, takes or lets go of anything. */
  touchesLocks(ref: FunctionRef): boolean;
  /**
   * What a function leaves taken or let go on every way out on which it gives something: neither NULL nor an error. `chosen` leaves
   * some of its outcomes out.
   */
  of(ref: FunctionRef, chosen?: (outcomes: readonly CallOutcome[]) => readonly CallOutcome[]): Held;
  /** Texts have changed: what was summed up may not hold any more. */
  forget(): void;
  /**
   * The insides of some functions have changed. Whether what is known of all others stays: these do to the locks what they did.
   * Where they do not, all is to be forgotten.
   */
  edited(edit: BodyEdit): boolean;
  /** What a function does to the locks, as text: equal texts, equal effects. */
  describe(ref: FunctionRef): string;
}

interface Summary {
  readonly target: Callee | undefined;
  readonly outcomes: readonly CallOutcome[];
}

/** What a function was found to do, and with what that was asked for. */
interface Summed {
  /** Undefined: nothing that it calls touches locks, so that it does not count. */
  readonly depth: number | undefined;
  readonly pointedTo: Values;
  readonly outcomes: readonly CallOutcome[];
}

/** `uses` does not hear of the functions that are looked into for an effect: `edited` tells whether that matters. */
export function createEffects(
  index: TreeIndex,
  programs: Programs,
  knowledge: Knowledge,
  uses: UseLog = createUseLog(),
): Effects {
  const callees = createCallees({ index, programs, knowledge, uses });
  const { ofFunction, inSight, calledBy, touchesLocks } = callees;
  const summaries = notedAnswers<Summed>(uses);

  /**
   * Kept for each depth: what a function does as seen from far above must not be taken for all that it does. And for what is known of
   * where its arguments point to: with `int locked = 0`, `f(&locked)` does not let go of a lock that it does not take first.
   */
  const summaryOf = (
    callee: Callee,
    depth: number,
    pointedTo: Values = NO_VALUES,
  ): readonly CallOutcome[] => {
    if (!touchesLocks(callee)) return NOTHING_DONE;
    const isLeaf = !calledBy(callee).some(touchesLocks);
    const asked = { depth: isLeaf ? undefined : depth, pointedTo };
    return summaries.of(`${callee.key} ${textOfAsked(asked)}`, () =>
      uses.apart(() => {
        const program = callee.program();
        const effect = depth > 0 ? effectWithin(callee, depth - 1) : NO_EFFECT;
        return { ...asked, outcomes: program ? outcomesOf(program, effect, pointedTo) : NOTHING_DONE };
      }),
    ).outcomes;
  };

  const effectWithin = (from: Pick<Callee, 'file'>, depth: number): CallEffect => {
    /** Of the functions that are called here, by name: a step is asked for again with each state that reaches it. */
    const known = new Map<string, Summary>();
    return (step, values) => {
      if (step.callee.kind !== 'symbol') return NOTHING_DONE;
      const { name } = step.callee;
      const { target, outcomes: usual } = remember(known, name, () =>
        uses.apart(() => {
          const [first] = inSight(name, from.file);
          return { target: first, outcomes: first ? summaryOf(first, depth) : NOTHING_DONE };
        }),
      );
      if (!target || usual === NOTHING_DONE) return usual;
      const pointedTo = numbersBehind(step.args, target.params(), values);
      const outcomes = pointedTo.size === 0 ? usual : uses.apart(() => summaryOf(target, depth, pointedTo));
      const args = step.args.map((arg) => evaluate(arg, values));
      return outcomes.map((outcome) => inCallersNames(withRetaken(outcome, name), target.params(), args));
    };
  };

  /** All that is remembered of the effects of some functions, by their names' prefix; each with the depth that it was asked for. */
  const remembered = (prefix: string): { readonly told: ReadonlySet<string>; readonly asked: Summed[] } => {
    const told = new Set<string>();
    const asked: Summed[] = [];
    for (const depth of callees.depthsOf(prefix)) told.add(`locks ${depth}`);
    for (const [key, summed] of summaries.entries()) {
      if (!key.startsWith(prefix)) continue;
      asked.push(summed);
      told.add(`${textOfAsked(summed)} ${textOf(summed.outcomes)}`);
    }
    return { told, asked };
  };
  const forgetBodies = (edit: BodyEdit): void => {
    const prefixes = [...edit.bodies].map(prefixOfBody);
    summaries.drop((key: string) => prefixes.some((prefix) => key.startsWith(prefix)));
    callees.forgetBodies(edit, prefixes);
  };
  const isSameEffect = (file: string, body: string, before: ReturnType<typeof remembered>): boolean => {
    const { told, asked } = before;
    if (told.size === 0) return true;
    for (const ref of index.functionsIn(file)) {
      if (bodyKey(file, ref.facts.name) !== body) continue;
      const callee = ofFunction(ref);
      if (touchesLocks(callee))
        for (const { depth = MAX_DEPTH, pointedTo } of asked) summaryOf(callee, depth, pointedTo);
    }
    const now = remembered(prefixOfBody(body)).told;
    return now.size === told.size && [...now].every((each) => told.has(each));
  };

  return {
    within: (ref) => effectWithin(ref, MAX_DEPTH),
    touchesLocks: (ref) => uses.apart(() => touchesLocks(ofFunction(ref))),
    of: (ref, chosen = (outcomes) => outcomes) => {
      const [first, ...others] = chosen(uses.apart(() => summaryOf(ofFunction(ref), MAX_DEPTH)))
        .filter(({ result }) => result?.kind !== 'int' || result.value > 0)
        .map(({ change }) => change);
      return first ? others.reduce(meet, first) : NOTHING;
    },
    forget: () => {
      summaries.forget();
      callees.forget();
    },
    edited: (edit) => {
      const before = [...edit.bodies].map((body) => ({ body, known: remembered(prefixOfBody(body)) }));
      forgetBodies(edit);
      if (callees.haveLookedFor(edit.words)) return false;
      return before.every(({ body, known }) => isSameEffect(edit.file, body, known));
    },
    describe: (ref) =>
      summaryOf(ofFunction(ref), MAX_DEPTH)
        .map(({ change, result }) => `${keyOf(change)} ${result ? printExpr(result) : ''}`)
        .sort()
        .join('; '),
  };
}

const textOfAsked = ({ depth, pointedTo }: Pick<Summed, 'depth' | 'pointedTo'>): string =>
  `${[...pointedTo].map(([name, value]) => `${name}=${printExpr(value)}`).join()} ${depth ?? ''}`;

const prefixOfBody = (body: string): string => `${body}:`;
