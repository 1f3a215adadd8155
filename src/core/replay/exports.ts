/** A replay as text for other tools: the `.race` file that runs again, the model for Spin, the C program for AddressSanitizer. */
import { ScenarioError } from '../explorer/explore.js';
import { createMachine } from '../machine/machine.js';
import { compile } from '../machine/compile.js';
import type { Model } from '../machine/model.js';
import type { Scenario } from '../machine/scenario.js';
import { exportC } from '../trace/exports/c-program.js';
import { exportPromela } from '../trace/exports/promela.js';
import type { Expectation } from '../trace/language/ast.js';
import { printRace } from '../trace/language/print.js';
import { scenarioToRace } from '../trace/language/to-scenario.js';
import { savedTraceOf } from '../trace/saved.js';
import type { ReplayOutcome } from './replay.js';

export type ModelFormat = 'race' | 'promela' | 'c';

type Explored = Extract<ReplayOutcome, { kind: 'explored' }>;

/** The C program runs the schedule of the gravest violation; without one it runs by chance. */
export function exportOutcome({ scenario, exploration, trace }: Explored, format: ModelFormat): string {
  switch (format) {
    case 'race': {
      const saved = savedTraceOf(trace);
      const kinds = exploration.violations.map(({ kind }) => kind);
      const expect: Expectation =
        exploration.verdict === 'race' ? { verdict: 'race', kinds } : { verdict: exploration.verdict };
      return printRace(scenarioToRace(scenario, { expect, traces: saved === undefined ? [] : [saved] }));
    }
    case 'promela':
      return exportPromela(modelOf(scenario));
    case 'c':
      return exportC(createMachine(modelOf(scenario)), exploration.violations[0]?.schedule ?? []);
  }
}

/** What was explored compiles; anything else is a bug. */
function modelOf(scenario: Scenario): Model {
  const compiled = compile(scenario);
  if (compiled.errors !== undefined) throw new ScenarioError(compiled.errors);
  return compiled.model;
}
