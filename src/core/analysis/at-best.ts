/**
 * What a chain holds at best. Some functions take a lock in one of their modes and none in another (madvise_lock()), and what they
 * return does not tell which it was: what they have taken is then in memory, where it is not followed. That such a call did take
 * its lock is an assumption, and what rests on it is told so.
 */
import type { FunctionRef } from '../index/link.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { ProtectionEffect } from '../kernel/types.js';
import type { Chain } from './chain.js';
import type { HeldByStates } from './chain-held.js';
import type { ChainWorld } from './chain-memory.js';
import { heldOn } from './chains.js';
import type { Effects } from './effects.js';
import type { Held } from './held.js';
import type { CallEffect, CallOutcome } from './transfer.js';
import type { Origin } from './origin.js';
import { alikeOutcomes } from './outcomes.js';
import { heldTexts } from './walk-reports.js';
import type { Walk } from './walks.js';

/**
 * What is held over the walk of a chain, where each call took what it takes in one of its modes; to be asked for several chains.
 * `on`: what counts as held where several states reach a call: by default, what all of them hold.
 */
export function heldAtBest(walk: Walk, world: ChainWorld, on?: HeldByStates): (chain: Chain) => Held {
  const best = {
    ...world,
    effects: effectsAtBest(world.effects),
    memory: { ...world.memory, ...world.memory.atBest },
  };
  return (chain) => heldOn(chain, walk, best, on);
}

/** What some state holds. */
export const heldBySome: HeldByStates = (states) =>
  new Map(states.flatMap((held) => [...held].filter(([, { count }]) => count > 0)));

function effectsAtBest(effects: Effects): Effects {
  return {
    ...effects,
    within: (ref: FunctionRef): CallEffect => {
      const effect = effects.within(ref);
      return (step, values) => mostOfEach(effect(step, values));
    },
    of: (ref) => effects.of(ref, mostTaking),
  };
}

/** Of the outcomes that a caller can't tell apart, those that have taken most. */
const mostOfEach = (outcomes: readonly CallOutcome[]): readonly CallOutcome[] =>
  outcomes.length < 2 ? outcomes : alikeOutcomes(outcomes).flatMap(mostTaking);

function mostTaking(outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const most = Math.max(...outcomes.map(takenBy));
  return outcomes.filter((each) => takenBy(each) === most);
}

/** Locks that are taken, not states of this CPU: those go away where a lock is taken in their place. */
const takenBy = ({ change }: CallOutcome): number =>
  [...change].filter(([name, { count }]) => count > 0 && !CPU_STATES.has(name)).length;

const NO_CPU_STATES: ReadonlySet<ProtectionEffect['kind']> = new Set(['lock', 'reference', 'none']);
const CPU_STATES: ReadonlySet<string> = new Set(
  PROTECTIONS.filter(({ effect }) => !NO_CPU_STATES.has(effect.kind)).map(({ id }) => id),
);

/** Why a walk that such a lock keeps from its freer is told for information. */
export function assumedOrigin(held: Held): Origin {
  const text = `a call on the way takes a lock in some of its modes, and it may hold ${heldTexts(held).join(', ')}`;
  return { kind: 'assumed', text };
}
