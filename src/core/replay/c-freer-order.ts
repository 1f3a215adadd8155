/** Which replay a person means who names a function of the tree as the freer. */
import { NOTHING } from '../analysis/held.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import { architectureOf, BEST_KNOWN } from '../kernel/architectures.js';
import { heldAroundFreer } from './held-by-callers.js';
import type { Holding } from './hold.js';
import type { ReplayOrder } from './replay-order.js';
import { possibleTables, tablesWalked } from './tables-walked.js';

/** Why a walk and a function that frees never meet: the tables of the one are none of the other's. */
export function neverMeet(world: WalkWorld, walker: FunctionRef, freer: FunctionRef): string | undefined {
  const walked = possibleTables(world, walker);
  const freed = possibleTables(world, freer);
  if ([...walked].some((each) => freed.has(each))) return undefined;
  const { name } = freer.facts;
  return `${name}() frees ${[...freed].join(' and ')} tables; this walk is over ${[...walked].join(' and ')} ones`;
}

/** The freer runs where its code is, on the tables that it and the walk have in common. */
export function orderAgainst(
  world: WalkWorld,
  walker: FunctionRef,
  freer: FunctionRef,
  request: {
    readonly arch?: string;
    readonly added: readonly Holding[];
    readonly bounds?: Partial<ExplorationBounds>;
  },
): ReplayOrder {
  const walked = possibleTables(world, walker);
  const freed = possibleTables(world, freer);
  const common = (['kernel', 'user'] as const).filter((each) => walked.has(each) && freed.has(each));
  const preferred = tablesWalked(world, walker);
  return {
    walker,
    freer: { function: freer, held: heldAroundFreer(world, freer) },
    tables: common.find((each) => each === preferred) ?? common[0] ?? preferred,
    arch: request.arch ?? architectureOf(freer.file) ?? architectureOf(walker.file) ?? BEST_KNOWN[0] ?? 'any',
    held: NOTHING,
    added: request.added,
    ...(request.bounds ? { bounds: request.bounds } : {}),
  };
}
