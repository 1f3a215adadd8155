/** Which replay a person means: the walk at a function, the freer that applies to it, what its callers hold. */
import { chainsOf } from '../analysis/chains.js';
import { NOTHING } from '../analysis/held.js';
import { tablesOn } from '../analysis/verdicts.js';
import type { WalkWorld } from '../analysis/walk-findings.js';
import { walksOf, type Walk } from '../analysis/walks.js';
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import { architectureOf } from '../kernel/architectures.js';
import { FREERS, freerOf } from '../kernel/freers.js';
import { factsOf } from '../kernel/tree.js';
import type { FreerId } from '../kernel/types.js';
import type { Holding } from './hold.js';
import type { ReplayOrder } from './replay.js';

export interface FreerChoice {
  readonly freer: FreerId;
  /** It frees what this walk walks. */
  readonly applies: boolean;
  readonly reason: string;
}

type TablesOf = 'kernel' | 'user' | 'pfn';

/** Whose tables a function walks: by its own walk and its callers; a helper that is given an entry may walk either. */
function tablesWalked(world: WalkWorld, walk: Walk | undefined): TablesOf {
  if (!walk) return 'kernel';
  if (walk.tables !== 'either') return walk.tables;
  const { chains } = chainsOf(walk, world, () => false);
  const tables = chains.map((chain) => tablesOn(walk, chain.values, () => true));
  return tables.includes('kernel') || tables.length === 0 ? 'kernel' : 'user';
}

/**
 * Whose tables it may walk: a helper that is given an entry or an mm may walk any; a function that does not walk by itself, what
 * the functions below it in its file do.
 */
function possibleTables(world: WalkWorld, ref: FunctionRef): ReadonlySet<TablesOf> {
  const own = firstWalk(world, ref);
  const below = own ? [own] : walksBelow(world, ref, new Set([ref.facts.name]));
  const found = new Set(below.flatMap((walk) => tablesOfWalk(world, walk)));
  return found.size > 0 ? found : new Set<TablesOf>(['kernel', 'user', 'pfn']);
}

function tablesOfWalk(world: WalkWorld, walk: Walk): readonly TablesOf[] {
  if (walk.tables !== 'either') return [walk.tables];
  const { chains } = chainsOf(walk, world, () => false);
  if (chains.length === 0) return ['kernel', 'user'];
  return chains.flatMap(({ values }) => [
    tablesOn(walk, values, () => true),
    tablesOn(walk, values, () => false),
  ]);
}

function walksBelow(world: WalkWorld, ref: FunctionRef, seen: Set<string>): readonly Walk[] {
  const callees = new Set(ref.facts.calls.map(({ callee }) => callee));
  return world.index
    .functionsIn(ref.file)
    .filter(({ facts }) => callees.has(facts.name) && !seen.has(facts.name))
    .flatMap((callee) => {
      seen.add(callee.facts.name);
      const walk = firstWalk(world, callee);
      return walk ? [walk] : walksBelow(world, callee, seen);
    });
}

function firstWalk(world: WalkWorld, ref: FunctionRef): Walk | undefined {
  const program = world.programs.of(ref);
  return program && walksOf(ref, program, world.knowledge)[0];
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

/** The replay that a request names. What the callers hold is not put around it: the function is replayed as it stands. */
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
  const walked = tablesWalked(world, firstWalk(world, walker));
  const tables =
    freerOf(freer)?.tables.find((each) => each === walked) ?? freerOf(freer)?.tables[0] ?? walked;
  const live = factsOf(world.tree, freer).live.map(({ architecture }) => architecture);
  return {
    walker,
    freer,
    tables,
    arch:
      request.arch ??
      architectureOf(walker.file) ??
      PREFERRED.find((arch) => live.includes(arch)) ??
      live[0] ??
      'any',
    held: NOTHING,
    added: request.added,
    ...(request.bounds ? { bounds: request.bounds } : {}),
  };
}

/** Of several architectures, the ones whose step orders are best known to readers come first. */
const PREFERRED = ['x86', 'arm64'];
