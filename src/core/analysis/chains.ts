/**
 * Who reaches a walk, and what is held there: from the function that walks, up through its callers, until what is held is
 * enough, or to a root.
 *
 * Going up finds the calls; what a chain holds is then computed from its top down, with the arguments of each call known in
 * the next function (so `if (mm != &init_mm)` is decided by what this chain passes). Locks that belong to an object go by the
 * object's name in the function at the top of the chain.
 */
import type { FunctionRef } from '../index/link.js';
import { architectureOf, machineKindOf } from '../kernel/architectures.js';
import { contextOf } from '../kernel/contexts.js';
import type { Chain, Chains, ChainTop, Hop } from './chain.js';
import { chainEvaluator, heldAtStart, judgedAt, type HeldByStates } from './chain-held.js';
import { linkOf, linksOver, type Link } from './chain-links.js';
import { aboveOf, type ChainWorld } from './chain-memory.js';
import { functionKey } from './change.js';
import { keyOf, NOTHING, unasserted, type Held } from './held.js';
import type { Edge } from './call-edges.js';
import { dependsOnParameters } from './value-sources.js';
import type { Values } from './values.js';
import type { Walk } from './walks.js';

export interface ChainBounds {
  /** Calls from the top of a chain down to the walk. */
  readonly depth: number;
  /** Chains that are looked at and do not hold enough; the rest is said to be left out. */
  readonly looks: number;
  /** Chains that hold enough, or that no call takes, besides: they end there, and must not hide the one beside them that does not. */
  readonly kept: number;
  /** Ways that are followed straight up after that, until one is open; absent: none. */
  readonly climbs?: number;
  /** Whether a chain is one to tell of; absent: every chain that does not hold enough. */
  readonly isOpen?: (chain: Chain) => boolean;
}

export const CHAIN_BOUNDS: ChainBounds = { depth: 10, looks: 40, kept: 100, climbs: 120 };

/** A chain that has yet to be looked at: the calls that are known, and the one above them, which is read when its turn comes. */
interface Ahead {
  readonly edge?: Edge;
  readonly below: readonly Link[];
}

/**
 * The chains that reach a walk, nearest first. `isEnough` says that what is held protects the walk from all that matters on any chain
 * that goes on above its first function, `top`: it is not followed further up.
 */
export function chainsOf(
  walk: Walk,
  world: ChainWorld,
  isEnough: (held: Held, values: Values, top: FunctionRef, hops: readonly Hop[]) => boolean,
  bounds: ChainBounds = CHAIN_BOUNDS,
): Chains {
  const found: Chain[] = [];
  const seen = new Set<string>();
  const evaluateChain = chainEvaluator(walk, world);
  const linkOver = linksOver(asksCallers(walk), world);
  const isKnown = knownWays();
  let looks = 0;
  let kept = 0;
  let isCut = false;
  /** Looks at one way down to the walk, and says what leads to it. */
  const lookAt = ({ edge: way, below }: Ahead): readonly Ahead[] => {
    const links = way ? [linkOver(way), ...below] : below;
    const ref = links[0]?.ref ?? walk.ref;
    const finish = (top: ChainTop, held: Held): void => {
      const { hops, entry, held: over, values } = judgedAt(top, evaluateChain(links, held));
      const on = new Set(hops.flatMap((hop) => architectureOf(hop.ref.file) ?? []));
      const key = `${describeTop(top)} ${keyOf(over)} ${ref.file}:${ref.facts.name} ${[...on].join()}`;
      if (seen.has(key)) return;
      seen.add(key);
      found.push({ top, entry, hops, held: over, values });
    };
    const chain = evaluateChain(links, NOTHING);
    if (chain.isDead) {
      kept += 1;
      return [];
    }
    if (isEnough(unasserted(chain.held), chain.values, ref, chain.hops)) {
      kept += 1;
      finish({ kind: 'protected' }, NOTHING);
      return [];
    }
    if (isKnown(ref, links, chain.held)) return [];
    looks += 1;
    const { edges, starts } = aboveOf(ref, world);
    for (const start of starts) {
      const context = start.context && contextOf(start.context);
      finish({ kind: 'root', start, context }, heldAtStart(start, context, world));
    }
    if (edges.length > 0 && links.length === bounds.depth) {
      isCut = true;
      finish({ kind: 'bound' }, NOTHING);
      return [];
    }
    const visited = new Set([walk.ref, ...links.map((link) => link.ref)].map(nameOf));
    return firstOfEach(edges)
      .filter(({ from }) => !visited.has(nameOf(from)) && isOfOneArchitecture(from, walk, links))
      .map((edge) => ({ edge, below: links }));
  };
  const isFull = (): boolean => looks >= bounds.looks || kept >= bounds.kept;
  let open: readonly Ahead[] = [{ below: [] }];
  while (open.length > 0 && !isFull()) {
    const next: Ahead[] = [];
    for (const [index, ahead] of open.entries()) {
      if (isFull()) {
        next.unshift(...open.slice(index));
        break;
      }
      next.push(...lookAt(ahead));
    }
    open = next;
  }
  isCut ||= open.length > 0;
  // Many ways, and none of those looked at is open to its top: straight up from where that left off.
  const { isOpen = isUnprotected, climbs = 0 } = bounds;
  let ahead = open;
  let judged = 0;
  const most = looks + climbs;
  for (let steps = 0; steps < MOST_STEPS && looks < most; steps += 1) {
    const [way, ...others] = ahead;
    if (!way || found.slice(judged).some(isOpen)) break;
    judged = found.length;
    ahead = [...lookAt(way), ...others];
  }
  return { chains: found, isCut };
}

const isUnprotected = ({ top }: Chain): boolean => top.kind !== 'protected';

/** Steps straight up, those to chains that hold enough and end there counted as well. */
const MOST_STEPS = 600;

/** Ways down to a walk that start in one function and hold the same. */
const WAYS_ALIKE = 2;

/**
 * Whether enough chains were looked at that start in the same function and hold the same: what is above one is above the other.
 * What they pass on the way may differ and decide something, so that it takes a few.
 */
function knownWays(): (ref: FunctionRef, links: readonly Link[], held: Held) => boolean {
  const known = new Map<string, number>();
  return (ref, links, held) => {
    const architectures = new Set(links.flatMap((link) => architectureOf(link.ref.file) ?? []));
    const key = `${nameOf(ref)} ${[...architectures].join()} ${keyOf(held)}`;
    const before = known.get(key) ?? 0;
    known.set(key, before + 1);
    return before >= WAYS_ALIKE;
  };
}

const nameOf = functionKey;

/**
 * What is held over the walk of a chain that was found before, in a world in which calls may have another effect. With `on`, what
 * some states hold may count, and what is asserted does.
 */
export function heldOn({ top, hops }: Chain, walk: Walk, world: ChainWorld, on?: HeldByStates): Held {
  const links = hops.flatMap(({ ref, callee }) => (callee === undefined ? [] : [linkOf(ref, callee, world)]));
  const entry =
    top.kind === 'root'
      ? heldAtStart(top.start, top.start.context && contextOf(top.start.context), world)
      : NOTHING;
  const chain = chainEvaluator(walk, world, on)(links, entry);
  return on ? chain.held : judgedAt(top, chain).held;
}

/** No kernel has the code of two architectures, or of two kinds of machines of one that exclude each other. */
function isOfOneArchitecture({ file }: FunctionRef, walk: Walk, links: readonly Link[]): boolean {
  const own = architectureOf(file);
  if (own === undefined) return true;
  const kind = machineKindOf(file);
  return [walk.ref, ...links.map(({ ref }) => ref)].every((each) => {
    const other = architectureOf(each.file);
    const otherKind = machineKindOf(each.file);
    if (kind !== undefined && otherKind !== undefined && kind !== otherKind) return false;
    return other === undefined || other === own || USER_MODE.has(other) || USER_MODE.has(own);
  });
}

/** User-mode Linux is built of files of another architecture as well. */
const USER_MODE: ReadonlySet<string> = new Set(['um']);

/** Several calls of one function in another are one edge. */
function firstOfEach(edges: readonly Edge[]): readonly Edge[] {
  return [...new Map(edges.map((edge) => [`${nameOf(edge.from)} ${edge.call.callee}`, edge])).values()];
}

function describeTop(top: ChainTop): string {
  return top.kind === 'root' ? `${top.start.kind} ${top.start.name} ${top.start.context ?? ''}` : top.kind;
}

/** Whether what the callers pass decides whose tables are walked, or where. */
function asksCallers({ mm, address, program }: Walk): boolean {
  return [mm, address].some((expr) => expr && dependsOnParameters(expr, program));
}
