/** Which replay a person means: the walk at a function, the freer that applies to it, what its callers hold. */
import { NOTHING } from '../analysis/held.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import { architectureOf, bestKnown } from '../kernel/architectures.js';
import { FREERS, freerOf } from '../kernel/freers.js';
import { factsOf } from '../kernel/tree.js';
import type { FreerId } from '../kernel/types.js';
import { areInsideVma, heldAgainst, heldByCallers, isEnteredInside } from './held-by-callers.js';
import type { Holding } from './hold.js';
import type { ReplayOrder } from './replay-order.js';
import { possibleTables, tablesWalked } from './tables-walked.js';

export interface FreerChoice {
  readonly freer: FreerId;
  /** It frees what this walk walks. */
  readonly applies: boolean;
  readonly reason: string;
}

/** All freers, those that apply to the walk first. */
export function freersFor(world: WalkWorld, ref: FunctionRef): readonly FreerChoice[] {
  const tables = possibleTables(world, ref);
  const own = architectureOf(ref.file);
  return FREERS.map(({ id, tables: frees }): FreerChoice => {
    const applies = frees.some((each) => tables.has(each));
    const facts = factsOf(world.tree, id);
    const live = facts.live.map(({ architecture }) => architecture);
    const isLive = own === undefined ? live.length > 0 : live.includes(own);
    const where = own === undefined ? live.join(', ') : own;
    const reason = !applies
      ? `frees ${frees.join(' and ')} tables; this walk is over ${[...tables].join(' and ')} ones`
      : isLive
        ? `live on ${where}`
        : `latent: ${facts.latent.find(({ architecture }) => architecture === own)?.reason ?? `no architecture of this tree has it`}`;
    return { freer: id, applies, reason };
  }).sort((a, b) => Number(b.applies) - Number(a.applies));
}

/**
 * The replay that a request names. The function is replayed as it stands: what its callers hold is not put around it, which is told,
 * unless it is entered inside a walk, whose tables would be gone before it begins.
 */
export function orderFor(
  world: WalkWorld,
  walker: FunctionRef,
  request: {
    readonly freer?: FreerId;
    readonly arch?: string;
    readonly added: readonly Holding[];
    readonly bounds?: Partial<ExplorationBounds>;
  },
): ReplayOrder {
  const freer =
    request.freer ?? freersFor(world, walker).find(({ applies }) => applies)?.freer ?? 'memory-hot-remove';
  const walked = tablesWalked(world, walker);
  const tables =
    freerOf(freer)?.tables.find((each) => each === walked) ?? freerOf(freer)?.tables[0] ?? walked;
  const live = factsOf(world.tree, freer).live.map(({ architecture }) => architecture);
  const isInside = isEnteredInside(world, walker);
  const arch = request.arch ?? architectureOf(walker.file) ?? bestKnown(live) ?? 'any';
  const leftOut = isInside ? NOTHING : heldByCallers(world, walker);
  return {
    walker,
    freer,
    tables,
    arch,
    held: isInside ? heldAgainst(world, walker, freer, arch) : NOTHING,
    ...(leftOut.size > 0 ? { leftOut } : {}),
    ...(isInside && areInsideVma(world, walker) ? { insideVma: true } : {}),
    added: request.added,
    ...(request.bounds ? { bounds: request.bounds } : {}),
  };
}
