/**
 * Who reaches a walk, and what is held there: from the function that walks, up through its callers, until what is held is
 * enough, or to a root.
 *
 * Going up finds the calls; what a chain holds is then computed from its top down, with the arguments of each call known in
 * the next function (so `if (mm != &init_mm)` is decided by what this chain passes). Locks that belong to an object go by the
 * object's name in the function at the top of the chain.
 */
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Expr, FunctionProgram, Place, Var } from '../program/ir.js';
import { mapExpr } from '../program/expr.js';
import type { Effects } from './effects.js';
import { combine, meet, NOTHING, type Held } from './held.js';
import { evaluate, locksetsOf, type Locksets, type Values } from './locksets.js';
import type { Programs } from './programs.js';
import type { Walk } from './walks.js';

/** How a function is entered from outside the calls that the tool can see. */
export interface RootKind {
  /** `table`: through an operation table; `callback`: handed to another function; `macro`: by a macro at the top level; `none`: nobody is seen. */
  readonly kind: 'table' | 'callback' | 'macro' | 'none' | 'boot' | 'bound';
  /** `file_operations.read`, `kthread_run`, `module_init`. */
  readonly name: string;
}

export interface Hop {
  readonly ref: FunctionRef;
  /** The call that leads on; the walk itself for the last hop. */
  readonly at: Place | undefined;
  /** What is held there, from the top of the chain on. */
  readonly held: Held;
}

export interface Chain {
  readonly root: RootKind;
  /** From the root to the function that walks. */
  readonly hops: readonly Hop[];
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
}

export interface ChainBounds {
  readonly depth: number;
  /** Chains of one walk; the rest is said to be left out. */
  readonly chains: number;
  /** Chains that are looked at, protected ones too. */
  readonly looks: number;
}

export const CHAIN_BOUNDS: ChainBounds = { depth: 12, chains: 24, looks: 400 };

export interface Chains {
  readonly chains: readonly Chain[];
  /** A bound was hit: there are more. */
  readonly isCut: boolean;
}

/** A call on the way down: in `ref`, at the steps `steps`. */
interface Link {
  readonly ref: FunctionRef;
  readonly steps: readonly number[];
  /** Arguments at those steps, where all agree; empty for a callback. */
  readonly args: readonly Expr[];
  readonly at: Place | undefined;
}

/**
 * The chains that reach a walk. `isEnough` says that what is held protects the walk from all that matters: such a chain is not
 * followed further up.
 */
export function chainsOf(
  walk: Walk,
  world: ChainWorld,
  isEnough: (held: Held, values: Values) => boolean,
  bounds: ChainBounds = CHAIN_BOUNDS,
): Chains {
  const found: Chain[] = [];
  const seen = new Set<string>();
  let looks = 0;
  let isCut = false;
  const locksets = rememberedLocksets(world);

  const up = (links: readonly Link[], visited: ReadonlySet<string>): void => {
    looks += 1;
    if (looks > bounds.looks || found.length >= bounds.chains) {
      isCut = true;
      return;
    }
    const chain = evaluateChain(links, walk, locksets);
    const [top] = links;
    const ref = top?.ref ?? walk.ref;
    const finish = (root: RootKind): void => {
      const key = `${root.kind} ${root.name} ${describe(chain.held)} ${ref.file}:${ref.facts.name}`;
      if (seen.has(key)) return;
      seen.add(key);
      found.push({ root, ...chain });
    };
    if (isBoot(ref)) return finish({ kind: 'boot', name: '__init' });
    if (isEnough(chain.held, chain.values)) return finish({ kind: 'bound', name: 'held' });
    if (links.length >= bounds.depth) {
      isCut = true;
      return finish({ kind: 'bound', name: `${bounds.depth} calls` });
    }
    const callers = callersOf(ref, world);
    for (const root of callers.roots) finish(root);
    for (const link of callers.links) {
      const key = keyOf(link.ref);
      if (!visited.has(key)) up([link, ...links], new Set([...visited, key]));
    }
    if (callers.links.length === 0 && callers.roots.length === 0) finish({ kind: 'none', name: ref.facts.name });
  };
  up([], new Set([keyOf(walk.ref)]));
  return { chains: found, isCut };
}

const keyOf = ({ file, facts }: FunctionRef): string => `${file}:${facts.name}:${facts.start}`;
const describe = (held: Held): string =>
  [...held].map(([name, { mode, count }]) => `${name}:${mode}:${count}`).sort().join(' ');

/** Marks of functions that run before user space, and are gone after. Source: include/linux/init.h. */
const BOOT_MARKS: ReadonlySet<string> = new Set(['__init', '__init_or_module', '__head', '__initdata']);

export function isBoot(ref: FunctionRef): boolean {
  return ref.facts.annotations.some((mark) => BOOT_MARKS.has(mark));
}

function callersOf(
  ref: FunctionRef,
  world: ChainWorld,
): { readonly links: readonly Link[]; readonly roots: readonly RootKind[] } {
  const links = new Map<string, Link>();
  const roots = new Map<string, RootKind>();
  const addRoot = (root: RootKind): void => void roots.set(`${root.kind} ${root.name}`, root);
  for (const { mention } of world.index.callers(ref).mentions) {
    switch (mention.kind) {
      case 'call':
        addCall(links, mention.from, ref.facts.name, world);
        break;
      case 'argument': {
        const primitive = world.knowledge.primitive(mention.call.callee);
        if (primitive?.kind === 'walk') addCall(links, mention.from, mention.call.callee, world);
        else addRoot({ kind: 'callback', name: mention.call.callee });
        break;
      }
      case 'value':
        addRoot({ kind: 'callback', name: mention.reference.field ?? mention.from.facts.name });
        break;
      case 'table':
        addRoot({ kind: 'table', name: `${mention.table.facts.type}.${mention.field.path}` });
        break;
      case 'invocation':
        if (!/^EXPORT_SYMBOL/.test(mention.invocation.macro)) addRoot({ kind: 'macro', name: mention.invocation.macro });
        break;
    }
  }
  return { links: [...links.values()], roots: [...roots.values()] };
}

/** All calls of `callee` in a function, as one link. */
function addCall(links: Map<string, Link>, from: FunctionRef, callee: string, world: ChainWorld): void {
  const key = keyOf(from);
  if (links.has(key)) return;
  const program = world.programs.of(from);
  const steps = program?.steps.flatMap((step, index) =>
    step.op === 'call' && step.callee.kind === 'symbol' && step.callee.name === callee ? [index] : [],
  );
  const [first] = steps ?? [];
  const step = first === undefined ? undefined : program?.steps[first];
  const args = step?.op === 'call' && steps?.length === 1 ? step.args : [];
  links.set(key, { ref: from, steps: steps ?? [], args, at: step?.at });
}

type LocksetsOf = (ref: FunctionRef, values: Values) => { readonly program: FunctionProgram; readonly locksets: Locksets } | undefined;

function rememberedLocksets(world: ChainWorld): LocksetsOf {
  const known = new Map<string, ReturnType<LocksetsOf>>();
  return (ref, values) => {
    const key = `${keyOf(ref)} ${JSON.stringify([...values])}`;
    if (known.has(key)) return known.get(key);
    const program = world.programs.of(ref);
    const result = program && { program, locksets: locksetsOf(program, NOTHING, values, world.effects.within(ref)) };
    known.set(key, result);
    return result;
  };
}

/** What a chain holds, from its top down. */
function evaluateChain(links: readonly Link[], walk: Walk, locksetsOf: LocksetsOf): Omit<Chain, 'root'> {
  let held = NOTHING;
  let values: Values = new Map();
  const hops: Hop[] = [];
  links.forEach((link, position) => {
    const known = locksetsOf(link.ref, values);
    const states = known ? link.steps.flatMap((step) => known.locksets.before[step] ?? []) : [];
    const own = meetOf(states.map((state) => state.held));
    held = combine(held, own);
    hops.push({ ref: link.ref, at: link.at, held });
    const callee = links[position + 1]?.ref ?? walk.ref;
    const [state] = states;
    values = bind(callee, link, state?.values ?? values);
  });
  const known = locksetsOf(walk.ref, values);
  const states = known ? walk.steps.flatMap((step) => known.locksets.before[step] ?? []) : [];
  held = combine(held, meetOf(states.map((state) => state.held)));
  hops.push({ ref: walk.ref, at: walk.place, held });
  return { hops, held, values };
}

function meetOf(states: readonly Held[]): Held {
  const [first, ...others] = states;
  return first ? others.reduce(meet, first) : NOTHING;
}

/** Parameters of the callee as the caller passes them; locals of the caller are marked as its own, so that no name means two things. */
function bind(callee: FunctionRef, link: Link, values: Values): Values {
  const bound = new Map<Var, Expr>();
  callee.facts.params.forEach((name, index) => {
    const arg = link.args[index];
    if (!arg) return;
    const value = evaluate(arg, values);
    bound.set(name, mapExpr(value, (inner) => (inner.kind === 'var' ? { ...inner, name: owned(inner.name, link.ref) } : inner)));
  });
  return bound;
}

function owned(name: Var, ref: FunctionRef): Var {
  return name.includes(':') ? name : `${ref.facts.name}:${name}`;
}
