/** Replay: a walker of the tree against a freer in the machine, and what came of it. */
import type { Held } from '../analysis/held.js';
import type { Programs } from '../analysis/programs.js';
import { explore, ScenarioError } from '../explorer/explore.js';
import { DEFAULT_BOUNDS, type Exploration, type ExplorationBounds } from '../explorer/exploration.js';
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import { protectionOf } from '../kernel/protections.js';
import type { FreerId } from '../kernel/types.js';
import type { Assumption, ThreadProgram } from '../program/ir.js';
import { link } from '../program/link/link.js';
import type { Cancellation } from '../ports.js';
import type { LockDecl, Scenario, ThreadDecl } from '../machine/scenario.js';
import type { ArchOf } from '../trace/language/to-scenario.js';
import { traceOf, type SourceLine } from '../trace/trace-of.js';
import type { Trace } from '../trace/trace.js';
import type { FreerProgram, FreerPrograms } from './freer-programs.js';
import { holdAround, holdingsOf, type Holding } from './hold.js';
import { isInsideVma } from './inside-vma.js';
import { memoryMapFor } from './memory-map.js';
import { linkOptionsOf, sceneOfFragment, type FreerScene } from './scene.js';
import { placeResolver, treeResolver } from './tree-resolver.js';

/** What a replay runs on: the tree, as far as it is known. */
export interface ReplayWorld {
  readonly index: TreeIndex;
  readonly programs: Programs;
  readonly freers: FreerPrograms;
  readonly knowledge: Knowledge;
  readonly read: (file: string) => string | undefined;
  /** Capabilities of the tree on an architecture. */
  readonly capabilities: (arch: string) => ReadonlySet<string>;
  readonly archOf: ArchOf;
}

export interface ReplayOrder {
  readonly walker: FunctionRef;
  readonly freer: FreerId;
  readonly tables: 'kernel' | 'user' | 'pfn';
  readonly arch: string;
  /** What the callers hold around the walk. */
  readonly held: Held;
  /** What is added (`--with`). */
  readonly added: readonly Holding[];
  readonly bounds?: Partial<ExplorationBounds>;
}

export type ReplayOutcome =
  | {
      readonly kind: 'explored';
      readonly scenario: Scenario;
      readonly exploration: Exploration;
      readonly trace: Trace;
      readonly fragment: string;
    }
  | { readonly kind: 'not-replayable'; readonly reason: string; readonly assumptions: readonly Assumption[] };

/** Runs the walker against every program of the freer that fits, and gives the gravest outcome. */
export function replayWalk(
  world: ReplayWorld,
  order: ReplayOrder,
  cancellation: Cancellation,
): ReplayOutcome {
  const program = world.programs.of(order.walker);
  const fragments = world.freers.fitting(
    order.freer,
    order.tables,
    order.arch,
    world.capabilities(order.arch),
    program !== undefined && isInsideVma(program, world.knowledge),
  );
  if (fragments.length === 0) {
    return {
      kind: 'not-replayable',
      reason: `no program of ${order.freer} frees ${order.tables} tables on ${order.arch} in this tree`,
      assumptions: [],
    };
  }
  let best: ReplayOutcome | undefined;
  for (const fragment of fragments) {
    const outcome = replayAgainst(world, order, fragment, cancellation);
    if (!best || weight(outcome) > weight(best)) best = outcome;
    if (weight(outcome) === CONFIRMED) break;
  }
  return best ?? { kind: 'not-replayable', reason: 'nothing was run', assumptions: [] };
}

const CONFIRMED = 3;

function weight(outcome: ReplayOutcome): number {
  if (outcome.kind === 'not-replayable') return 1;
  return { race: CONFIRMED, unknown: 2, none: 1.5 }[outcome.exploration.verdict];
}

/** The scenario of a walker against one program of a freer; what stands in the way, if it can't be made. */
export function scenarioFor(
  world: ReplayWorld,
  order: ReplayOrder,
  fragment: FreerProgram,
): { readonly scenario: Scenario } | { readonly reason: string } {
  const resolve = placeResolver(world.index, world.read);
  return scenarioBeside(world, order, sceneOfFragment(fragment, order.arch, world.archOf, resolve));
}

/** The scenario of a walker beside a freer; what stands in the way, if it can't be made. */
export function scenarioBeside(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
): { readonly scenario: Scenario } | { readonly reason: string } {
  const base = scene.scenario;
  const program = world.programs.of(order.walker);
  if (!program) return { reason: `${order.walker.facts.name}() can't be parsed` };
  const linked = link(
    program,
    treeResolver(world.index, world.programs, order.walker.file, order.arch, world.capabilities(order.arch)),
    linkOptionsOf(base.pages, scene),
  );
  if (!linked.linked) return { reason: linked.reason };
  const around = [...holdingsOf(order.held, protectionOf), ...order.added];
  const walker: ThreadDecl = {
    name: 'walker',
    cpu: 0,
    title: order.walker.facts.name,
    role: 'walker',
    program: holdAround(linked.program, around),
  };
  const memoryMap = memoryMapFor(walker.program, base.pages);
  return {
    scenario: {
      ...base,
      title: `${order.walker.facts.name}() against ${base.title}`,
      pages: [...base.pages, ...memoryMap.pages],
      threads: [walker, ...base.threads],
      locks: locksOf(walker.program, base.locks),
      assumptions: [
        ...walker.program.assumptions,
        ...base.assumptions,
        ...memoryMap.assumptions,
        MEMORY_MODEL,
      ],
    },
  };
}

const MEMORY_MODEL: Assumption = {
  kind: 'memory-model',
  text: 'steps happen one after the other (sequential consistency); what weak memory adds is not searched',
};

/** Locks that are known, and those that a program takes besides. */
export function locksOf(program: ThreadProgram, known: readonly LockDecl[]): readonly LockDecl[] {
  const found = new Map(known.map((lock) => [lock.name, lock]));
  for (const step of program.steps) {
    if (step.op !== 'lock' && step.op !== 'trylock' && step.op !== 'unlock' && step.op !== 'downgrade')
      continue;
    const name = step.lock.name ?? step.lock.class;
    const effect = protectionOf(step.lock.class)?.effect;
    if (!found.has(name)) found.set(name, { name, kind: effect?.kind === 'lock' ? effect.lock : 'mutex' });
  }
  return [...found.values()];
}

function replayAgainst(
  world: ReplayWorld,
  order: ReplayOrder,
  fragment: FreerProgram,
  cancellation: Cancellation,
): ReplayOutcome {
  const made = scenarioFor(world, order, fragment);
  if ('reason' in made) return { kind: 'not-replayable', reason: made.reason, assumptions: [] };
  const { scenario } = made;
  try {
    const exploration = explore(scenario, { ...DEFAULT_BOUNDS, ...order.bounds }, { cancellation });
    const trace = traceOf(scenario, exploration, undefined, sourceLines(world.read));
    return { kind: 'explored', scenario, exploration, trace, fragment: fragment.name };
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
