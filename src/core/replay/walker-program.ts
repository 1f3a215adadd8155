/** The walker's program beside a freer: its functions linked, and inside what its callers hold. */
import { parseLockName } from '../analysis/held.js';
import { protectionOf } from '../kernel/protections.js';
import { TABLE_LOCK } from '../program/lower/primitive-call.js';
import type { LockKind, Scenario } from '../machine/scenario.js';
import type { Assumption, ThreadProgram } from '../program/ir.js';
import { withNumbersGoingRound } from '../program/link/rounds.js';
import { link, type LinkResult } from '../program/link/link.js';
import {
  holdAround,
  holdingsOf,
  inScenario,
  inTakingOrder,
  notTaken,
  withoutProtections,
  type Holding,
} from './hold.js';
import { onPossibleWays } from './impossible.js';
import { withoutNesting, withoutStray, withoutUnheld } from './nesting.js';
import { linkOptionsOf, locksOf, type FreerScene } from './scene.js';
import type { ReplayOrder } from './replay-order.js';
import { treeResolver } from './tree-resolver.js';
import type { ReplayWorld } from './world.js';

export interface WalkerProgram {
  readonly linked: LinkResult;
  /** What runs; absent where nothing could be linked. */
  readonly program?: ThreadProgram;
  /** What its callers hold around it. */
  readonly held: readonly Holding[];
}

/** The programs of one order, by what they depend on of a scene: the variants of a freer have the same tables and locks. */
export type WalkerPrograms = Map<string, WalkerProgram>;

/** The walker's program beside a freer; undefined where the function can't be parsed. */
export function walkerProgram(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  known: WalkerPrograms,
): WalkerProgram | undefined {
  const key = keyOf(scene);
  const made = known.get(key) ?? makeProgram(world, order, scene);
  if (made) known.set(key, made);
  return made;
}

function keyOf({ scenario, kernelRoot, userRoot }: FreerScene): string {
  const pages = scenario.pages.map(({ name, level, entries }) => [name, level, entries.length]);
  return JSON.stringify([pages, kernelRoot, userRoot, scenario.locks]);
}

function makeProgram(world: ReplayWorld, order: ReplayOrder, scene: FreerScene): WalkerProgram | undefined {
  const base = scene.scenario;
  const lockNames = base.locks.map(({ name }) => name);
  const program = world.programs.of(order.walker);
  if (!program) return undefined;
  const names = { locks: lockNames, isKernel: scene.userRoot === undefined, mm: order.mm };
  const callersHold = inTakingOrder(holdingsOf(order.held, protectionOf));
  const without = order.without ?? NO_PROTECTIONS;
  const held = callersHold.filter(({ protection }) => !without.has(protection));
  const options = {
    ...linkOptionsOf(base.pages, order.arch, scene, lockNames),
    held: countsOf(inScenario(callersHold, names)),
    ...(order.truths ? { truths: order.truths } : {}),
  };
  const linked = link(
    program,
    treeResolver(world.index, world.programs, order.walker.file, order.arch, world.capabilities(order.arch)),
    options,
  );
  if (!linked.linked) return { linked, held };
  const around = inScenario([...held, ...order.added], names);
  const isOneOfMany = (name: string): boolean => name === TABLE_LOCK || !lockNames.includes(name);
  const isOwn = (name: string): boolean =>
    !lockNames.includes(name) && protectionOf(parseLockName(name).class) === undefined;
  const whole = withoutUnheld(linked.program, options.held);
  const own = withoutStray(withoutProtections(whole, without), isOwn);
  const possible = onPossibleWays(own, {
    around: countsOf(inScenario(held, names)),
    kindOf: kindsOf(own, base.locks),
    isOneOfMany,
  });
  const made = withNumbersGoingRound(
    withoutNesting(holdAround(possible, around), isOneOfMany),
    options.geometry.entries ** options.geometry.levels,
  );
  const idle = notTaken(whole, callersHold, without).map(cannotBeLeftOut);
  return { linked, held, program: { ...made, assumptions: [...idle, ...made.assumptions] } };
}

const cannotBeLeftOut = (protection: string): Assumption => ({
  kind: 'caller-locks',
  text: `${protection} is not held here: that it is left out changes nothing`,
});

const NO_PROTECTIONS: ReadonlySet<string> = new Set();

/** How often each is held, by the name of the lock or state. */
const countsOf = (holdings: readonly Holding[]): ReadonlyMap<string, number> =>
  new Map(holdings.map(({ name, effect }) => [effect.kind === 'lock' ? name : effect.kind, 1]));

function kindsOf(program: ThreadProgram, known: Scenario['locks']): (lock: string) => LockKind | undefined {
  const kinds = new Map(locksOf(program, known).map(({ name, kind }) => [name, kind]));
  return (lock) => kinds.get(lock);
}
