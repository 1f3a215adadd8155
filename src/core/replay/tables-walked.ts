/** Whose tables a function walks: the kernel's, those of a process, or the memory map. */
import { functionKey } from '../analysis/change.js';
import { chainsOf } from '../analysis/chains.js';
import { above } from '../analysis/roots.js';
import { tablesPossibleOn } from '../analysis/verdicts.js';
import { holdsInitMm } from '../analysis/init-mm-members.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import { walksOf, type Walk } from '../analysis/walks.js';
import type { FunctionRef } from '../index/link.js';
import { isInsideVma } from './inside-vma.js';

export type TablesOf = 'kernel' | 'user' | 'pfn';

/** Whose tables a replay of the function is about: the kernel's, where it may walk them. */
export function tablesWalked(world: WalkWorld, ref: FunctionRef): TablesOf {
  const walk = firstWalk(world, ref);
  if (walk && walk.tables !== 'either') return walk.tables;
  const possible = possibleTables(world, ref);
  return ALL.find((each) => possible.has(each)) ?? 'kernel';
}

const ALL: readonly TablesOf[] = ['kernel', 'user', 'pfn'];

/**
 * Whose tables it may walk: by its own walk, by the VMA that it is given, by what the functions below it in its file do, or, for
 * a helper or callback that is given an entry, by the walks from which it is called. Where nobody tells: any.
 */
export function possibleTables(world: WalkWorld, ref: FunctionRef): ReadonlySet<TablesOf> {
  const own = firstWalk(world, ref);
  if (own && own.tables !== 'either') return new Set([own.tables]);
  const program = world.programs.of(ref);
  if (program && isInsideVma(program, world.knowledge)) return USER;
  const walks = own ? [own] : walksBelow(world, ref, new Set([ref.facts.name]));
  const found = new Set(
    (walks.length > 0 ? walks : walksAbove(world, ref)).flatMap((walk) => tablesOfWalk(world, walk)),
  );
  return found.size > 0 ? found : new Set(ALL);
}

const USER: ReadonlySet<TablesOf> = new Set<TablesOf>(['user']);

/** Functions that are looked at above one that is given an entry, and calls that are followed. */
const MAX_ABOVE = 60;
const MAX_HOPS = 8;

/** The nearest walks from which a function is called. */
function walksAbove(world: WalkWorld, ref: FunctionRef): readonly Walk[] {
  const found: Walk[] = [];
  const seen = new Set([functionKey(ref)]);
  let open: readonly FunctionRef[] = [ref];
  for (let hop = 0; open.length > 0 && hop < MAX_HOPS; hop += 1) {
    const next: FunctionRef[] = [];
    for (const { from } of open.flatMap((each) => above(world.index, each).edges)) {
      if (seen.has(functionKey(from)) || seen.size > MAX_ABOVE) continue;
      seen.add(functionKey(from));
      const walk = firstWalk(world, from);
      if (walk) found.push(walk);
      else next.push(from);
    }
    open = next;
  }
  return found;
}

function tablesOfWalk(world: WalkWorld, walk: Walk): readonly TablesOf[] {
  if (walk.tables !== 'either') return [walk.tables];
  const generic = walk.via === undefined ? undefined : world.knowledge.primitive(walk.via);
  if (generic?.kind === 'walk' && generic.insideVmas === true) return ['user'];
  if (isInsideVma(walk.program, world.knowledge)) return ['user'];
  const { chains, isCut } = chainsOf(walk, world, () => false);
  if (chains.length === 0 || isCut) return EITHER;
  return chains.flatMap(({ values, top }) => {
    const isSeen = top.kind === 'root' && top.start.kind !== 'unseen';
    return isSeen ? tablesPossibleOn(walk, values, (mm) => holdsInitMm(mm, walk, world)) : EITHER;
  });
}

/** Of an mm that a caller gives who is not seen. */
const EITHER: readonly TablesOf[] = ['kernel', 'user'];

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
  return program && walksOf(ref, program, world.programs.namesIn(ref.file).knowledge)[0];
}
