/**
 * (d) Random walkers in C: what is lowered from them meets the same races as the same walks written in the race language, which
 * know nothing of C; every trace replays to its violation; and Spin agrees on a few (FUZZ=N for more of both, FUZZ_FROM=SEED to
 * begin elsewhere).
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import type { Exploration } from '../../src/core/explorer/exploration.js';
import { replaySchedule } from '../../src/core/explorer/replay.js';
import { FREER_FRAGMENTS } from '../../src/core/kernel/fragments.js';
import { compile } from '../../src/core/machine/compile.js';
import { createMachine } from '../../src/core/machine/machine.js';
import type { Scenario } from '../../src/core/machine/scenario.js';
import { violationClass } from '../../src/core/machine/scenario.js';
import { combine, raceOf } from '../support/races.js';
import { scenariosOf } from '../unit/replay/world.js';
import { randomWalk } from './random-walk.js';
import { askSpin, spinMissing } from './spin.js';

const FREERS = [
  { freer: 'memory-hot-remove', arch: 'arm64', variant: 'arm64' },
  { freer: 'memory-hot-remove', arch: 'x86', variant: 'x86' },
  { freer: 'huge-vmap', arch: 'x86', variant: 'pmd-x86-locked' },
] as const;
type Against = (typeof FREERS)[number];

const first = Number(process.env['FUZZ_FROM'] ?? 1);
const asked = Number(process.env['FUZZ'] ?? 6);
const seeds = Array.from({ length: Math.max(60, asked) }, (_, index) => first + index);
const BOUNDS = { maxStates: 200_000, maxMs: 30_000 };

const fragmentOf = ({ freer, variant }: Against): ReturnType<typeof raceOf> => {
  const found = FREER_FRAGMENTS.map(({ text }) => raceOf(text)).find(
    (race) => race.what.kind === 'freer' && race.what.id === freer && race.variant === variant,
  );
  if (!found) throw new Error(`${freer} has no ${variant}`);
  return found;
};
const freerOf = (seed: number): Against => FREERS[seed % FREERS.length] ?? FREERS[0];

function loweredFrom(c: string, { freer, arch, variant }: Against): Scenario {
  const [scenario] = scenariosOf(c, { freer, arch, variants: [variant] });
  if (!scenario) throw new Error('no scenario');
  return scenario;
}

const graveKinds = ({ violations }: Exploration): readonly string[] =>
  violations.map(({ kind }) => kind).filter((kind) => violationClass(kind) !== 'info');

describe('random walks in C', () => {
  it('meet the races that the same walks meet in the race language', () => {
    const verdicts = new Map<string, number>();
    for (const seed of seeds) {
      const against = freerOf(seed);
      const { c, race } = randomWalk(seed);
      const lowered = loweredFrom(c, against);
      const byHand = combine(fragmentOf(against), race, { name: 'none', enter: [], leave: [] }, against.arch);
      const [ours, theirs] = [explore(lowered, BOUNDS), explore(byHand, BOUNDS)];
      expect(graveKinds(ours), `seed ${seed}\n${c}\n${race}`).toEqual(graveKinds(theirs));
      verdicts.set(ours.verdict, (verdicts.get(ours.verdict) ?? 0) + 1);
      const { model } = compile(lowered);
      if (model === undefined) throw new Error(`seed ${seed}`);
      const machine = createMachine(model);
      for (const { kind, schedule } of ours.violations) {
        if (kind === 'deadlock' || violationClass(kind) === 'info') continue;
        expect(replaySchedule(machine, schedule).steps.at(-1)?.violation, `seed ${seed}`).toBe(kind);
      }
    }
    // Both answers are met: a fuzz that only races, or never does, tells little.
    expect(verdicts.get('race') ?? 0).toBeGreaterThan(seeds.length / 10);
    expect(verdicts.get('none') ?? 0).toBeGreaterThan(seeds.length / 50);
  }, 600_000);
});

const missing = spinMissing();
describe.skipIf(missing !== undefined)(
  `random walks in C and Spin${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    it.concurrent.each(seeds.slice(0, asked))('seed %i', async (seed) => {
      const scenario = loweredFrom(randomWalk(seed).c, freerOf(seed));
      const { model } = compile(scenario);
      if (model === undefined) throw new Error(`seed ${seed}`);
      const ours = explore(scenario, BOUNDS);
      const spin = await askSpin(model);
      expect({ kinds: spin.kinds, states: spin.states }).toEqual({
        kinds: graveKinds(ours),
        states: ours.states + 1,
      });
    });
  },
);
