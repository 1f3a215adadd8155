/** Where a fix may take the lock: in the function that walks, or in the nearest one through which all unprotected ways go. */
import type { FunctionRef } from '../../index/link.js';
import { NOTHING, take, type Held } from '../held.js';
import type { Chain } from '../chain.js';
import type { ChainWorld } from '../chain-memory.js';
import { chainsOf } from '../chains.js';
import type { Walk } from '../walks.js';
import { mayBeTakenUnder, type Guard } from './guard.js';

/** Wide enough for all ways to nearly every walk: a way that is not seen may hold anything. */
const BOUNDS = { depth: 10, looks: 400, kept: 400 };

export interface Place {
  readonly ref: FunctionRef;
  /** The steps of the function that have to be inside. */
  readonly steps: readonly number[];
}

/** All ways to a walk; undefined when there are more than could be looked at. */
export function allChains(walk: Walk, world: ChainWorld): readonly Chain[] | undefined {
  const { chains, isCut } = chainsOf(walk, world, () => false, BOUNDS);
  return isCut || chains.some(({ top }) => top.kind === 'bound') ? undefined : chains;
}

/** The walk itself, when the lock may be taken there on every way to it. */
export function placeOfWalk(walk: Walk, chains: readonly Chain[], guard: Guard): Place | undefined {
  const isFine = chains.every((chain) => mayWaitAt(chain, chain.hops.length - 1, guard));
  return isFine ? { ref: walk.ref, steps: walk.steps } : undefined;
}

/** The nearest caller that all open ways go through, when the lock may be taken there on every way. */
export function placeOfCaller(
  chains: readonly Chain[],
  isOpen: (chain: Chain) => boolean,
  guard: Guard,
  world: ChainWorld,
): Place | undefined {
  const open = chains.filter(isOpen);
  const [first] = open;
  if (!first) return undefined;
  for (let up = first.hops.length - 2; up >= 0; up -= 1) {
    const [hop, next] = [first.hops[up], first.hops[up + 1]];
    if (!hop || !next) return undefined;
    if (!open.every((chain) => indexOf(chain, hop.ref) >= 0)) continue;
    const through = chains.filter((chain) => indexOf(chain, hop.ref) >= 0);
    if (!through.every((chain) => mayWaitAt(chain, indexOf(chain, hop.ref), guard))) return undefined;
    return placeAt(hop.ref, chains, world);
  }
  return undefined;
}

/** A function with its calls towards the walk; undefined where it makes none by name. */
export function placeAt(ref: FunctionRef, chains: readonly Chain[], world: ChainWorld): Place | undefined {
  const through = chains.filter((chain) => indexOf(chain, ref) >= 0);
  const callees = new Set(through.map((chain) => chain.hops[indexOf(chain, ref) + 1]?.ref.facts.name));
  const steps = (world.programs.of(ref)?.steps ?? []).flatMap((step, index) =>
    step.op === 'call' && step.callee.kind === 'symbol' && callees.has(step.callee.name) ? [index] : [],
  );
  return steps.length > 0 ? { ref, steps } : undefined;
}

const indexOf = (chain: Chain, ref: FunctionRef): number =>
  chain.hops.findIndex((hop) => hop.ref.file === ref.file && hop.ref.facts.name === ref.facts.name);

/** Whether a function of a chain may wait for the lock: the root's context sleeps, and what callers hold allows it. */
function mayWaitAt(chain: Chain, position: number, guard: Guard): boolean {
  const { top } = chain;
  const context = top.kind === 'root' ? top.context : undefined;
  if (context && !context.sleeps) return false;
  const before = chain.hops[position - 1]?.held ?? heldAtRoot(context?.holds ?? []);
  return mayBeTakenUnder(before, guard);
}

function heldAtRoot(holds: NonNullable<Extract<Chain['top'], { kind: 'root' }>['context']>['holds']): Held {
  return holds.reduce((held, { protection, mode }) => take(held, protection, mode), NOTHING);
}
