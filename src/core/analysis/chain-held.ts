/** What a chain holds: from its top down, with what each call passes known in the next function. */
import type { FunctionRef } from '../index/link.js';
import type { Context } from '../kernel/contexts.js';
import { isKernelMmName } from '../kernel/kernel-mms.js';
import { mapExpr } from '../program/expr.js';
import type { Expr, Var } from '../program/ir.js';
import type { Chain, ChainTop, Hop } from './chain.js';
import type { Link } from './chain-links.js';
import { keyOfValues, rememberedStates, type ChainWorld } from './chain-memory.js';
import { combine, meet, NOTHING, take, unasserted, withCovered, type Held } from './held.js';
import type { Start } from './starts.js';
import { renamedSign } from './signs.js';
import { evaluate, instanceText, numberBehind, type Values } from './values.js';
import type { Walk } from './walks.js';

/**
 * An assertion is a precondition: where the whole way from a root is seen and nobody on it takes the lock, it is not held. Where
 * the callers are not seen, it is believed.
 */
export function judgedAt<C extends { readonly held: Held }>(top: ChainTop, chain: C): C {
  const isWholeWay = top.kind === 'root' && top.start.context !== undefined;
  return isWholeWay ? { ...chain, held: unasserted(chain.held) } : chain;
}

/** What the context of a root holds, and what runs around it has taken (seq_operations.start). */
export function heldAtStart(start: Start, context: Context | undefined, world: ChainWorld): Held {
  let held = NOTHING;
  for (const { protection, mode, instance } of context?.holds ?? [])
    held = take(held, instance === undefined ? protection : `${protection}(${instance})`, mode);
  const around = start.kind === 'table' ? (start.around ?? []) : [];
  for (const ref of around) held = combine(held, world.effects.of(ref));
  return held;
}

/** What is held at a call, of the states that reach it. */
export type HeldByStates = (states: readonly Held[]) => Held;

/** What a chain holds, from its top down; dead when what a caller passes keeps it from the next call. */
export type Evaluated = Omit<Chain, 'top'> & { readonly isDead: boolean };

/** Evaluates chains of one walk, with `entry` held above their top. */
export type EvaluateChain = (links: readonly Link[], entry: Held) => Evaluated;

/** What one function on the way adds, when it is called with certain values. */
interface Passage {
  readonly own: Held;
  readonly isDead: boolean;
  /** What the next function is called with. */
  readonly passed: Values;
}

/**
 * An evaluator for the chains of a walk. Most chains differ in nothing but their top: what a link does with equal values is worked out once.
 */
export function chainEvaluator(walk: Walk, world: ChainWorld, on: HeldByStates = meetOf): EvaluateChain {
  const statesAt = rememberedStates(world);
  const equal = equalValues();
  const known = new WeakMap<Link, Map<Values, Passage>>();
  const passageOf = (link: Link, callee: FunctionRef, values: Values): Passage => {
    const passages = known.get(link) ?? new Map<Values, Passage>();
    known.set(link, passages);
    const before = passages.get(values);
    if (before) return before;
    // Of a call without steps nothing is asked: the function is not lowered for it.
    const states = link.steps.length > 0 ? statesAt(link.ref, link.steps, values) : undefined;
    const [state] = states ?? [];
    const passage = {
      own: on((states ?? []).map(({ held }) => held)),
      isDead: states?.length === 0,
      passed: equal(bind(callee, link, state?.values ?? values)),
    };
    passages.set(values, passage);
    return passage;
  };
  const atWalk = new Map<Values, Pick<Passage, 'own' | 'isDead'>>();
  const heldAtWalk = (values: Values): Pick<Passage, 'own' | 'isDead'> => {
    const before = atWalk.get(values);
    if (before) return before;
    const states = statesAt(walk.ref, walk.steps, values);
    const made = { own: on((states ?? []).map(({ held }) => held)), isDead: states?.length === 0 };
    atWalk.set(values, made);
    return made;
  };
  return (links, entry) => {
    let held = entry;
    let values = NO_VALUES;
    let isDead = false;
    const hops: Hop[] = [];
    for (const [position, link] of links.entries()) {
      const passage = passageOf(link, links[position + 1]?.ref ?? walk.ref, values);
      isDead ||= passage.isDead;
      held = combine(held, passage.own);
      hops.push({ ref: link.ref, at: link.at, callee: link.callee, held, values });
      values = passage.passed;
    }
    const last = heldAtWalk(values);
    held = combine(held, last.own);
    hops.push({ ref: walk.ref, at: walk.place, callee: undefined, held, values });
    return { entry, hops, held, values, isDead: isDead || last.isDead };
  };
}

const NO_VALUES: Values = new Map();

/** Gives one map for all that are equal. */
function equalValues(): (values: Values) => Values {
  const known = new Map<string, Values>([[keyOfValues(NO_VALUES), NO_VALUES]]);
  return (values) => {
    const key = keyOfValues(values);
    const before = known.get(key);
    if (before) return before;
    known.set(key, values);
    return values;
  };
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
    const pointedTo = numberBehind(arg, values);
    if (pointedTo) bound.set(`${name}->*`, pointedTo);
    for (const [member, mm] of kernelMmsBehind(arg, values)) bound.set(`${name}->${member}`, mm);
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

/** The members of a struct that an argument points to which hold an mm of the kernel: `walk->mm` of `walk.mm = &init_mm`. */
function kernelMmsBehind(arg: Expr, values: Values): readonly (readonly [string, Expr])[] {
  const prefix = arg.kind === 'address' ? `${arg.of}.` : arg.kind === 'var' ? `${arg.name}->` : undefined;
  if (prefix === undefined) return [];
  const members = [...values.keys()].filter((name) => name.startsWith(prefix));
  return members.flatMap((name) => {
    const value = evaluate({ kind: 'var', name }, values);
    return value.kind === 'symbol' && isKernelMmName(instanceText(value))
      ? [[name.slice(prefix.length), value] as const]
      : [];
  });
}

function owned(name: Var, ref: FunctionRef): Var {
  return name.includes(':') ? name : `${ref.facts.name}:${name}`;
}
