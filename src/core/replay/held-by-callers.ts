/** What is held around a function whoever calls it: for a function that is entered inside a walk, or that is the freer. */
import { chainsOf, type ChainBounds } from '../analysis/chains.js';
import { meet, NOTHING, parseLockName, type Held } from '../analysis/held.js';
import type { WalkWorld } from '../analysis/walk-findings.js';
import type { FunctionRef } from '../index/link.js';

/** Locks are taken near what they are taken for: further up, nothing is taken to be held. */
const CALLERS: ChainBounds = { depth: 4, looks: 120 };

/** What all callers hold that are seen. */
export function heldByCallers(world: WalkWorld, ref: FunctionRef): Held {
  const program = world.programs.of(ref);
  if (!program) return NOTHING;
  const { chains } = chainsOf(
    {
      ref,
      program,
      tables: 'either',
      form: 'descent',
      mm: undefined,
      address: undefined,
      end: undefined,
      steps: [0],
      place: program.at,
      text: ref.facts.name,
    },
    world,
    () => false,
    CALLERS,
  );
  const [first, ...others] = chains.map(({ held }) => ofScenario(held));
  return first ? others.reduce(meet, first) : NOTHING;
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
