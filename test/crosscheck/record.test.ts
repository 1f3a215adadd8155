/** Writes what Spin answers on the special races to spin-answers.json: RECORD=1 npx vitest run --project crosscheck test/crosscheck/record.test.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compile } from '../../src/core/machine/compile.js';
import { SPECIAL } from './corpus.js';
import { askSpin, spinMissing } from './spin.js';
import recorded from './spin-answers.json';

const missing = spinMissing();
const isRecording = process.env['RECORD'] !== undefined && missing === undefined;

it.runIf(isRecording)(
  'records what Spin answers',
  async () => {
    const answers: Record<string, unknown> = {};
    for (const { name, scenario } of SPECIAL) {
      const { model } = compile(scenario);
      if (model === undefined) throw new Error(name);
      const { kinds, states } = await askSpin(model);
      answers[name] = { kinds, states };
    }
    writeFileSync(join(import.meta.dirname, 'spin-answers.json'), `${JSON.stringify(answers, null, 2)}\n`);
  },
  600_000,
);

it('every special race has a recorded answer', () => {
  const names = new Set(Object.keys(recorded));
  expect(SPECIAL.filter(({ name }) => !names.has(name) && !isRecording).map(({ name }) => name)).toEqual([]);
});
