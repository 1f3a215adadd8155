/** What is held around a function whoever calls it: for a function that is entered inside a walk, or that is the freer. */
import type { Chain } from '../analysis/chain.js';
import { chainsOf, type ChainBounds } from '../analysis/chains.js';
import { meet, NOTHING, parseLockName, type Held } from '../analysis/held.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import { asWalk } from '../analysis/walks.js';
import type { FunctionRef } from '../index/link.js';
import { isInsideVma } from './inside-vma.js';

/** Locks are taken near what they are taken for: further up, nothing is taken to be held. */
const CALLERS: ChainBounds = { depth: 4, looks: 120, kept: 120 };

/** What all callers hold that are seen. */
export function heldByCallers(world: WalkWorld, ref: FunctionRef): Held {
  const [first, ...others] = chainsAbove(world, ref).map(({ held }) => ofScenario(held));
  return first ? others.reduce(meet, first) : NOTHING;
}

/** Whether all callers that are seen have looked up the VMA that they are in (replay/inside-vma.ts), near the function. */
export function areInsideVma(world: WalkWorld, ref: FunctionRef): boolean {
  const chains = chainsAbove(world, ref);
  const isInside = (each: FunctionRef): boolean => {
    const program = world.programs.of(each);
    return program !== undefined && isInsideVma(program, world.knowledge);
  };
  return chains.length > 0 && chains.every(({ hops }) => hops.some((hop) => isInside(hop.ref)));
}

function chainsAbove(world: WalkWorld, ref: FunctionRef): readonly Chain[] {
  const program = world.programs.of(ref);
  if (!program) return [];
  return chainsOf(asWalk(ref, program), world, () => false, CALLERS).chains;
}

/** Locks of any mm but init_mm are those of the one user mm of a scenario (link/resolve.ts names them so, too). */
const ofScenario = (held: Held): Held =>
  new Map(
    [...held].map(([name, lock]) => {
      const { class: id, instance } = parseLockName(name);
      return [
        instance !== undefined && instance !== 'init_mm' && /mm$/.test(instance) ? `${id}(mm)` : name,
        lock,
      ];
    }),
  );

/** A function that is given an entry, or a fault with one, is entered inside a walk: its callers are in the tables already. */
const IS_INSIDE = /\b(pgd|p4d|pud|pmd|pte)_t\b|\bstruct vm_fault \*/;

export function isEnteredInside(world: WalkWorld, ref: FunctionRef): boolean {
  return world.programs.of(ref)?.params.some(({ type }) => IS_INSIDE.test(type)) === true;
}
