/**
 * (b) The schedule of each racy kind, forced on real memory: AddressSanitizer must name the line that the trace names.
 * Protected twins run clean on the racing schedule, which their locks make impossible, and by chance.
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import { compile } from '../../src/core/machine/compile.js';
import type { Machine } from '../../src/core/machine/machine.js';
import { createMachine } from '../../src/core/machine/machine.js';
import type { Scenario, ViolationKind } from '../../src/core/machine/scenario.js';
import { RACE_KINDS } from '../../src/core/machine/scenario.js';
import { exportC } from '../../src/core/trace/exports/c-program.js';
import { traceOf } from '../../src/core/trace/trace-of.js';
import { asanMissing, runUnderAsan } from './asan.js';
import { corpus, sample, twins } from './corpus.js';

const missing = asanMissing();
const skipped = missing === undefined ? '' : `: skipped, ${missing}`;
const wanted = process.env['CROSSCHECK'] ?? '48';
const cases = (wanted === 'all' ? corpus() : sample(Number(wanted))).map(({ name, scenario }) => ({
  name,
  scenario: withLines(scenario),
}));

/** What the sanitizer calls each kind. */
const ERRORS: Readonly<Record<(typeof RACE_KINDS)[number], readonly string[]>> = {
  'use-after-free': ['heap-use-after-free', 'double-free'],
  'bogus-descent': ['heap-use-after-free', 'SEGV'],
  'null-descent': ['SEGV'],
  'leaf-descent': ['SEGV'],
  'removed-memory': ['SEGV'],
};

/** Every step of every thread on a line of its own. */
function withLines(scenario: Scenario): Scenario {
  const threads = scenario.threads.map((thread) => {
    const file = `${thread.name}.c`;
    const steps = thread.program.steps.map((step, index) => ({
      ...step,
      at: { file, line: index + 1, column: 1, endLine: index + 1, endColumn: 1 },
    }));
    return { ...thread, program: { ...thread.program, steps } };
  });
  return { ...scenario, threads };
}

function machineOf(scenario: Scenario): Machine {
  const { model, errors } = compile(scenario);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return createMachine(model);
}

const racy = cases.flatMap(({ name, scenario }) =>
  explore(scenario)
    .violations.filter(({ kind }) => (RACE_KINDS as readonly ViolationKind[]).includes(kind))
    .map((violation) => ({ name: `${violation.kind}: ${name}`, scenario, violation })),
);
const safe = cases.filter(({ scenario }) => explore(scenario).verdict === 'none');

describe.skipIf(missing !== undefined)(`${racy.length} traces under AddressSanitizer${skipped}`, () => {
  it.concurrent.each(racy)('$name', async ({ scenario, violation }) => {
    const trace = traceOf(scenario, explore(scenario), violation.kind);
    const used = trace.steps.at(-1);
    const freed = trace.steps.find((step) => step.mark === 'freed');
    const [answer] = await runUnderAsan(exportC(machineOf(scenario), violation.schedule), [1]);
    expect(ERRORS[violation.kind as keyof typeof ERRORS], answer?.report).toContain(answer?.error);
    if (used?.at !== undefined) expect(answer?.at, answer?.report).toBe(used.at);
    if (violation.kind === 'use-after-free' && freed?.at !== undefined && answer?.freedAt !== undefined)
      expect(answer.freedAt).toBe(freed.at);
  });
});

describe.skipIf(missing !== undefined)(`${safe.length} races that are none, by chance${skipped}`, () => {
  it.concurrent.each(safe)('$name', async ({ scenario }) => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1);
    const answers = await runUnderAsan(exportC(machineOf(scenario), []), seeds);
    expect(answers.map(({ error }) => error)).toEqual(seeds.map(() => 'clean'));
  });
});

const pairs = twins(wanted === 'all' ? 200 : 16);

describe.skipIf(missing !== undefined)(
  `${pairs.length} walks with a lock that helps, on the schedule that races without it${skipped}`,
  () => {
    it.concurrent.each(pairs)('$name', async ({ bare, held, enters }) => {
      const racing = explore(bare).violations.find(({ kind }) => kind === 'use-after-free');
      if (racing === undefined) throw new Error('the walk does not race without the lock');
      const [own] = await runUnderAsan(exportC(machineOf(bare), racing.schedule), [1]);
      expect(ERRORS['use-after-free'], own?.report).toContain(own?.error);
      // The walker takes its locks; then the lanes are driven as in the race, and whoever can't go on loses its turn.
      const walker = bare.threads.findIndex(({ role }) => role === 'walker');
      const before = Array.from({ length: enters }, () => ({ thread: walker, choice: 0 }));
      const forced = exportC(machineOf(held), [...before, ...racing.schedule]);
      const answers = await runUnderAsan(forced, [1, 2, 3]);
      expect(answers.map(({ error, report }) => (error === 'clean' ? error : report))).toEqual(
        answers.map(() => 'clean'),
      );
    });
  },
);
