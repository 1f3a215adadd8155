/**
 * Who reaches a walk, and what is held there: from the function that walks, up through its callers, until what is held is
 * enough, or to a root.
 *
 * Going up finds the calls; what a chain holds is then computed from its top down, with the arguments of each call known in
 * the next function (so `if (mm != &init_mm)` is decided by what this chain passes). Locks that belong to an object go by the
 * object's name in the function at the top of the chain.
 */
import type { TreeIndex } from '../index/index.js';
import { knownAnswers, type BodyEdit, type KnownAnswers } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import { createUseLog, type UseLog } from '../index/uses.js';
import { architectureOf, machineKindOf } from '../kernel/architectures.js';
import { contextOf, type Context } from '../kernel/contexts.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Expr, FunctionProgram, Place, Step, Var } from '../program/ir.js';
import { definedBy, mapExpr } from '../program/expr.js';
import type { Finding } from '../report/report.js';
import type { Effects } from './effects.js';
import { functionKey } from './change.js';
import { combine, keyOf, meet, NOTHING, take, unasserted, withCovered, type Held } from './held.js';
import { locksetsOf, type Locksets } from './locksets.js';
import { renamedSign } from './signs.js';
import { evaluate, type Values } from './values.js';
import { movedFindings } from './moved.js';
import type { Programs } from './programs.js';
import { above, type Above, type Edge, type Start } from './roots.js';
import { dependsOnParameters } from './value-sources.js';
import type { Walk } from './walks.js';

/** Why a chain goes up no further. */
export type ChainTop =
  /** A root: what starts it, and in which context. */
  | { readonly kind: 'root'; readonly start: Start; readonly context: Context | undefined }
  /** What is held there is enough already. */
  | { readonly kind: 'protected' }
  /** A bound was hit. */
  | { readonly kind: 'bound' };

export interface Hop {
  readonly ref: FunctionRef;
  /** The call that leads on; the walk itself for the last hop. */
  readonly at: Place | undefined;
  /** The name that is called there: of the next hop, or of what calls that back; undefined for the walk itself. */
  readonly callee: string | undefined;
  /** What is held there, from the top of the chain on. */
  readonly held: Held;
  /** Values of the function's parameters, in the names of the functions above. */
  readonly values: Values;
}

export interface Chain {
  readonly top: ChainTop;
  /** From the root to the function that walks. */
  readonly hops: readonly Hop[];
  /** What is held where its first function is entered: by whoever starts it. */
  readonly entry: Held;
  /** What is held over the whole walk. */
  readonly held: Held;
  /** Values of the walking function's parameters, in the names of the top function. */
  readonly values: Values;
}

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

export interface ChainBounds {
  /** Calls from the top of a chain down to the walk. */
  readonly depth: number;
  /** Chains that are looked at and do not hold enough; the rest is said to be left out. */
  readonly looks: number;
  /** Chains that hold enough, or that no call takes, besides: they end there, and must not hide the one beside them that does not. */
  readonly kept: number;
}

export const CHAIN_BOUNDS: ChainBounds = { depth: 10, looks: 40, kept: 100 };

export interface Chains {
  readonly chains: readonly Chain[];
  /** A bound was hit: there are more. */
  readonly isCut: boolean;
}

/** A call on the way down: in `ref`, at the steps `steps`. */
interface Link {
  readonly ref: FunctionRef;
  readonly steps: readonly number[];
  readonly callee: string;
  /** Arguments at those steps, where all agree; empty for a callback. */
  readonly args: readonly (Expr | undefined)[];
  readonly at: Place | undefined;
}

/** A chain that has yet to be looked at: the calls that are known, and the one above them, which is read when its turn comes. */
interface Ahead {
  readonly edge?: Edge;
  readonly below: readonly Link[];
}

/**
 * The chains that reach a walk, nearest first. `isEnough` says that what is held protects the walk from all that matters: such
 * a chain is not followed further up.
 */
export function chainsOf(
  walk: Walk,
  world: ChainWorld,
  isEnough: (held: Held, values: Values) => boolean,
  bounds: ChainBounds = CHAIN_BOUNDS,
): Chains {
  const found: Chain[] = [];
  const seen = new Set<string>();
  const locksets = rememberedLocksets(world);
  const asksArguments = asksCallers(walk);
  let open: readonly Ahead[] = [{ below: [] }];
  let looks = 0;
  let kept = 0;
  let isCut = false;
  for (let depth = 0; open.length > 0; depth += 1) {
    const next: Ahead[] = [];
    for (const { edge: way, below } of open) {
      if (looks >= bounds.looks || kept >= bounds.kept) {
        isCut = true;
        break;
      }
      const links = way ? [linkOver(way, asksArguments, world), ...below] : below;
      const ref = links[0]?.ref ?? walk.ref;
      const finish = (top: ChainTop, held: Held): void => {
        const { hops, entry, held: over, values } = judgedAt(top, evaluateChain(links, walk, locksets, held));
        const on = new Set(hops.flatMap((hop) => architectureOf(hop.ref.file) ?? []));
        const key = `${describeTop(top)} ${keyOf(over)} ${ref.file}:${ref.facts.name} ${[...on].join()}`;
        if (seen.has(key)) return;
        seen.add(key);
        found.push({ top, entry, hops, held: over, values });
      };
      const chain = evaluateChain(links, walk, locksets, NOTHING);
      if (chain.isDead) {
        kept += 1;
        continue;
      }
      if (isEnough(unasserted(chain.held), chain.values)) {
        kept += 1;
        finish({ kind: 'protected' }, NOTHING);
        continue;
      }
      looks += 1;
      const { edges, starts } = aboveOf(ref, world);
      for (const start of starts) {
        const context = start.context && contextOf(start.context);
        finish({ kind: 'root', start, context }, heldAtStart(start, context, world));
      }
      if (edges.length > 0 && depth === bounds.depth) {
        isCut = true;
        finish({ kind: 'bound' }, NOTHING);
        continue;
      }
      const visited = new Set([walk.ref, ...links.map((link) => link.ref)].map(nameOf));
      for (const edge of firstOfEach(edges)) {
        if (!visited.has(nameOf(edge.from)) && isOfOneArchitecture(edge.from, walk, links))
          next.push({ edge, below: links });
      }
    }
    const isFull = looks >= bounds.looks || kept >= bounds.kept;
    isCut ||= isFull && next.length > 0;
    open = isFull ? [] : next;
  }
  return { chains: found, isCut };
}

const nameOf = functionKey;

/** What is held over the walk of a chain that was found before, in a world in which calls may have another effect. */
export function heldOn({ top, hops }: Chain, walk: Walk, world: ChainWorld): Held {
  const links = hops.flatMap(({ ref, callee }) => (callee === undefined ? [] : [linkOf(ref, callee, world)]));
  const entry =
    top.kind === 'root'
      ? heldAtStart(top.start, top.start.context && contextOf(top.start.context), world)
      : NOTHING;
  return judgedAt(top, evaluateChain(links, walk, rememberedLocksets(world), entry)).held;
}

/** No kernel has the code of two architectures, or of two kinds of machines of one that exclude each other. */
function isOfOneArchitecture({ file }: FunctionRef, walk: Walk, links: readonly Link[]): boolean {
  const own = architectureOf(file);
  if (own === undefined) return true;
  const kind = machineKindOf(file);
  return [walk.ref, ...links.map(({ ref }) => ref)].every((each) => {
    const other = architectureOf(each.file);
    const otherKind = machineKindOf(each.file);
    if (kind !== undefined && otherKind !== undefined && kind !== otherKind) return false;
    return other === undefined || other === own || USER_MODE.has(other) || USER_MODE.has(own);
  });
}

/** User-mode Linux is built of files of another architecture as well. */
const USER_MODE: ReadonlySet<string> = new Set(['um']);

/** Several calls of one function in another are one edge. */
function firstOfEach(edges: readonly Edge[]): readonly Edge[] {
  return [...new Map(edges.map((edge) => [`${nameOf(edge.from)} ${edge.call.callee}`, edge])).values()];
}

function describeTop(top: ChainTop): string {
  return top.kind === 'root' ? `${top.start.kind} ${top.start.name} ${top.start.context ?? ''}` : top.kind;
}

/**
 * An assertion is a precondition: where the whole way from a root is seen and nobody on it takes the lock, it is not held. Where
 * the callers are not seen, it is believed.
 */
function judgedAt<C extends { readonly held: Held }>(top: ChainTop, chain: C): C {
  const isWholeWay = top.kind === 'root' && top.start.kind !== 'unseen';
  return isWholeWay ? { ...chain, held: unasserted(chain.held) } : chain;
}

/** What the context of a root holds, and what runs around it has taken (seq_operations.start). */
function heldAtStart(start: Start, context: Context | undefined, world: ChainWorld): Held {
  let held = NOTHING;
  for (const { protection, mode, instance } of context?.holds ?? [])
    held = take(held, instance === undefined ? protection : `${protection}(${instance})`, mode);
  const around = start.kind === 'table' ? (start.around ?? []) : [];
  for (const ref of around) held = combine(held, world.effects.of(ref));
  return held;
}

/** Whether what the callers pass decides whose tables are walked, or where. */
function asksCallers({ mm, address, program }: Walk): boolean {
  return [mm, address].some((expr) => expr && dependsOnParameters(expr, program));
}

function linkOver(edge: Edge, asksArguments: boolean, world: ChainWorld): Link {
  const isPlain = !asksArguments && !world.effects.touchesLocks(edge.from);
  return isPlain ? plainLink(edge) : linkOf(edge.from, edge.call.callee, world);
}

/** A caller that holds nothing, and whose arguments do not matter: its program is not asked for. */
function plainLink({ from, call }: Edge): Link {
  const at = { file: from.file, line: call.line, column: 1, endLine: call.line, endColumn: 1 };
  return { ref: from, steps: [], callee: call.callee, args: [], at };
}

/** All calls of `callee` in a function, as one link. The arguments count where there is only one call. */
function linkOf(from: FunctionRef, callee: string, world: ChainWorld): Link {
  const program = world.programs.of(from);
  const calls = program ? callsIn(program, callee) : [];
  const [first] = calls;
  const step = first === undefined ? undefined : program?.steps[first];
  const args = calls.flatMap((index) => {
    const call = program?.steps[index];
    return call ? [call.op === 'call' ? call.args : argumentsIn(call.text)] : [];
  });
  return { ref: from, steps: calls, callee, args: sameIn(args), at: step?.at };
}

/** The steps of a function that call another by this name. */
export function callsIn({ steps }: FunctionProgram, callee: string): readonly number[] {
  return steps.flatMap((step, index) => (isCallOf(callee, step) ? [index] : []));
}

/** What all calls pass in the same place. */
function sameIn([first, ...others]: readonly (readonly Expr[])[]): readonly (Expr | undefined)[] {
  return (first ?? []).map((arg, index) =>
    others.every((each) => JSON.stringify(each[index]) === JSON.stringify(arg)) ? arg : undefined,
  );
}

/** The arguments of a primitive's C text that are plain: `mm`, `vma->vm_mm`, `&init_mm`. */
function argumentsIn(text: string): readonly Expr[] {
  const list = /^\w+\(([^()]*)\)$/.exec(text)?.[1];
  return (list?.split(',') ?? []).map((each): Expr => {
    const name = each.trim();
    if (name === '&init_mm') return { kind: 'symbol', name: 'init_mm' };
    return /^[A-Za-z_][\w.>-]*$/.test(name) ? { kind: 'var', name } : { kind: 'unknown', text: name };
  });
}

/**
 * A call step; or the first step of a primitive that the tree has a body for: handle_mm_fault() is a step that sleeps,
 * flush_tlb_mm() one that flushes.
 */
function isCallOf(callee: string, step: Step): boolean {
  if (step.op === 'call') return step.callee.kind === 'symbol' && step.callee.name === callee;
  return PRIMITIVE_STEPS.has(step.op) && step.text.startsWith(`${callee}(`);
}

const PRIMITIVE_STEPS: ReadonlySet<Step['op']> = new Set<Step['op']>(['sleep', 'choose', 'flush']);

type LocksetsOf = (ref: FunctionRef, values: Values) => KnownLocksets | undefined;

function rememberedLocksets(world: ChainWorld): LocksetsOf {
  const { locksets } = world.memory;
  return (ref, values) => {
    // Asked for first, so that it is noted that the answer rests on it.
    const program = world.programs.of(ref);
    const key = `${nameOf(ref)} ${JSON.stringify([...values])}`;
    if (locksets.has(key)) return locksets.get(key);
    const result = program && {
      program,
      locksets:
        world.effects.touchesLocks(ref) || hasNull(values)
          ? locksetsOf(program, NOTHING, values, world.effects.within(ref))
          : withoutLocks(program, values),
    };
    if (locksets.size >= MAX_LOCKSETS) locksets.clear();
    locksets.set(key, result);
    return result;
  };
}

function aboveOf(ref: FunctionRef, world: ChainWorld): Above {
  return world.memory.above.of(nameOf(ref), () => above(world.index, ref));
}

/** A caller passes NULL, which may keep it from what is below. */
const hasNull = (values: Values): boolean =>
  [...values.values()].some((value) => value.kind === 'int' && value.value === 0);

/** Nothing is held anywhere; variables that are set once, to a constant, are known everywhere. */
function withoutLocks(program: FunctionProgram, parameters: Values): Locksets {
  const values = new Map(parameters);
  const often = new Set<Var>();
  for (const step of program.steps) {
    const dst = definedBy(step);
    if (dst === undefined) continue;
    if (values.has(dst) || often.has(dst)) {
      values.delete(dst);
      often.add(dst);
    } else if (step.op === 'let' && step.value.kind === 'symbol') values.set(dst, step.value);
    else often.add(dst);
  }
  const state = { held: NOTHING, values };
  return { before: program.steps.map(() => [state]), exits: [] };
}

/** What a chain holds, from its top down; dead when what a caller passes keeps it from the next call. */
function evaluateChain(
  links: readonly Link[],
  walk: Walk,
  locksetsOf: LocksetsOf,
  entry: Held,
): Omit<Chain, 'top'> & { readonly isDead: boolean } {
  let held = entry;
  let values: Values = new Map();
  let isDead = false;
  const hops: Hop[] = [];
  links.forEach((link, position) => {
    const known = locksetsOf(link.ref, values);
    const states = known ? link.steps.flatMap((step) => known.locksets.before[step] ?? []) : [];
    if (known && link.steps.length > 0 && states.length === 0) isDead = true;
    const own = meetOf(states.map((state) => state.held));
    held = combine(held, own);
    hops.push({ ref: link.ref, at: link.at, callee: link.callee, held, values });
    const callee = links[position + 1]?.ref ?? walk.ref;
    const [state] = states;
    values = bind(callee, link, state?.values ?? values);
  });
  const known = locksetsOf(walk.ref, values);
  const states = known ? walk.steps.flatMap((step) => known.locksets.before[step] ?? []) : [];
  if (known && states.length === 0) isDead = true;
  held = combine(held, meetOf(states.map((state) => state.held)));
  hops.push({ ref: walk.ref, at: walk.place, callee: undefined, held, values });
  return { entry, hops, held, values, isDead };
}

/** What all states hold. Where one has the mmap lock and another the VMA lock, both have at least the VMA lock. */
function meetOf(states: readonly Held[]): Held {
  const [first, ...others] = states;
  if (!first) return NOTHING;
  const same = others.reduce(meet, first);
  if (others.length === 0) return same;
  const covered = others.map(withCovered).reduce(meet, withCovered(first));
  const isNew = [...covered.keys()].some((name) => !withCovered(same).has(name));
  return isNew ? covered : same;
}

/** Parameters of the callee as the caller passes them; locals of the caller are marked as its own, so that no name means two things. */
function bind(callee: FunctionRef, link: Link, values: Values): Values {
  const bound = new Map<Var, Expr>();
  callee.facts.params.forEach((name, index) => {
    const arg = link.args[index];
    if (!arg) return;
    const value = evaluate(arg, values);
    bound.set(
      name,
      mapExpr(value, (inner) =>
        inner.kind === 'var'
          ? { ...inner, name: owned(inner.name, link.ref) }
          : renamedSign(inner, (each) => owned(each, link.ref)),
      ),
    );
  });
  return bound;
}

function owned(name: Var, ref: FunctionRef): Var {
  return name.includes(':') ? name : `${ref.facts.name}:${name}`;
}
