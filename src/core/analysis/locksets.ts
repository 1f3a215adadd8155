/**
 * Locksets: what is held at each step of one function, on every way to it.
 *
 * A forward analysis over the function's program. At each step it keeps the different lock states that can reach it, each
 * with the values of variables that are the same on all its ways: so a trylock's result, a killable lock's error and a
 * `locked` flag stay tied to the lock they speak of. States that differ in a flag that decides about a lock later on are kept
 * apart as well. What holds in all states is must-held; what in some, may-held.
 */
import { END, type Expr, type FunctionProgram, type Step } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { keyOf, meet, NOTHING, type Held } from './held.js';
import { keepingFlags, keyOfFlags, lockFlags } from './lock-flags.js';
import { createPending } from './pending.js';
import { trackedVariables } from './tracked-variables.js';
import { transfer, type CallEffect, type LockState } from './transfer.js';
import { sameValues, type Values } from './values.js';

export interface Locksets {
  /** States before each step; none for a step that can't be reached. */
  readonly before: readonly (readonly LockState[])[];
  /** States where the function ends, with what it returns. */
  readonly exits: readonly (LockState & { readonly step: number; readonly result?: Expr })[];
}

/** One move of the analysis: from before step `index` to `to` (`END`: out of the function). */
export interface Move {
  readonly step: Step;
  readonly index: number;
  readonly to: number;
  readonly before: LockState;
  readonly after: LockState;
}

/** What a rule follows along the ways of a function, besides the locks: states that differ in it are kept apart. */
export interface Rider<R> {
  readonly start: R;
  /** Equal texts, equal states: they are joined where they meet. */
  readonly keyOf: (state: R, held: () => string) => string;
  /** What two ways with the same key have in common; `left` itself when that is all of it. */
  readonly join: (left: R, right: R) => R;
  /** Undefined: the move is not possible after what was seen on this way. */
  readonly after: (state: R, move: Move) => { readonly state: R } | undefined;
}

type Ridden<R> = LockState & { readonly rider: R };

/** Exits of a function with what rode along; `isWhole` is false when there were too many states to keep them apart. */
export interface Ride<R> {
  readonly exits: readonly (Ridden<R> & { readonly step: number; readonly result?: Expr })[];
  readonly isWhole: boolean;
}

const MAX_STATES = 24;
/** With a rider: at one step. */
const MAX_RIDDEN_STATES = 160;

const NO_RIDER: Rider<undefined> = {
  start: undefined,
  keyOf: (_, held) => held(),
  join: () => undefined,
  after: (state) => ({ state }),
};

/** The locksets of a function that starts with `entry` held and with these parameters known. */
export function locksetsOf(
  program: FunctionProgram,
  entry: Held,
  parameters: Values,
  effectOf: CallEffect,
): Locksets {
  return statesOf(program, { held: entry, values: parameters }, effectOf, NO_RIDER, MAX_STATES);
}

/** The ways of a function that starts with nothing known, with a rider. */
export function ride<R>(program: FunctionProgram, effectOf: CallEffect, rider: Rider<R>): Ride<R> {
  const start = { held: NOTHING, values: new Map() };
  const { exits, merged } = statesOf(program, start, effectOf, rider, MAX_RIDDEN_STATES);
  return { exits, isWhole: merged === 0 };
}

interface States<R> {
  readonly before: readonly (readonly Ridden<R>[])[];
  readonly exits: Ride<R>['exits'];
  /** Steps at which states had to be merged. */
  readonly merged: number;
}

function statesOf<R>(
  program: FunctionProgram,
  start: LockState,
  effectOf: CallEffect,
  rider: Rider<R>,
  maxStates: number,
): States<R> {
  const tracked = trackedVariables(program);
  const before: Map<string, Ridden<R>>[] = program.steps.map(() => new Map<string, Ridden<R>>());
  const exits = new Map<string, Ride<R>['exits'][number]>();
  const pending = createPending(program);
  /** Steps that too many different states have reached: they keep only what all of them hold. */
  const merged = new Set<number>();
  const keyOfHeld = rememberedKeys();
  const flags = lockFlags(program);
  const effect = keepingFlags(flags, effectOf);
  const keyOfState = (state: LockState): string => keyOfHeld(state.held) + keyOfFlags(flags, state.values);

  const arrive = (to: number, from: number, state: Ridden<R>, result?: Expr): void => {
    const key = rider.keyOf(state.rider, () => keyOfState(state));
    if (to === END) {
      const exit = `${from} ${key} ${result ? printExpr(result) : ''}`;
      exits.set(exit, { ...state, step: from, ...(result ? { result } : {}) });
      return;
    }
    const states = before[to];
    if (!states) return;
    if (merged.has(to)) return arriveMerged(states, state, to);
    const known = states.get(key);
    if (!known) {
      if (states.size >= maxStates) {
        widen(states);
        merged.add(to);
        return arriveMerged(states, state, to);
      }
      states.set(key, state);
      pending.add(to, key);
      return;
    }
    const values = sameValues(known.values, state.values);
    const joined = rider.join(known.rider, state.rider);
    if (values === known.values && joined === known.rider) return;
    states.set(key, { held: known.held, values, rider: joined });
    pending.add(to, key);
  };
  const arriveMerged = (states: Map<string, Ridden<R>>, state: Ridden<R>, to: number): void => {
    const [only] = states.values();
    const { held, values } = only ? inBoth(only, state) : state;
    const key = keyOfHeld(held);
    const known = states.get(key);
    if (known && known.values === values) return;
    states.clear();
    states.set(key, { held, values, rider: rider.start });
    pending.add(to, key);
  };

  arrive(0, 0, { ...start, rider: rider.start });
  for (let next = pending.take(); next; next = pending.take()) {
    const { index, keys } = next;
    const step = program.steps[index];
    if (!step) continue;
    for (const key of keys) {
      const state = before[index]?.get(key);
      if (!state) continue;
      transfer(step, state, tracked, effect, (to, after, result) => {
        const move: Move = { step, index, to, before: state, after };
        const rode = rider.after(state.rider, move);
        if (rode) arrive(to, index, { ...after, rider: rode.state }, result);
      });
    }
  }
  return {
    before: before.map((states) => [...states.values()]),
    exits: [...exits.values()],
    merged: merged.size,
  };
}

/** Keys of states of locks, each made once. */
function rememberedKeys(): (held: Held) => string {
  const known = new WeakMap<Held, string>();
  return (held) => {
    const before = known.get(held);
    if (before !== undefined) return before;
    const key = keyOf(held);
    known.set(held, key);
    return key;
  };
}

const inBoth = (left: LockState, right: LockState): LockState => ({
  held: meet(left.held, right.held),
  values: sameValues(left.values, right.values),
});

/** Too many different states: they become one that holds what all hold. */
function widen<R>(states: Map<string, Ridden<R>>): void {
  const [first, ...others] = states.values();
  if (!first) return;
  const merged = others.reduce((left, right) => ({ ...inBoth(left, right), rider: left.rider }), first);
  states.clear();
  states.set(keyOf(merged.held), merged);
}
