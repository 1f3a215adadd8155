/** What a function calls, in sight of it, and whether that touches locks: where to look for what a call does to them. */
import type { CallFact } from '../index/facts.js';
import type { TreeIndex } from '../index/index.js';
import type { BodyEdit } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { notedAnswers, type NotedAnswers } from '../index/noted-answers.js';
import type { UseLog } from '../index/uses.js';
import { hashOfWord } from '../index/word-scan.js';
import type { Idiom } from '../kernel/idioms.js';
import type { PrimitiveKind } from '../kernel/types.js';
import type { Knowledge } from '../program/lower/context.js';
import type { FunctionProgram } from '../program/ir.js';
import { functionKey } from './change.js';
import type { Programs } from './programs.js';

/** What is called: a function, or a macro that stands for one. */
export interface Callee {
  readonly key: string;
  readonly file: string;
  readonly params: () => readonly string[];
  readonly calls: () => readonly CallFact[];
  readonly program: () => FunctionProgram | undefined;
}

export interface Callees {
  readonly ofFunction: (ref: FunctionRef) => Callee;
  /** What a name stands for in a file; none: a function of another file whose name does not say that it does anything to locks. */
  readonly inSight: (name: string, file: string) => readonly Callee[];
  /** What it calls by name. */
  readonly calledBy: (callee: Callee) => readonly Callee[];
  /** Whether it calls a lock API, or does so through a few others. */
  readonly touchesLocks: (callee: Callee) => boolean;
  /** How deep the lock APIs are, of all that were asked for whose keys begin so. */
  readonly depthsOf: (prefix: string) => readonly number[];
  /** Whether any of these words was looked for in other files; by its hash. */
  readonly haveLookedFor: (words: ReadonlySet<number>) => boolean;
  /** The insides of functions have changed, whose keys begin so. */
  readonly forgetBodies: (edit: BodyEdit, prefixes: readonly string[]) => void;
  readonly forget: () => void;
}

/** How deep functions that only pass a lock on are followed. */
export const MAX_DEPTH = 4;
/**
 * Functions of other files are looked at only when their name says that they may leave a lock taken or let one go: a tree has
 * thousands of calls on the way to a walker, and nearly all give back what they take.
 */
const WRAPPER = /lock|acquire|release|freeze|thaw|_(begin|end|start|done|enter|exit)$/;

/** Kinds of idioms that hold a lock to the end of a scope. */
const GUARDS: ReadonlySet<Idiom['kind'] | undefined> = new Set<Idiom['kind']>([
  'guard',
  'scoped-guard',
  'scoped-try-guard',
]);

/** Kinds of primitives that take the lock of a table, map it, or undo that. */
const TAKING: ReadonlySet<PrimitiveKind | undefined> = new Set<PrimitiveKind>([
  'map',
  'unmap',
  'entry-lock',
  'locked-chain',
]);

export interface CalleesWorld {
  readonly index: TreeIndex;
  readonly programs: Programs;
  readonly knowledge: Knowledge;
  readonly uses: UseLog;
}

export function createCallees(world: CalleesWorld): Callees {
  const { programs, uses } = world;
  const locking = notedAnswers<number>(uses);
  /** Hashes of the names that were looked for in other files. */
  const lookedFor = new Set<number>();
  const sights = notedAnswers<readonly Callee[]>(uses);
  const called = notedAnswers<readonly Callee[]>(uses);
  const isLockCall = lockCalls(world.knowledge);
  /** What is remembered here rests on no bodies of watched files: `edited` keeps account of them. */
  const remembering = <V>(known: NotedAnswers<V>, key: string, make: () => V): V =>
    known.of(key, () => uses.apart(make));

  const ofFunction = (ref: FunctionRef): Callee => calleeOf(ref, programs);
  const inSight = (name: string, file: string): readonly Callee[] =>
    remembering(sights, `${file}:${name}`, () => lookFor(name, file, world, lookedFor));
  const calledBy = ({ key, calls, file }: Callee): readonly Callee[] =>
    remembering(called, key, () =>
      calls().flatMap(({ kind, callee }) => (kind === 'direct' ? inSight(callee, file) : [])),
    );

  const locksItself = ({ calls, file }: Callee): boolean =>
    calls().some((call) => call.kind === 'direct' && isLockCall(call.callee)) ||
    programs.namesIn(file).areUsed(calls());

  /**
   * How many functions deep the text of one calls a lock API: 1 is itself, Infinity as deep as is looked. The nearest first, so the
   * order of questions does not count.
   */
  const depthOfLocks = (callee: Callee): number =>
    remembering(locking, callee.key, () => {
      const seen = new Set([callee.key]);
      let level: readonly Callee[] = [callee];
      for (let depth = 1; level.length > 0; depth += 1) {
        if (level.some(locksItself)) return depth;
        if (depth === MAX_DEPTH) return Infinity;
        level = level.flatMap(calledBy).filter(({ key }) => !seen.has(key) && seen.add(key));
      }
      return Infinity;
    });

  return {
    ofFunction,
    inSight,
    calledBy,
    touchesLocks: (callee) => depthOfLocks(callee) < Infinity,
    depthsOf: (prefix) =>
      [...locking.entries()].flatMap(([key, depth]) => (key.startsWith(prefix) ? depth : [])),
    haveLookedFor: (words) => [...words].some((word) => lookedFor.has(word)),
    forgetBodies: ({ file }, prefixes) => {
      locking.drop((key) => prefixes.some((prefix) => key.startsWith(prefix)));
      // Of the whole file, since what is kept says where its functions were.
      for (const known of [sights, called])
        known.drop(
          (key, callees) => key.startsWith(`${file}:`) || callees.some((callee) => callee.file === file),
        );
    },
    forget: () => {
      for (const known of [locking, sights, called]) known.forget();
      lookedFor.clear();
    },
  };
}

const calleeOf = (ref: FunctionRef, programs: Programs): Callee => ({
  key: functionKey(ref),
  file: ref.file,
  params: () => ref.facts.params,
  calls: () => ref.facts.calls,
  program: () => programs.of(ref),
});

/** In the file itself, and, where the name says so, in others: these are noted in `lookedFor`. */
function lookFor(
  name: string,
  file: string,
  { index, programs }: CalleesWorld,
  lookedFor: Set<number>,
): readonly Callee[] {
  const { functions: all, macros: allMacros } = index.facts(file);
  const own = all.filter((facts) => facts.name === name);
  if (own.length > 0) return own.map((facts) => calleeOf({ file, facts }, programs));
  const isWrapper = WRAPPER.test(name);
  if (isWrapper) lookedFor.add(hashOfWord(name));
  const functions = isWrapper ? index.definitions(name, { file }) : [];
  if (functions.length > 0) return functions.map((ref) => calleeOf(ref, programs));
  const ownMacros = allMacros.filter((facts) => facts.name === name);
  const macros =
    ownMacros.length > 0
      ? ownMacros.map((facts) => ({ file, facts }))
      : isWrapper
        ? index.macros(name, { file })
        : [];
  return macros.map((ref) => ({
    key: `${ref.file}:#${ref.facts.name}:${ref.facts.line}`,
    file: ref.file,
    params: () => ref.facts.params ?? [],
    calls: () => ref.facts.calls,
    program: () => programs.ofMacro(ref),
  }));
}

/** Whether a name is a call that takes or lets go of something by itself; each is asked of once. */
function lockCalls(knowledge: Knowledge): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) =>
    remember(
      known,
      name,
      () =>
        GUARDS.has(knowledge.idiom(name)?.kind) ||
        TAKING.has(knowledge.primitive(name)?.kind) ||
        knowledge.lockCalls(name, () => undefined).length > 0,
    );
}

/** What is known of a key, or made and known from then on. */
export function remember<V>(known: Map<string, V>, key: string, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
