/** A scenario, with what its exploration found, for other tools: `.race`, Promela, C. */
import type { Exploration } from '../core/explorer/exploration.js';
import { compile } from '../core/machine/compile.js';
import { createMachine } from '../core/machine/machine.js';
import type { Scenario } from '../core/machine/scenario.js';
import { exportC } from '../core/trace/exports/c-program.js';
import { exportPromela } from '../core/trace/exports/promela.js';
import type { Expectation } from '../core/trace/language/ast.js';
import { printRace } from '../core/trace/language/print.js';
import { scenarioToRace } from '../core/trace/language/to-scenario.js';
import { savedTracesOf } from '../core/trace/saved.js';
import { traceOf } from '../core/trace/trace-of.js';
import { UsageError } from './status.js';

export function scenarioWritten(
  scenario: Scenario,
  exploration: Exploration,
  format: 'race' | 'promela' | 'c',
): string {
  if (format === 'race') {
    const traces = savedTracesOf(exploration, (kind) => traceOf(scenario, exploration, kind));
    return ended(printRace(scenarioToRace(scenario, { expect: expectationOf(exploration), traces })));
  }
  const { model, errors } = compile(scenario);
  if (errors !== undefined)
    throw new UsageError(errors.map(({ of, message }) => `${of}: ${message}`).join('; '));
  if (format === 'promela') return ended(exportPromela(model));
  return ended(exportC(createMachine(model), exploration.violations[0]?.schedule ?? []));
}

function expectationOf({ verdict, violations }: Exploration): Expectation {
  return verdict === 'race' ? { verdict, kinds: violations.map(({ kind }) => kind) } : { verdict };
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
