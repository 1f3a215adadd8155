/** Explores a scenario: which violations are possible, and the simplest schedule of each. */
import type { Cancellation } from '../ports.js';
import { NEVER_CANCELLED } from '../ports.js';
import { compile } from '../machine/compile.js';
import type { CompileError } from '../machine/compile.js';
import type { Machine } from '../machine/machine.js';
import { createMachine } from '../machine/machine.js';
import type { Model } from '../machine/model.js';
import type { Rules } from '../machine/rules.js';
import { KERNEL_RULES } from '../machine/rules.js';
import type { Scenario } from '../machine/scenario.js';
import { VIOLATION_KINDS, violationClass } from '../machine/scenario.js';
import type { Exploration, ExplorationBounds, FoundViolation } from './exploration.js';
import { DEFAULT_BOUNDS } from './exploration.js';
import type { Limits } from './search.js';
import { reachAll } from './search.js';
import { simplestSchedules } from './simplest.js';

export interface ExploreOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: (states: number) => void;
  /** Other rules than the kernel's: for tests of the tests. */
  readonly rules?: Rules;
  /** What each violation is shown by: the schedule that is easiest to follow (a second search), or the shortest one. */
  readonly schedules?: 'simplest' | 'shortest';
}

/** A scenario that could not be compiled has no exploration: a bug of whoever made the scenario, so it is said aloud. */
export class ScenarioError extends Error {
  constructor(readonly errors: readonly CompileError[]) {
    super(errors.map(({ of, message }) => `${of}: ${message}`).join('; '));
    this.name = 'ScenarioError';
  }
}

/**
 * Explores all interleavings within the bounds. `none` is said only when every reachable state was seen; past a bound the
 * verdict is `unknown`, or `race` when a violation was met before. Deterministic but for the time bound.
 * Throws ScenarioError when the scenario does not compile (machine/compile.ts:compile tells it as a value).
 */
export function explore(
  scenario: Scenario,
  bounds: ExplorationBounds = DEFAULT_BOUNDS,
  options: ExploreOptions = {},
): Exploration {
  const compiled = compile(scenario);
  if (compiled.errors !== undefined) throw new ScenarioError(compiled.errors);
  return exploreModel(compiled.model, bounds, options);
}

function exploreModel(
  model: Model,
  bounds: ExplorationBounds = DEFAULT_BOUNDS,
  options: ExploreOptions = {},
): Exploration {
  const machine = createMachine(model, options.rules ?? KERNEL_RULES);
  const started = Date.now();
  const limits: Limits = {
    ...bounds,
    cancellation: options.cancellation ?? NEVER_CANCELLED,
    onProgress: options.onProgress,
    started,
  };
  const reached = reachAll(machine, limits);
  const wanted = new Set(options.schedules === 'shortest' ? [] : reached.kinds);
  if (options.schedules !== 'shortest' && markCycles(machine)) wanted.add('lock-order');
  const simplest =
    wanted.size === 0
      ? new Map<never, never>()
      : simplestSchedules(machine, wanted, { ...limits, started: Date.now() });
  const violations = VIOLATION_KINDS.flatMap((kind): readonly FoundViolation[] => {
    const found = simplest.get(kind);
    if (found !== undefined) return [{ kind, schedule: found.schedule, laneChanges: found.laneChanges }];
    const schedule = reached.shortest.get(kind);
    return schedule === undefined ? [] : [{ kind, schedule, laneChanges: laneChanges(schedule) }];
  });
  const isRace = violations.some(({ kind }) => violationClass(kind) !== 'info');
  return {
    verdict: isRace ? 'race' : reached.stopped === undefined ? 'none' : 'unknown',
    violations,
    states: reached.states,
    ms: Date.now() - started,
    ...(reached.stopped === undefined ? {} : { stopped: reached.stopped }),
  };
}

function laneChanges(schedule: Exploration['violations'][number]['schedule']): number {
  return schedule.filter((step, index) => index > 0 && schedule[index - 1]?.thread !== step.thread).length;
}

/** Pairs "taken while held" that lie on a cycle. Returns whether there are any. */
function markCycles(machine: Machine): boolean {
  const n = machine.model.locks.length;
  const reaches = machine.order.slice();
  for (let via = 0; via < n; via++) {
    for (let from = 0; from < n; from++) {
      for (let to = 0; to < n; to++) {
        if (reaches[from * n + via] === 1 && reaches[via * n + to] === 1) reaches[from * n + to] = 1;
      }
    }
  }
  let any = false;
  for (let held = 0; held < n; held++) {
    for (let taken = 0; taken < n; taken++) {
      if (machine.order[held * n + taken] !== 1 || reaches[taken * n + held] !== 1) continue;
      machine.cyclic[held * n + taken] = 1;
      any = true;
    }
  }
  return any;
}
