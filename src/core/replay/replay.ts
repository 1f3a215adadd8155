/** Replay: a walker of the tree against a freer in the machine, and what came of it. */
import { parseLockName, type Held } from '../analysis/held.js';
import { explore, ScenarioError } from '../explorer/explore.js';
import { DEFAULT_BOUNDS, type Exploration, type ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import { protectionOf } from '../kernel/protections.js';
import type { FreerId } from '../kernel/types.js';
import type { Assumption, ThreadProgram } from '../program/ir.js';
import { withNumbersGoingRound } from '../program/link/counters.js';
import { link } from '../program/link/link.js';
import { TABLE_LOCK } from '../program/lower/primitive-call.js';
import type { Cancellation } from '../ports.js';
import { violationClass, type LockKind, type Scenario, type ThreadDecl } from '../machine/scenario.js';
import { othersOf, traceOf, type SourceLine } from '../trace/trace-of.js';
import type { Trace } from '../trace/trace.js';
import { sceneOfFunction, type CFreer } from './c-freer.js';
import { withoutAlone } from './alone.js';
import type { FreerProgram } from './freer-programs.js';
import {
  holdAround,
  holdingsOf,
  inScenario,
  inTakingOrder,
  withoutProtections,
  type Holding,
} from './hold.js';
import { isInsideVma } from './inside-vma.js';
import { memoryMapFor } from './memory-map.js';
import { onPossibleWays } from './impossible.js';
import { staysAtTop } from './raised.js';
import { linkOptionsOf, locksOf, sceneOfFragment, type FreerScene } from './scene.js';
import { withoutNesting, withoutStray, withoutUnheld } from './nesting.js';
import { withOwner } from './owner.js';
import { placeResolver, treeResolver } from './tree-resolver.js';
import type { ReplayWorld } from './world.js';

export interface ReplayOrder {
  readonly walker: FunctionRef;
  /** One that is known, or a function of the tree. */
  readonly freer: FreerId | CFreer;
  readonly tables: 'kernel' | 'user' | 'pfn';
  readonly arch: string;
  /** What the callers hold around the walk. */
  readonly held: Held;
  /** The mm whose tables are walked, as `held` names it: `info->mm`. */
  readonly mm?: string;
  /** Protections to leave out, of the walk's own and of the callers' (rows of kernel/protections.ts). */
  readonly without?: ReadonlySet<string>;
  /** Its callers have looked up the VMA that they are in, whether the walker does or not. */
  readonly insideVma?: true;
  /** What its callers give it for parameters that are true or false (replay/truths.ts). */
  readonly truths?: ReadonlyMap<string, boolean>;
  /** The caller owns the range: no freer works on it meanwhile. */
  readonly ownsRange?: true;
  /** What is added (`--with`). */
  readonly added: readonly Holding[];
  readonly bounds?: Partial<ExplorationBounds>;
}

export interface Explored {
  readonly kind: 'explored';
  readonly scenario: Scenario;
  readonly exploration: Exploration;
  readonly fragment: string;
}

export interface NotReplayable {
  readonly kind: 'not-replayable';
  readonly reason: string;
  readonly assumptions: readonly Assumption[];
}

/** The trace is that of the gravest kind; the others follow in the order of the violations. */
export type ReplayOutcome =
  (Explored & { readonly trace: Trace; readonly others: readonly Trace[] }) | NotReplayable;

/** Runs the walker against every program of the freer that fits, and gives the gravest outcome with the trace that shows it. */
export function replayWalk(
  world: ReplayWorld,
  order: ReplayOrder,
  cancellation: Cancellation,
): ReplayOutcome {
  const outcome = gravestOf(world, order, (scenario) =>
    explore(scenario, { ...DEFAULT_BOUNDS, ...order.bounds }, { cancellation }),
  );
  if (outcome.kind === 'not-replayable') return outcome;
  const { scenario, exploration } = outcome;
  const lines = sourceLines(world.read);
  return {
    ...outcome,
    trace: traceOf(scenario, exploration, undefined, lines),
    others: othersOf(scenario, exploration, lines),
  };
}

/**
 * The gravest outcome without a trace: for a judge, who asks whether there is a race. Its bounds count states and no time, so that
 * a busy machine gives the same verdict.
 */
export function verdictOn(
  world: ReplayWorld,
  order: ReplayOrder,
  cancellation: Cancellation,
): Explored | NotReplayable {
  return gravestOf(world, order, (scenario) =>
    explore(scenario, { ...JUDGE_BOUNDS, ...order.bounds }, { cancellation, schedules: 'shortest' }),
  );
}

/** Enough for every walk of 6.12 that replays; a race that is found is not searched for once more. */
export const JUDGE_BOUNDS: ExplorationBounds = {
  maxStates: 500_000,
  maxMs: Number.POSITIVE_INFINITY,
  enough: 10_000,
};

function gravestOf(
  world: ReplayWorld,
  order: ReplayOrder,
  exploreIt: (scenario: Scenario) => Exploration,
): Explored | NotReplayable {
  const { scenes, reason } = scenesFor(world, order);
  let best: Explored | NotReplayable | undefined;
  for (const scene of scenes) {
    const outcome = replayBeside(world, order, scene, exploreIt);
    if (!best || weight(outcome) > weight(best)) best = outcome;
    if (weight(outcome) === CONFIRMED) break;
  }
  return best ?? { kind: 'not-replayable', reason, assumptions: [] };
}

/** What the walker is put beside; the reason, when there is nothing. */
function scenesFor(
  world: ReplayWorld,
  { freer, tables, arch, walker, insideVma }: ReplayOrder,
): { readonly scenes: readonly FreerScene[]; readonly reason: string } {
  if (typeof freer !== 'string') {
    if (tables === 'pfn')
      return { scenes: [], reason: 'a function as the freer frees tables, and no memory map' };
    const made = sceneOfFunction(world, freer, { tables, arch });
    return 'scene' in made ? { scenes: [made.scene], reason: '' } : { scenes: [], reason: made.reason };
  }
  const program = world.programs.of(walker);
  const isInside = insideVma ?? (program !== undefined && isInsideVma(program, world.knowledge));
  const fragments = world.freers.fitting(freer, tables, arch, world.capabilities(arch), isInside);
  return {
    scenes: fragments.map((fragment) => sceneOf(world, arch, fragment)),
    reason: `no program of ${freer} frees ${tables} tables on ${arch} in this tree`,
  };
}

const sceneOf = (world: ReplayWorld, arch: string, fragment: FreerProgram): FreerScene =>
  sceneOfFragment(fragment, arch, world.archOf, placeResolver(world.index, world.read));

const CONFIRMED = 4;

/** A race is graver than a bug by the way (sleeping in atomic context), and that than what is not known. */
function weight(outcome: Explored | NotReplayable): number {
  if (outcome.kind === 'not-replayable') return 0;
  const { verdict, violations } = outcome.exploration;
  if (verdict !== 'race') return verdict === 'unknown' ? 2 : 1;
  return violations.some(({ kind }) => violationClass(kind) === 'race') ? CONFIRMED : 3;
}

/** The scenario of a walker against one program of a freer; what stands in the way, if it can't be made. */
export function scenarioFor(
  world: ReplayWorld,
  order: ReplayOrder,
  fragment: FreerProgram,
): { readonly scenario: Scenario } | { readonly reason: string } {
  return scenarioBeside(world, order, sceneOf(world, order.arch, fragment));
}

/** The scenario of a walker beside a freer; what stands in the way, if it can't be made. */
export function scenarioBeside(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
): { readonly scenario: Scenario } | { readonly reason: string } {
  const base = scene.scenario;
  const lockNames = base.locks.map(({ name }) => name);
  const program = world.programs.of(order.walker);
  if (!program) return { reason: `${order.walker.facts.name}() can't be parsed` };
  const names = { locks: lockNames, isKernel: scene.userRoot === undefined, mm: order.mm };
  const callersHold = inTakingOrder(holdingsOf(order.held, protectionOf));
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
  const isAbove = linked.linked ? staysAtTop(linked.program, base.pages) : linked.touchesNothing;
  if (scene.above && isAbove) {
    const above = scenarioBeside(world, order, scene.above());
    if ('scenario' in above || linked.linked) return above;
  }
  if (!linked.linked) return { reason: linked.reason };
  const without = order.without ?? NO_PROTECTIONS;
  const held = callersHold.filter(({ protection }) => !without.has(protection));
  const around = inScenario([...held, ...order.added], names);
  const isOneOfMany = (name: string): boolean => name === TABLE_LOCK || !lockNames.includes(name);
  const isOwn = (name: string): boolean =>
    !lockNames.includes(name) && protectionOf(parseLockName(name).class) === undefined;
  const own = withoutStray(withoutProtections(withoutUnheld(linked.program, options.held), without), isOwn);
  const possible = onPossibleWays(own, {
    around: countsOf(inScenario(held, names)),
    kindOf: kindsOf(own, base.locks),
    isOneOfMany,
  });
  const walker: ThreadDecl = {
    name: 'walker',
    cpu: 0,
    title: order.walker.facts.name,
    role: 'walker',
    program: withNumbersGoingRound(
      withoutNesting(holdAround(possible, around), isOneOfMany),
      options.geometry.entries ** options.geometry.levels,
    ),
  };
  const memoryMap = memoryMapFor(walker.program, base.pages);
  const scenario: Scenario = {
    ...base,
    title: `${order.walker.facts.name}() against ${base.title}`,
    pages: [...base.pages, ...memoryMap.pages],
    threads: [walker, ...base.threads],
    locks: locksOf(walker.program, base.locks),
    assumptions: [
      ...held.map(({ text, mode }) => heldAround(order.walker.facts.name, text, mode)),
      ...walker.program.assumptions,
      ...base.assumptions,
      ...memoryMap.assumptions,
      MEMORY_MODEL,
    ],
  };
  return { scenario: order.ownsRange ? withOwner(scenario) : scenario };
}

const heldAround = (name: string, lock: string, mode: string): Assumption => ({
  kind: 'caller-locks',
  text: `the callers of ${name}() hold ${lock}${mode === 'read' ? ' for read' : ''}`,
});

/** How often each is held, by the name of the lock or state. */
const countsOf = (holdings: readonly Holding[]): ReadonlyMap<string, number> =>
  new Map(holdings.map(({ name, effect }) => [effect.kind === 'lock' ? name : effect.kind, 1]));

function kindsOf(program: ThreadProgram, known: Scenario['locks']): (lock: string) => LockKind | undefined {
  const kinds = new Map(locksOf(program, known).map(({ name, kind }) => [name, kind]));
  return (lock) => kinds.get(lock);
}

const NO_PROTECTIONS: ReadonlySet<string> = new Set();

const MEMORY_MODEL: Assumption = {
  kind: 'memory-model',
  text: 'steps happen one after the other (sequential consistency); what weak memory adds is not searched',
};

/**
 * A walk that does not look at the entry above takes its table for granted: what it does by itself one level up, where that entry may be
 * none, tells nothing of it as it stands.
 */
function replayBeside(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  exploreIt: (scenario: Scenario) => Exploration,
): Explored | NotReplayable {
  const outcome = replayOnLevels(world, order, scene, exploreIt);
  if (outcome.kind === 'not-replayable' || !scene.above) return outcome;
  if (outcome.exploration.stopped !== 'alone') return outcome;
  return replayOnLevels(world, order, { ...scene, above: undefined }, exploreIt);
}

function replayOnLevels(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  exploreIt: (scenario: Scenario) => Exploration,
): Explored | NotReplayable {
  const made = scenarioBeside(world, order, scene);
  if ('reason' in made) return { kind: 'not-replayable', reason: made.reason, assumptions: [] };
  const { scenario } = made;
  try {
    return {
      kind: 'explored',
      scenario,
      exploration: withoutAlone(exploreIt(scenario)),
      fragment: scene.name,
    };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { kind: 'not-replayable', reason: error.message, assumptions: scenario.assumptions };
  }
}

/** Lines of the tree's files, split once each. */
export function sourceLines(read: (file: string) => string | undefined): SourceLine {
  const files = new Map<string, readonly string[]>();
  return (file, line) => {
    const lines = files.get(file) ?? read(file)?.split(/\r?\n/) ?? [];
    files.set(file, lines);
    return lines[line - 1];
  };
}
