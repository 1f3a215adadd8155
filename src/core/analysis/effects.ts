/**
 * What calls do to the locks: a function that takes a lock for its caller, or lets the caller's go, is summed up once by the
 * locksets of its own body. Only functions that call lock APIs themselves, or through a few others, are looked at.
 */
import type { TreeIndex } from '../index/index.js';
import type { BodyEdit } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { bodyKey, createUseLog, type UseLog } from '../index/uses.js';
import type { Knowledge } from '../program/lower/context.js';
import { printExpr } from '../program/print.js';
import { textOf } from './call-outcomes.js';
import { createCallSummaries, textOfAsked, type Summed } from './call-summaries.js';
import { createCallees, MAX_DEPTH } from './callees.js';
import { keyOf, meet, NOTHING, type Held } from './held.js';
import type { Programs } from './programs.js';
import type { CallEffect, CallOutcome } from './transfer.js';

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

/** `uses` does not hear of the functions that are looked into for an effect: `edited` tells whether that matters. */
export function createEffects(
  index: TreeIndex,
  programs: Programs,
  knowledge: Knowledge,
  uses: UseLog = createUseLog(),
): Effects {
  const callees = createCallees({ index, programs, knowledge, uses });
  const { ofFunction, touchesLocks } = callees;
  const summaries = createCallSummaries(callees, uses);

  /** All that is remembered of the effects of some functions, by their names' prefix; each with the depth that it was asked for. */
  const remembered = (prefix: string): { readonly told: ReadonlySet<string>; readonly asked: Summed[] } => {
    const told = new Set<string>();
    const asked: Summed[] = [];
    for (const depth of callees.depthsOf(prefix)) told.add(`locks ${depth}`);
    for (const [key, summed] of summaries.kept.entries()) {
      if (!key.startsWith(prefix)) continue;
      asked.push(summed);
      told.add(`${textOfAsked(summed)} ${textOf(summed.outcomes)}`);
    }
    return { told, asked };
  };
  const forgetBodies = (edit: BodyEdit): void => {
    const prefixes = [...edit.bodies].map(prefixOfBody);
    summaries.kept.drop((key: string) => prefixes.some((prefix) => key.startsWith(prefix)));
    callees.forgetBodies(edit, prefixes);
  };
  const isSameEffect = (file: string, body: string, before: ReturnType<typeof remembered>): boolean => {
    const { told, asked } = before;
    if (told.size === 0) return true;
    for (const ref of index.functionsIn(file)) {
      if (bodyKey(file, ref.facts.name) !== body) continue;
      const callee = ofFunction(ref);
      if (touchesLocks(callee))
        for (const { depth = MAX_DEPTH, pointedTo } of asked) summaries.of(callee, depth, pointedTo);
    }
    const now = remembered(prefixOfBody(body)).told;
    return now.size === told.size && [...now].every((each) => told.has(each));
  };

  return {
    within: (ref) => summaries.within(ref, MAX_DEPTH),
    touchesLocks: (ref) => uses.apart(() => touchesLocks(ofFunction(ref))),
    of: (ref, chosen = (outcomes) => outcomes) => {
      const [first, ...others] = chosen(uses.apart(() => summaries.of(ofFunction(ref), MAX_DEPTH)))
        .filter(({ result }) => result?.kind !== 'int' || result.value > 0)
        .map(({ change }) => change);
      return first ? others.reduce(meet, first) : NOTHING;
    },
    forget: () => {
      summaries.kept.forget();
      callees.forget();
    },
    edited: (edit) => {
      const before = [...edit.bodies].map((body) => ({ body, known: remembered(prefixOfBody(body)) }));
      forgetBodies(edit);
      if (callees.haveLookedFor(edit.words)) return false;
      return before.every(({ body, known }) => isSameEffect(edit.file, body, known));
    },
    describe: (ref) =>
      summaries
        .of(ofFunction(ref), MAX_DEPTH)
        .map(({ change, result }) => `${keyOf(change)} ${result ? printExpr(result) : ''}`)
        .sort()
        .join('; '),
  };
}

const prefixOfBody = (body: string): string => `${body}:`;
