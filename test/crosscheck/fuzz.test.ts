/**
 * (d) Random races: no crash, every trace replays to the same violation (thousands), and Spin agrees in kinds and states
 * (few in the gate; FUZZ=N for more, FUZZ_FROM=SEED to begin elsewhere).
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import { replaySchedule } from '../../src/core/explorer/replay.js';
import { compile } from '../../src/core/machine/compile.js';
import { createMachine } from '../../src/core/machine/machine.js';
import { violationClass } from '../../src/core/machine/scenario.js';
import { parseRace } from '../../src/core/trace/language/parse.js';
import { printRace } from '../../src/core/trace/language/print.js';
import { raceToScenario, scenarioToRace } from '../../src/core/trace/language/to-scenario.js';
import { replaySaved, savedTraceOf } from '../../src/core/trace/saved.js';
import { traceOf } from '../../src/core/trace/trace-of.js';
import { randomRace, randomRaceText } from './random-race.js';
import { askSpin, spinMissing } from './spin.js';

const BOUNDS = { maxStates: 30_000, maxMs: 20_000 };
const first = Number(process.env['FUZZ_FROM'] ?? 1);
const asked = Number(process.env['FUZZ'] ?? 12);
const seeds = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);

describe('random races alone', () => {
  it('replay each trace to the violation that it tells, and survive being written and read', () => {
    let violations = 0;
    for (const seed of seeds(Math.max(250, asked))) {
      const scenario = randomRace(seed);
      const exploration = explore(scenario, BOUNDS);
      const { model } = compile(scenario);
      if (model === undefined) throw new Error(`seed ${seed}`);
      const machine = createMachine(model);
      for (const { kind, schedule } of exploration.violations) {
        violations++;
        const replayed = replaySchedule(machine, schedule);
        const last = replayed.steps.at(-1);
        expect(replayed.stuckAt, `seed ${seed} ${kind}`).toBeUndefined();
        if (kind !== 'deadlock' && violationClass(kind) !== 'info')
          expect(last?.violation, `seed ${seed}`).toBe(kind);
        const saved = savedTraceOf(traceOf(scenario, exploration, kind));
        if (saved === undefined) throw new Error(`seed ${seed}: no trace of ${kind}`);
        const again = replaySaved(machine, saved);
        if (kind !== 'lock-order')
          expect(again, `seed ${seed} ${kind}\n${randomRaceText(seed)}`).toMatchObject({
            outcome: 'same',
            kind,
          });
      }
      const { file, errors } = parseRace(printRace(scenarioToRace(scenario)));
      expect(errors, `seed ${seed}`).toBeUndefined();
      if (file === undefined || exploration.stopped !== undefined) continue;
      const copy = explore(raceToScenario(file), BOUNDS);
      expect(
        copy.violations.map(({ kind }) => kind),
        `seed ${seed}`,
      ).toEqual(exploration.violations.map(({ kind }) => kind));
    }
    expect(violations).toBeGreaterThan(200);
  }, 300_000);
});

const missing = spinMissing();
describe.skipIf(missing !== undefined)(
  `random races and Spin${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    it.concurrent.each(seeds(asked))('seed %i', async (seed) => {
      const scenario = randomRace(seed);
      const { model } = compile(scenario);
      if (model === undefined) throw new Error(`seed ${seed}`);
      const ours = explore(scenario, { maxStates: 200_000, maxMs: 60_000 });
      if (ours.stopped !== undefined) return;
      const spin = await askSpin(model);
      const kinds = ours.violations.map(({ kind }) => kind).filter((kind) => violationClass(kind) !== 'info');
      expect({ kinds: spin.kinds, states: spin.states }, randomRaceText(seed)).toEqual({
        kinds,
        states: ours.states + 1,
      });
    });
  },
);
