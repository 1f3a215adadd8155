/**
 * Where the lock should go: the fewest functions in which the missing lock protects every unprotected way to a walk. Not where
 * somebody comes who may not sleep, who holds it already (a second read deadlocks), who is on the freer's own side of it (a
 * memory notifier), or who holds what comes after it in the kernel's order.
 */
import type { FunctionRef } from '../../index/link.js';
import { protectionOf } from '../../kernel/protections.js';
import type { Finding, Placement } from '../../report/report.js';
import type { Chain } from '../chain.js';
import { functionKey } from '../change.js';
import { holding, NOTHING, parseLockName, take, type Held } from '../held.js';
import type { Suspicion } from '../suspicion.js';
import type { WalkWorld } from '../walk-world.js';
import { guardOf, mayBeTakenUnder, type Guard } from './guard.js';
import { smallestCover } from './cover.js';

/** A function in which the lock could be taken. */
export interface Spot {
  readonly ref: FunctionRef;
  /** Where in it the call towards the walk is, or the walk. */
  readonly line: number;
  /** Open chains that go through it, by their index. */
  readonly covers: ReadonlySet<number>;
  /** Calls from there down to the walk. */
  readonly depth: number;
}

export interface Spots {
  readonly guard: Guard;
  readonly chosen: readonly Spot[];
  readonly placement: Placement;
}

/** The finding with the answer; itself for information, where no lock is missing, or where it is no lock of the whole kernel. */
export function withPlacement(finding: Finding, suspicion: Suspicion, world: WalkWorld): Finding {
  const isAsked = finding.severity !== 'info' && finding.missing.length > 0;
  const found = isAsked ? spotsFor(suspicion, world) : undefined;
  return found ? { ...finding, placement: found.placement } : finding;
}

/** The places of one suspicion; undefined where the rule's protection is not one lock of the whole kernel (it has an owner there). */
export function spotsFor({ rule, walk, open, all }: Suspicion, world: WalkWorld): Spots | undefined {
  const [protection] = rule.protections;
  const guard = protection === undefined ? undefined : guardOf(protection, world.knowledge);
  if (!guard || !isGlobal(guard)) return undefined;
  const spots = new Map<string, Spot>();
  open.forEach((chain, index) => {
    chain.hops.forEach(({ ref, at }, position) => {
      const key = functionKey(ref);
      const known = spots.get(key);
      if (known === undefined && obstacle(ref, all.chains, guard) !== undefined) return;
      spots.set(key, {
        ref,
        line: known?.line ?? at?.line ?? walk.place.line,
        covers: new Set([...(known?.covers ?? []), index]),
        depth: Math.min(known?.depth ?? Infinity, chain.hops.length - 1 - position),
      });
    });
  });
  const chosen = smallestCover([...spots.values()], open.length);
  const covered = new Set(chosen.flatMap(({ covers }) => [...covers]));
  return {
    guard,
    chosen,
    placement: {
      take: guard.acquire.replace(/;$/, ''),
      roots: open.length,
      places: chosen.map(({ ref, line, covers }) => ({
        function: ref.facts.name,
        file: ref.file,
        line,
        protects: covers.size,
      })),
      left: open.flatMap((chain, index) => {
        const [root] = chain.hops;
        if (covered.has(index) || !root) return [];
        const reasons = chain.hops.flatMap(({ ref }) => obstacle(ref, all.chains, guard) ?? []);
        return [
          {
            function: root.ref.facts.name,
            file: root.ref.file,
            line: root.ref.facts.line,
            reason: reasons[0] ?? '',
          },
        ];
      }),
      isPartial: all.isCut,
    },
  };
}

/** A lock that there is one of, or that of a named global object: it can be taken anywhere. */
const isGlobal = ({ name }: Guard): boolean => {
  const { instance } = parseLockName(name);
  return instance === undefined || instance === 'init_mm';
};

/** Why the lock can not be taken in a function, on some chain through it; undefined: it can. */
function obstacle(ref: FunctionRef, chains: readonly Chain[], guard: Guard): string | undefined {
  const key = functionKey(ref);
  for (const chain of chains) {
    const position = chain.hops.findIndex((hop) => functionKey(hop.ref) === key);
    const found = position < 0 ? undefined : obstacleAt(chain, position, guard);
    if (found !== undefined) return `${ref.facts.name}(): ${found}`;
  }
  return undefined;
}

function obstacleAt({ top, hops, held }: Chain, position: number, guard: Guard): string | undefined {
  const context = top.kind === 'root' ? top.context : undefined;
  const [root] = hops;
  const from = root?.ref.facts.name ?? '';
  if (context && !context.sleeps) return `${from}() comes from ${context.title}, where nothing may sleep`;
  const before = hops[position - 1]?.held ?? atRoot(context?.holds ?? []);
  const known = holding(before).find(({ name }) => parseLockName(name).class === guard.protection.id);
  if (known)
    return known.mode === 'write' && protectionOf(guard.protection.id)?.effect.kind === 'lock'
      ? `${from}() comes with it held for write`
      : `${from}() comes with it held: a second time deadlocks`;
  if (!mayBeTakenUnder(before, guard)) {
    const names = holding(before)
      .map(({ name }) => name.replace(/\(\w+:(?!:)/, '('))
      .join(', ');
    return `${from}() comes with ${names} held, under which it can not be taken`;
  }
  const isTakenBelow = holding(held).some(({ name }) => parseLockName(name).class === guard.protection.id);
  return isTakenBelow
    ? `on the way of ${from}() it is taken further down: a second time deadlocks`
    : undefined;
}

const atRoot = (holds: readonly { readonly protection: string; readonly mode: 'read' | 'write' }[]): Held =>
  holds.reduce((held, { protection, mode }) => take(held, protection, mode), NOTHING);
