/**
 * (a) Spin and the explorer must agree on the set of kinds and on the number of states: Spin stores one more.
 * CROSSCHECK=all asks for every case of the corpus, CROSSCHECK=N for about N of them (60 in the gate).
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import { compile } from '../../src/core/machine/compile.js';
import { violationClass } from '../../src/core/machine/scenario.js';
import type { Case } from './corpus.js';
import { corpus, sample } from './corpus.js';
import { askSpin, spinMissing } from './spin.js';

const missing = spinMissing();
const wanted = process.env['CROSSCHECK'] ?? '60';
const cases: readonly Case[] = wanted === 'all' ? corpus() : sample(Number(wanted));

describe.skipIf(missing !== undefined)(
  `Spin and the explorer on ${cases.length} races${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    it.concurrent.each(cases)('$name', async ({ scenario }) => {
      const { model } = compile(scenario);
      if (model === undefined) throw new Error('does not compile');
      const ours = explore(scenario, { maxStates: 1_000_000, maxMs: 60_000 });
      const spin = await askSpin(model);
      const kinds = ours.violations.map(({ kind }) => kind).filter((kind) => violationClass(kind) !== 'info');
      expect({ kinds: spin.kinds, states: spin.states }).toEqual({ kinds, states: ours.states + 1 });
    });
  },
);
