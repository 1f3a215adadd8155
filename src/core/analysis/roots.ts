/**
 * Where execution starts that reaches a function, and in which context: from the function's callers up to what starts the
 * topmost of them.
 */
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import { keyOf } from '../index/seeds.js';
import { edgesOf, type Edge } from './call-edges.js';
import { distinct, startsByMacroOf, startsOf, startsOfItself, type Start } from './starts.js';

export interface Above {
  readonly edges: readonly Edge[];
  readonly starts: readonly Start[];
  /** Files with the name that were not read, for they are too many. */
  readonly unread: number;
}

/** What is directly above a function: who calls it, and what starts it. */
export function above(index: TreeIndex, ref: FunctionRef): Above {
  const own = startsOfItself(ref);
  // Who calls it then runs in the same state: `__init` is called by `__init`, what hibernation begins with by hibernation.
  if (own.length > 0) return { edges: [], starts: own, unread: 0 };
  const edges: Edge[] = [];
  const starts: Start[] = [];
  const { mentions, unread } = index.callers(ref);
  for (const { mention } of mentions) {
    const found = edgesOf(index, ref, mention);
    if (found.length > 0) edges.push(...found);
    else starts.push(...startsOf(index, ref, mention));
  }
  if (edges.length === 0 && starts.length === 0) starts.push(...startsByMacroOf(index, ref));
  if (edges.length === 0 && starts.length === 0)
    starts.push({ kind: 'unseen', name: ref.facts.name, context: undefined });
  return { edges, starts: distinct(starts), unread };
}

export interface RootBounds {
  /** Calls from a root down to the function. */
  readonly depth: number;
  /** Functions that are looked at in all. */
  readonly functions: number;
}

export const ROOT_BOUNDS: RootBounds = { depth: 12, functions: 2000 };

export interface Root {
  readonly function: FunctionRef;
  readonly start: Start;
  /** Calls from the root down to the function that was asked for, one of the shortest chains; empty when it is the root itself. */
  readonly chain: readonly Edge[];
}

export interface Roots {
  readonly roots: readonly Root[];
  /** All calls on the way, each once: every chain is a path through them. */
  readonly edges: readonly Edge[];
  /** Functions above which nothing was looked at: a bound was hit, or their name is in too many files. */
  readonly cut: readonly FunctionRef[];
}

/**
 * All roots that reach a function. Functions are visited once, nearest first, so that the work and the answer grow with the
 * number of functions above, not with the number of chains.
 */
export function rootsOf(index: TreeIndex, ref: FunctionRef, bounds: RootBounds = ROOT_BOUNDS): Roots {
  const down = new Map<string, readonly Edge[]>([[keyOf(ref), []]]);
  const roots: Root[] = [];
  const edges: Edge[] = [];
  const cut: FunctionRef[] = [];
  let level: readonly FunctionRef[] = [ref];
  for (let depth = 0; level.length > 0; depth++) {
    const next: FunctionRef[] = [];
    for (const each of level) {
      const chain = down.get(keyOf(each)) ?? [];
      const found = above(index, each);
      for (const start of found.starts) roots.push({ function: each, start, chain });
      if (found.unread > 0 || (depth === bounds.depth && found.edges.length > 0)) cut.push(each);
      if (depth === bounds.depth) continue;
      for (const edge of found.edges) {
        edges.push(edge);
        const key = keyOf(edge.from);
        if (down.has(key)) continue;
        if (down.size >= bounds.functions) {
          cut.push(each);
          break;
        }
        down.set(key, [edge, ...chain]);
        next.push(edge.from);
      }
    }
    level = next;
  }
  return { roots, edges, cut: [...new Map(cut.map((each) => [keyOf(each), each])).values()] };
}
