/**
 * What calls do to the locks: a function that takes a lock for its caller, or lets the caller's go, is summed up once by the
 * locksets of its own body. Only functions that call lock APIs themselves, or through a few others, are looked at.
 */
import type { TreeIndex } from '../index/index.js';
import type { CallFact } from '../index/facts.js';
import type { BodyEdit } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { notedAnswers, type NotedAnswers } from '../index/noted-answers.js';
import { bodyKey, createUseLog, type UseLog } from '../index/uses.js';
import { hashOfWord } from '../index/word-scan.js';
import { droppingCall } from '../kernel/dropping-calls.js';
import type { Idiom } from '../kernel/idioms.js';
import type { PrimitiveKind } from '../kernel/types.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Expr, FunctionProgram, Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { keyOf, meet, NOTHING, parseLockName, unasserted, type Held, type HeldLock } from './held.js';
import { locksetsOf } from './locksets.js';
import { isSign } from './signs.js';
import { NO_EFFECT, type CallEffect, type CallOutcome } from './transfer.js';
import { evaluate, instanceText, numberBehind, type Values } from './values.js';
import type { Programs } from './programs.js';
import { functionKey } from './change.js';

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

/** What is called: a function, or a macro that stands for one. */
interface Callee {
  readonly key: string;
  readonly file: string;
  readonly params: () => readonly string[];
  readonly calls: () => readonly CallFact[];
  readonly program: () => FunctionProgram | undefined;
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

/** How deep functions that only pass a lock on are followed. */
const MAX_DEPTH = 4;
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

const NOTHING_DONE: readonly CallOutcome[] = [{ change: NOTHING }];

/** `uses` does not hear of the functions that are looked into for an effect: `edited` tells whether that matters. */
export function createEffects(
  index: TreeIndex,
  programs: Programs,
  knowledge: Knowledge,
  uses: UseLog = createUseLog(),
): Effects {
  const summaries = notedAnswers<Summed>(uses);
  const locking = notedAnswers<number>(uses);
  /** Hashes of the names that were looked for in other files. */
  const lookedFor = new Set<number>();
  const sights = notedAnswers<readonly Callee[]>(uses);
  const called = notedAnswers<readonly Callee[]>(uses);
  const lockCalls = new Map<string, boolean>();
  /** What is remembered here rests on no bodies of watched files: `edited` keeps account of them. */
  const remembering = <V>(known: NotedAnswers<V>, key: string, make: () => V): V =>
    known.of(key, () => uses.apart(make));

  const ofFunction = (ref: FunctionRef): Callee => ({
    key: functionKey(ref),
    file: ref.file,
    params: () => ref.facts.params,
    calls: () => ref.facts.calls,
    program: () => programs.of(ref),
  });
  const inSight = (name: string, file: string): readonly Callee[] =>
    remembering(sights, `${file}:${name}`, () => lookFor(name, file));
  const lookFor = (name: string, file: string): readonly Callee[] => {
    const { functions: all, macros: allMacros } = index.facts(file);
    const own = all.filter((facts) => facts.name === name);
    if (own.length > 0) return own.map((facts) => ofFunction({ file, facts }));
    const isWrapper = WRAPPER.test(name);
    if (isWrapper) lookedFor.add(hashOfWord(name));
    const functions = isWrapper ? index.definitions(name, { file }) : [];
    if (functions.length > 0) return functions.map(ofFunction);
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
  };

  const isLockCall = (name: string): boolean =>
    remember(
      lockCalls,
      name,
      () =>
        GUARDS.has(knowledge.idiom(name)?.kind) ||
        TAKING.has(knowledge.primitive(name)?.kind) ||
        knowledge.lockCalls(name, () => undefined).length > 0,
    );
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
  const touchesLocks = (callee: Callee): boolean => depthOfLocks(callee) < Infinity;

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
    return remembering(summaries, `${callee.key} ${textOfAsked(asked)}`, () => {
      const program = callee.program();
      const effect = depth > 0 ? effectWithin(callee, depth - 1) : NO_EFFECT;
      return { ...asked, outcomes: program ? outcomesOf(program, effect, pointedTo) : NOTHING_DONE };
    }).outcomes;
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
      return outcomes.map((outcome) => inCallersNames(withRetaken(outcome, name), target, args));
    };
  };

  /** All that is remembered of the effects of some functions, by their names' prefix; each with the depth that it was asked for. */
  const remembered = (prefix: string): { readonly told: ReadonlySet<string>; readonly asked: Summed[] } => {
    const told = new Set<string>();
    const asked: Summed[] = [];
    for (const [key, depth] of locking.entries()) if (key.startsWith(prefix)) told.add(`locks ${depth}`);
    for (const [key, summed] of summaries.entries()) {
      if (!key.startsWith(prefix)) continue;
      asked.push(summed);
      told.add(`${textOfAsked(summed)} ${textOf(summed.outcomes)}`);
    }
    return { told, asked };
  };
  const forgetBodies = ({ file, bodies }: BodyEdit): void => {
    const prefixes = [...bodies].map(prefixOfBody);
    for (const known of [summaries, locking])
      known.drop((key: string) => prefixes.some((prefix) => key.startsWith(prefix)));
    // Of the whole file, since what is kept says where its functions were.
    for (const known of [sights, called])
      known.drop(
        (key, callees) => key.startsWith(`${file}:`) || callees.some((callee) => callee.file === file),
      );
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
      for (const known of [summaries, locking, sights, called]) known.forget();
      lookedFor.clear();
    },
    edited: (edit) => {
      const before = [...edit.bodies].map((body) => ({ body, known: remembered(prefixOfBody(body)) }));
      forgetBodies(edit);
      if ([...edit.words].some((word) => lookedFor.has(word))) return false;
      return before.every(({ body, known }) => isSameEffect(edit.file, body, known));
    },
    describe: (ref) =>
      summaryOf(ofFunction(ref), MAX_DEPTH)
        .map(({ change, result }) => `${keyOf(change)} ${result ? printExpr(result) : ''}`)
        .sort()
        .join('; '),
  };
}

/** What is known of the numbers that arguments point to, in the callee's names: 0 behind `locked` of `int locked = 0; f(&locked)`. */
function numbersBehind(args: readonly Expr[], params: readonly string[], values: Values): Values {
  const numbers = new Map<Var, Expr>();
  params.forEach((name, index) => {
    const arg = args[index];
    const number = arg && numberBehind(arg, values);
    if (number) numbers.set(`${name}->*`, number);
  });
  return numbers.size === 0 ? NO_VALUES : numbers;
}

const NO_VALUES: Values = new Map();

const textOfAsked = ({ depth, pointedTo }: Pick<Summed, 'depth' | 'pointedTo'>): string =>
  `${[...pointedTo].map(([name, value]) => `${name}=${printExpr(value)}`).join()} ${depth ?? ''}`;

const prefixOfBody = (body: string): string => `${body}:`;

/** Outcomes as text: equal texts, equal effects. */
function textOf(outcomes: readonly CallOutcome[]): string {
  return JSON.stringify(
    outcomes.map(({ change, result, stores }) => [[...change], result, [...(stores ?? [])]]),
  );
}

function remember<V>(known: Map<string, V>, key: string, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

/** The different ways in which a function ends, as seen by its caller. */
function outcomesOf(program: FunctionProgram, effect: CallEffect, entry: Values): readonly CallOutcome[] {
  const { exits } = locksetsOf(program, NOTHING, entry, effect);
  const found = new Map<string, CallOutcome>();
  for (const { held, result, values } of exits) {
    const change = unasserted(held);
    const constant = result && (result.kind === 'int' || isSign(result)) ? result : undefined;
    const stores = storesThrough(program, values);
    const told = [...stores].map(([name, value]) => `${name}=${printExpr(value)}`).join();
    found.set(`${keyOf(change)} ${constant ? printExpr(constant) : ''} ${told}`, {
      change,
      ...(constant ? { result: constant } : {}),
      ...(stores.size > 0 ? { stores } : {}),
    });
  }
  const outcomes = [...found.values()];
  // Who has asked with numbers wants to know what has become of them.
  const isNothing = ({ change, stores }: CallOutcome): boolean =>
    change.size === 0 && (entry.size === 0 || stores === undefined);
  return outcomes.every(isNothing) ? NOTHING_DONE : outcomes;
}

/** `*locked = false;` */
function storesThrough({ params }: FunctionProgram, values: Values): Values {
  return new Map(
    params.flatMap(({ name }): readonly [Var, Expr][] => {
      const value = values.get(`${name}->*`);
      return value?.kind === 'int' ? [[name, value]] : [];
    }),
  );
}

/** What a call that drops a lock and takes it back leaves: which of its ways took it back, its body says by numbers that are not followed. */
function withRetaken(outcome: CallOutcome, name: string): CallOutcome {
  const row = droppingCall(name);
  if (row?.returns !== 'retakes') return outcome;
  const change = [...outcome.change].filter(([lock]) => !row.locks.includes(parseLockName(lock).class));
  return { ...outcome, change: new Map(change) };
}

/** `mmap_lock(mm)` of a callee whose first parameter is `mm` is `mmap_lock(vma->vm_mm)` of a caller that passes that. */
function inCallersNames(outcome: CallOutcome, { params }: Callee, args: readonly Expr[]): CallOutcome {
  const change = new Map<string, HeldLock>();
  for (const [name, lock] of outcome.change) change.set(translate(name, params(), args), lock);
  const stores = new Map<Var, Expr>();
  for (const [name, value] of outcome.stores ?? []) {
    const arg = args[params().indexOf(name)];
    if (arg?.kind === 'address') stores.set(arg.of, value);
    if (arg?.kind === 'var') stores.set(`${arg.name}->*`, value);
  }
  return { ...outcome, change, stores };
}

/** A lock's name with parameters replaced by what the caller passes. */
export function translate(name: string, params: readonly string[], args: readonly Expr[]): string {
  const [, lock, base, rest = ''] = /^([^(]+)\((\w+)(.*)\)$/.exec(name) ?? [];
  if (lock === undefined || base === undefined) return name;
  const arg = args[params.indexOf(base)];
  if (!arg) return name;
  const text = instanceText(arg);
  const path = arg.kind === 'address' || arg.kind === 'symbol' ? rest.replace(/^->/, '.') : rest;
  return `${lock}(${text}${path})`;
}
