/** Whose tables a function walks: the kernel's, those of a process, or the memory map. */
import { chainsOf } from '../analysis/chains.js';
import { tablesOn } from '../analysis/verdicts.js';
import type { WalkWorld } from '../analysis/walk-findings.js';
import { walksOf, type Walk } from '../analysis/walks.js';
import type { FunctionRef } from '../index/link.js';

export type TablesOf = 'kernel' | 'user' | 'pfn';

/** Whose tables a function walks: by its own walk and its callers; a helper that is given an entry may walk either. */
export function tablesWalked(world: WalkWorld, ref: FunctionRef): TablesOf {
  const walk = firstWalk(world, ref);
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
export function possibleTables(world: WalkWorld, ref: FunctionRef): ReadonlySet<TablesOf> {
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
