/** What chains of different walks have in common, and what they are made of. */
import type { TreeIndex } from '../index/index.js';
import { knownAnswers, type BodyEdit, type KnownAnswers } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { createUseLog, type UseLog } from '../index/uses.js';
import type { FunctionProgram, Var } from '../program/ir.js';
import { definedBy } from '../program/expr.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Finding } from '../report/report.js';
import { functionKey } from './change.js';
import type { Effects } from './effects.js';
import { NOTHING } from './held.js';
import { locksetsOf, type Locksets } from './locksets.js';
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

/** What chains of different walks have in common; to be forgotten when a text changes. */
export interface ChainMemory {
  readonly locksets: Map<string, KnownLocksets | undefined>;
  readonly above: KnownAnswers<Above>;
  /** What the local rules find in a function. */
  readonly local: KnownAnswers<readonly Finding[]>;
}

interface KnownLocksets {
  readonly program: FunctionProgram;
  readonly locksets: Locksets;
}

/** Locksets of large functions are large: so many are kept. */
const MAX_LOCKSETS = 1500;

export function createChainMemory(uses: UseLog = createUseLog()): ChainMemory {
  return {
    locksets: new Map(),
    above: knownAnswers(uses, unlessIn),
    local: knownAnswers(uses, movedFindings),
  };
}

/** The insides of some functions have changed, but not what these do to the locks. */
export function editMemory({ locksets, above: known, local }: ChainMemory, edit: BodyEdit): void {
  const changed = [...edit.bodies].map((body) => `${body}:`);
  for (const key of locksets.keys())
    if (changed.some((prefix) => key.startsWith(prefix))) locksets.delete(key);
  known.edited(edit);
  local.edited(edit);
}

export function forgetMemory({ locksets, above: known, local }: ChainMemory): void {
  locksets.clear();
  known.forget();
  local.forget();
}

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

export type LocksetsOf = (ref: FunctionRef, values: Values) => KnownLocksets | undefined;

export function rememberedLocksets(world: ChainWorld): LocksetsOf {
  const { locksets } = world.memory;
  return (ref, values) => {
    // Asked for first, so that it is noted that the answer rests on it.
    const program = world.programs.of(ref);
    const key = `${functionKey(ref)} ${JSON.stringify([...values])}`;
    if (locksets.has(key)) return locksets.get(key);
    const result = program && {
      program,
      locksets:
        world.effects.touchesLocks(ref) || hasNull(values) || passesZero(program)
          ? locksetsOf(program, NOTHING, values, world.effects.within(ref))
          : withoutLocks(program, values),
    };
    if (locksets.size >= MAX_LOCKSETS) locksets.clear();
    locksets.set(key, result);
    return result;
  };
}

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
