/** What chains of different walks have in common, and what they are made of. */
import type { TreeIndex } from '../index/index.js';
import { knownAnswers, type BodyEdit, type KnownAnswers } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { notedAnswers, type NotedAnswers } from '../index/noted-answers.js';
import type { UseLog } from '../index/uses.js';
import type { FreerId } from '../kernel/types.js';
import type { FunctionProgram, Var } from '../program/ir.js';
import { definedBy } from '../program/expr.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Finding, WalkerReport } from '../report/report.js';
import { functionKey } from './change.js';
import type { Effects } from './effects.js';
import { NOTHING } from './held.js';
import { locksetsOf, type Locksets } from './locksets.js';
import type { LockState } from './transfer.js';
import { movedFindings } from './moved.js';
import type { Programs } from './programs.js';
import { above, type Above } from './roots.js';
import type { Values } from './values.js';

export interface ChainWorld {
  readonly index: TreeIndex;
  readonly programs: Programs;
  readonly effects: Effects;
  readonly knowledge: Knowledge;
  readonly memory: ChainMemory;
}

/** What rests on what calls do to the locks. */
interface LockMemory {
  /** States at some steps of a function, see {@link rememberedStates}. */
  readonly states: NotedAnswers<readonly LockState[] | undefined>;
  /** Locksets of the functions that were looked at last: those of a large one are large. */
  readonly locksets: NotedAnswers<Locksets | undefined>;
}

/** What chains of different walks have in common; to be forgotten when a text changes. */
export interface ChainMemory extends LockMemory {
  /** The same where each call takes what it takes at best, see `at-best.ts`. */
  readonly atBest: LockMemory;
  readonly above: KnownAnswers<Above>;
  /** What the local rules find in a function. */
  readonly local: KnownAnswers<readonly Finding[]>;
  readonly kept: KnownAnswers<WalksKept>;
}

/** What keeps the walks of a function from the freers, as far as it is kept. */
export interface WalksKept {
  readonly walks: readonly {
    readonly tables: WalkerReport['tables'];
    readonly held: readonly (readonly string[])[];
  }[];
  /** Freers that may meet one of them. */
  readonly openTo: readonly FreerId[];
}

const MOST_LOCKSETS = 200;
const MOST_STATES = 50_000;

export function createChainMemory(uses: UseLog): ChainMemory {
  return {
    ...createLockMemory(uses),
    atBest: createLockMemory(uses),
    above: knownAnswers(uses, unlessIn),
    local: knownAnswers(uses, movedFindings),
    kept: knownAnswers(uses, (known) => known),
  };
}

function createLockMemory(uses: UseLog): LockMemory {
  return { states: notedAnswers(uses), locksets: notedAnswers(uses) };
}

/** The insides of some functions have changed, but not what these do to the locks. */
export function editMemory(memory: ChainMemory, edit: BodyEdit): void {
  const changed = [...edit.bodies].map((body) => `${body}:`);
  const isChanged = (key: string): boolean => changed.some((prefix) => key.startsWith(prefix));
  for (const { states, locksets } of [memory, memory.atBest]) {
    states.drop(isChanged);
    locksets.drop(isChanged);
  }
  for (const known of knownIn(memory)) known.edited(edit);
}

export function forgetMemory(memory: ChainMemory): void {
  for (const { states, locksets } of [memory, memory.atBest]) {
    states.forget();
    locksets.forget();
  }
  for (const known of knownIn(memory)) known.forget();
}

const knownIn = ({
  above,
  local,
  kept,
}: ChainMemory): readonly Pick<KnownAnswers<unknown>, 'edited' | 'forget'>[] => [above, local, kept];

/** What is above a function; undefined where functions of the file are in it: they are elsewhere now. */
function unlessIn(known: Above, { file }: BodyEdit): Above | undefined {
  const refs = [
    ...known.edges.flatMap(({ from, to }) => [from, to]),
    ...known.starts.flatMap((start) => [
      ...('by' in start ? [start.by] : []),
      ...('around' in start ? (start.around ?? []) : []),
    ]),
  ];
  return refs.some((ref) => ref.file === file) ? undefined : known;
}

/**
 * States before some steps of a function that is called with these values, one step after the other; none: none of the steps can be
 * reached. Undefined when the function has no program.
 */
export type StatesAt = (
  ref: FunctionRef,
  steps: readonly number[],
  values: Values,
) => readonly LockState[] | undefined;

export function rememberedStates({ memory, programs, effects }: ChainWorld): StatesAt {
  const { states, locksets } = memory;
  const locksetsIn = (ref: FunctionRef, values: Values): Locksets | undefined => {
    const program = programs.of(ref);
    if (program === undefined) return undefined;
    return effects.touchesLocks(ref) || hasNull(values) || passesZero(program)
      ? locksetsOf(program, NOTHING, values, effects.within(ref))
      : withoutLocks(program, values);
  };
  return (ref, steps, values) => {
    const key = `${functionKey(ref)} ${keyOfValues(values)}`;
    if (locksets.size() >= MOST_LOCKSETS) locksets.forget();
    if (states.size() >= MOST_STATES) states.forget();
    return states.of(`${key} ${steps.join()}`, () => {
      const known = locksets.of(key, () => locksetsIn(ref, values));
      return known && steps.flatMap((step) => known.before[step] ?? []);
    });
  };
}

/** Equal keys, equal values. */
export const keyOfValues = (values: Values): string => JSON.stringify([...values]);

export function aboveOf(ref: FunctionRef, world: ChainWorld): Above {
  return world.memory.above.of(functionKey(ref), () => above(world.index, ref));
}

/** A caller passes NULL, which may keep it from what is below. */
const hasNull = (values: Values): boolean =>
  [...values.values()].some((value) => value.kind === 'int' && value.value === 0);

/** It passes the address of a variable that is 0, which may keep what is below from a way: `int locked = 0; pin(&locked);` */
function passesZero({ steps }: FunctionProgram): boolean {
  const zeros = new Set(
    steps.flatMap((step) =>
      step.op === 'let' && step.value.kind === 'int' && step.value.value === 0 ? [step.dst] : [],
    ),
  );
  return (
    zeros.size > 0 &&
    steps.some(
      (step) => step.op === 'call' && step.args.some((arg) => arg.kind === 'address' && zeros.has(arg.of)),
    )
  );
}

/** Nothing is held anywhere; variables that are set once, to a constant or a copy of such a variable, are known everywhere. */
function withoutLocks(program: FunctionProgram, parameters: Values): Locksets {
  const values = new Map(parameters);
  const often = new Set<Var>();
  const copies = new Map<Var, Var>();
  for (const step of program.steps) {
    const dst = definedBy(step);
    if (dst === undefined) continue;
    if (values.has(dst) || copies.has(dst) || often.has(dst)) {
      values.delete(dst);
      copies.delete(dst);
      often.add(dst);
    } else if (step.op === 'let' && step.value.kind === 'symbol') values.set(dst, step.value);
    else if (step.op === 'let' && step.value.kind === 'var') copies.set(dst, step.value.name);
    else often.add(dst);
  }
  for (const [dst, source] of copies) {
    const value = values.get(source);
    if (value?.kind === 'symbol') values.set(dst, value);
  }
  const state = { held: NOTHING, values };
  return { before: program.steps.map(() => [state]), exits: [] };
}
