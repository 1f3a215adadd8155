/** Replay: a walker of the tree against a freer in the machine, and what came of it. */
import { explore, ScenarioError } from '../explorer/explore.js';
import { DEFAULT_BOUNDS, type Exploration, type ExplorationBounds } from '../explorer/exploration.js';
import type { Assumption } from '../program/ir.js';
import type { Cancellation } from '../ports.js';
import { violationClass, type Scenario } from '../machine/scenario.js';
import { othersOf, traceOf, type SourceLine } from '../trace/trace-of.js';
import type { Trace } from '../trace/trace.js';
import { sceneOfFunction } from './c-freer.js';
import { withoutAlone } from './alone.js';
import { isInsideVma } from './inside-vma.js';
import type { ReplayOrder } from './replay-order.js';
import { scenarioBeside, sceneOf } from './scenario.js';
import type { FreerScene } from './scene.js';
import type { WalkerPrograms } from './walker-program.js';
import type { ReplayWorld } from './world.js';

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
  const known: WalkerPrograms = new Map();
  for (const scene of scenes) {
    const outcome = replayBeside(world, order, scene, known, exploreIt);
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

const CONFIRMED = 4;

/** A race is graver than a bug by the way (sleeping in atomic context), and that than what is not known. */
function weight(outcome: Explored | NotReplayable): number {
  if (outcome.kind === 'not-replayable') return 0;
  const { verdict, violations } = outcome.exploration;
  if (verdict !== 'race') return verdict === 'unknown' ? 2 : 1;
  return violations.some(({ kind }) => violationClass(kind) === 'race') ? CONFIRMED : 3;
}

/**
 * A walk that does not look at the entry above takes its table for granted: what it does by itself one level up, where that entry may be
 * none, tells nothing of it as it stands.
 */
function replayBeside(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  known: WalkerPrograms,
  exploreIt: (scenario: Scenario) => Exploration,
): Explored | NotReplayable {
  const outcome = replayOnLevels(world, order, scene, known, exploreIt);
  if (outcome.kind === 'not-replayable' || !scene.above) return outcome;
  if (outcome.exploration.stopped !== 'alone') return outcome;
  return replayOnLevels(world, order, { ...scene, above: undefined }, known, exploreIt);
}

function replayOnLevels(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  known: WalkerPrograms,
  exploreIt: (scenario: Scenario) => Exploration,
): Explored | NotReplayable {
  const made = scenarioBeside(world, order, scene, known);
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
