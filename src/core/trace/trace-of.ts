/** Exploration -> trace for showing: replays the schedule and tells each step in words. */
import type { Exploration } from '../explorer/exploration.js';
import type { ReplayedStep } from '../explorer/replay.js';
import { replaySchedule } from '../explorer/replay.js';
import { ScenarioError } from '../explorer/explore.js';
import { compile } from '../machine/compile.js';
import type { Machine } from '../machine/machine.js';
import { createMachine, initialState } from '../machine/machine.js';
import { laneName } from '../machine/model.js';
import type { Scenario, ViolationKind } from '../machine/scenario.js';
import { RACE_KINDS, violationClass } from '../machine/scenario.js';
import { LEVELS } from '../program/ir.js';
import { headlineOf, headlineWithout } from './headline.js';
import type { NarratedStep } from './marks.js';
import { marksOf } from './marks.js';
import type { Narrator } from './narrate.js';
import { createNarrator } from './narrate.js';
import type { Scene, Trace, TraceStep } from './trace.js';

/** The C line at `file:line`, where the caller has the tree. */
export type SourceLine = (file: string, line: number) => string | undefined;

/**
 * The trace of one kind, by default the gravest that was found. No steps when nothing was found.
 * Throws ScenarioError when the scenario does not compile.
 */
export function traceOf(
  scenario: Scenario,
  exploration: Exploration,
  kind?: ViolationKind,
  sourceLine?: SourceLine,
): Trace {
  const compiled = compile(scenario);
  if (compiled.errors !== undefined) throw new ScenarioError(compiled.errors);
  const machine = createMachine(compiled.model);
  const violation = exploration.violations.find((found) => kind === undefined || found.kind === kind);
  const scene = sceneOf(machine, scenario, exploration);
  if (violation === undefined) return { ...scene, headline: headlineWithout(exploration), steps: [] };
  const { steps: replayed } = replaySchedule(machine, violation.schedule);
  const { steps, headline } = tellSteps(machine, replayed, violation.kind, sourceLine);
  return {
    ...scene,
    pages: scene.pages.filter(
      (page) => !isSpare(machine, page.name) || steps.some((step) => page.name in step.d),
    ),
    kind: violation.kind,
    headline,
    minimal: { laneChanges: violation.laneChanges, steps: steps.length },
    steps,
  };
}

/** The traces of all kinds that were found but the gravest. */
export function othersOf(
  scenario: Scenario,
  exploration: Exploration,
  sourceLine?: SourceLine,
): readonly Trace[] {
  const [, ...others] = exploration.violations;
  return others.map(({ kind }) => traceOf(scenario, exploration, kind, sourceLine));
}

function isSpare(machine: Machine, name: string): boolean {
  return machine.model.pages.some((page) => page.isSpare && page.name === name);
}

function sceneOf(machine: Machine, scenario: Scenario, exploration: Exploration): Omit<Scene, 'headline'> {
  const { model } = machine;
  const declared = scenario.pages.map(({ name, level, isStatic, entries }) => ({
    name,
    level,
    isStatic,
    entries,
  }));
  const spare = model.pages.filter((page) => page.isSpare);
  return {
    race: 1,
    title: scenario.title,
    arch: scenario.arch.name,
    verdict: exploration.verdict,
    bounds: {
      entries: Math.max(0, ...scenario.pages.map((page) => page.entries.length)),
      levels: LEVELS.filter((level) => model.levels.has(level)),
      states: exploration.states,
      complete: exploration.stopped === undefined,
    },
    assumptions: scenario.assumptions,
    pages: [
      ...declared,
      ...spare.map(({ name, level, entries }) => ({
        name,
        level,
        isStatic: false,
        entries: entries.map(() => 'none'),
      })),
    ],
    locks: scenario.locks,
    threads: scenario.threads.map(({ name, cpu, title, role }) => ({ name, cpu, title, role })),
  };
}

/** The steps of a replayed schedule in words, with the three that matter marked. */
function tellSteps(
  machine: Machine,
  replayed: readonly ReplayedStep[],
  kind: ViolationKind,
  sourceLine?: SourceLine,
): { readonly steps: readonly TraceStep[]; readonly headline: string } {
  const narrator = createNarrator(machine);
  const narrated = narrateAll(machine, narrator, replayed);
  const isRace = (RACE_KINDS as readonly string[]).includes(kind);
  const marks = isRace
    ? marksOf(
        narrated,
        machine.model.pages.map((page) => page.name),
      )
    : undefined;
  let cells = narrator.cells(replayed[0]?.before ?? initialState(machine));
  const steps = replayed.map((step, index): TraceStep => {
    const { operation, result, isWait, step: source } = narrated[index] ?? { operation: '?', isWait: false };
    const now = narrator.cells(step.after);
    const changed = [...now].filter(
      ([cell, value]) => cells.get(cell) !== value && !(value === '' && cells.get(cell) === undefined),
    );
    cells = now;
    const isLast = index === replayed.length - 1;
    const violation = isLast ? kind : undefined;
    const fault = isLast && violationClass(kind) !== 'info' && kind !== 'deadlock' ? ` !! ${kind}` : '';
    const shown = fault === '' && result !== undefined ? ` -> ${result}` : '';
    const mark =
      marks?.used === index
        ? 'used'
        : marks?.freed === index
          ? 'freed'
          : marks?.took === index
            ? 'took'
            : undefined;
    return {
      t: laneName(machine.model, step.lane),
      text: `${operation}${shown}${fault}${isWait ? ' (wait)' : ''}`,
      ...sourceOf(source, sourceLine),
      held: narrator.held(step.lane, step.before),
      d: Object.fromEntries(changed),
      ...(mark === undefined ? {} : { mark }),
      ...(isWait ? { blocked: true } : {}),
      ...(violation === undefined ? {} : { violation }),
    };
  });
  return { steps, headline: headlineOf(kind, steps, marks) };
}

function narrateAll(
  machine: Machine,
  narrator: Narrator,
  replayed: readonly ReplayedStep[],
): readonly NarratedStep[] {
  return replayed.map((step): NarratedStep => {
    const narrated = narrator.narrate(step.lane, step.before, step.after);
    const before = narrator.cells(step.before);
    const after = narrator.cells(step.after);
    const page = machine.model.pages.find(({ name }) => before.get(name) !== after.get(name));
    const change =
      page === undefined ? {} : { pageChange: { page: page.name, state: after.get(page.name) ?? '' } };
    return { ...narrated, lane: step.lane, ...change };
  });
}

function sourceOf(
  step: NarratedStep['step'],
  sourceLine: SourceLine | undefined,
): Pick<TraceStep, 'at' | 'code' | 'function'> {
  const at = step?.at;
  const name = step?.in;
  if (at === undefined) return name === undefined ? {} : { function: name };
  const code = at.line > 0 ? (sourceLine?.(at.file, at.line)?.trim() ?? step?.text) : step?.text;
  return {
    at: at.line > 0 ? `${at.file}:${at.line}` : at.file,
    ...(code === undefined || code === '' ? {} : { code }),
    ...(name === undefined ? {} : { function: name }),
  };
}
