/** What is held around a function whoever calls it: for a function that is entered inside a walk, or that is the freer. */
import type { Chain } from '../analysis/chain.js';
import { chainsOf, type ChainBounds } from '../analysis/chains.js';
import { combine, meet, NOTHING, parseLockName, take, type Held } from '../analysis/held.js';
import { isExcluded } from '../analysis/verdicts.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import { asWalk } from '../analysis/walks.js';
import type { FunctionRef } from '../index/link.js';
import type { FreerId } from '../kernel/types.js';
import { WALK_CALLBACKS, WALK_OPS } from '../kernel/walk-callbacks.js';
import { holds } from '../kernel/when.js';
import type { FunctionProgram } from '../program/ir.js';
import { assertedAtTop } from './asserted.js';
import { isInsideVma } from './inside-vma.js';

/** Locks are taken near what they are taken for: further up, nothing is taken to be held. */
const CALLERS: ChainBounds = { depth: 4, looks: 120, kept: 120 };

/** What is held around a freer: what all of its callers hold that are seen, and what it asserts of every caller. */
export function heldAroundFreer(world: WalkWorld, ref: FunctionRef): Held {
  const program = world.programs.of(ref);
  const held = heldByCallers(world, ref);
  return program ? combine(ofScenario(assertedAtTop(program)), held) : held;
}

/** What all callers hold that are seen; for a callback, what the generic walker holds around it, too. */
export function heldByCallers(world: WalkWorld, ref: FunctionRef): Held {
  const around = heldAroundCallback(world, ref);
  const [first, ...others] = chainsAbove(world, ref).map((chain) =>
    isOverVmas(world, chain) ? combine(ofScenario(chain.held), around) : ofScenario(chain.held),
  );
  return first ? others.reduce(meet, first) : NOTHING;
}

/**
 * What callers hold when they enter a function inside a walk, as far as a freer is concerned. Some keep it out by one lock, others by
 * another, so what all of them hold may be nothing: of a way on which nothing keeps it out, if there is one from a root; else of the
 * nearest on which something does.
 */
export function heldAgainst(world: WalkWorld, ref: FunctionRef, freer: FreerId, arch: string): Held {
  const program = world.programs.of(ref);
  if (!program) return NOTHING;
  const around = heldAroundCallback(world, ref);
  const isKept = (held: Held): boolean => isExcluded(freer, held, world.tree, [arch]);
  const ways = chainsOf(asWalk(ref, program), world, isKept, CALLERS).chains.map((chain) => {
    const held = isOverVmas(world, chain) ? combine(chain.held, around) : chain.held;
    return { chain, held, isKept: isKept(held) };
  });
  const kept = ways.filter((way) => way.isKept);
  const way =
    ways.find((each) => !each.isKept && startsAtRoot(each.chain)) ??
    kept.find(({ held }) => !takesAgain(program, held)) ??
    kept[0];
  return way ? ofScenario(way.held) : heldByCallers(world, ref);
}

/** Whether the function takes a lock of a class that is held: who holds that calls it where it does not take it. */
export const takesAgain = ({ steps }: FunctionProgram, held: Held): boolean =>
  [...held.keys()].some((name) =>
    steps.some((step) => step.op === 'lock' && step.lock.class === parseLockName(name).class),
  );

/** From a root of a kind that is known to run it: a function that is handed to somebody need not be called there. */
const startsAtRoot = ({ top }: Chain): boolean => top.kind === 'root' && top.context !== undefined;

/** What the walkers of mm/pagewalk.c hold around this function as a member of struct mm_walk_ops (kernel/walk-callbacks.ts). */
function heldAroundCallback(world: WalkWorld, ref: FunctionRef): Held {
  const members = world.index
    .callers(ref)
    .mentions.flatMap(({ mention }) =>
      mention.kind === 'table' && mention.table.facts.type === WALK_OPS ? [mention.field.path] : [],
    );
  return WALK_CALLBACKS.filter(
    ({ member, when }) => members.includes(member) && holds(when, world.tree.capabilities),
  ).reduce((held, { protection, mode }) => take(held, protection, mode), NOTHING);
}

/** Whether a chain enters the function through a generic walker that walks the VMAs of a process. */
function isOverVmas({ knowledge }: WalkWorld, { hops }: Chain): boolean {
  const callee = hops.at(-2)?.callee;
  const primitive = callee === undefined ? undefined : knowledge.primitive(callee);
  return primitive?.kind === 'walk' && primitive.insideVmas === true;
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
