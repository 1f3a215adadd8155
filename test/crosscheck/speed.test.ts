/** At half a million states and more: at least half of Spin's states per second, at most 150 bytes each. Processor time, not wall. */
import { expect, it } from 'vitest';
import hotRemove from '../../src/core/kernel/freers/hot-remove-arm64.race';
import { reachAll } from '../../src/core/explorer/search.js';
import { compile } from '../../src/core/machine/compile.js';
import { createMachine } from '../../src/core/machine/machine.js';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import { manyWalkers, raceOf } from '../support/races.js';
import { askSpin, spinMissing } from './spin.js';

const missing = spinMissing();
const { model } = compile(manyWalkers(raceOf(hotRemove), 3, 5));

it.skipIf(missing !== undefined)(
  `a million states beside Spin${missing === undefined ? '' : `: skipped, ${missing}`}`,
  async () => {
    if (model === undefined) throw new Error('does not compile');
    const spin = await askSpin(model, ['gcc', '-O2']);
    let best = Infinity;
    for (let turn = 0; turn < 2; turn++) {
      const before = process.cpuUsage();
      const reached = reachAll(createMachine(model), {
        maxStates: 3_000_000,
        maxMs: 600_000,
        cancellation: NEVER_CANCELLED,
        started: Date.now(),
      });
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1e6);
      expect(reached.states + 1).toBe(spin.states);
      expect(reached.bytes / reached.states).toBeLessThan(150);
    }
    expect(spin.seconds / best).toBeGreaterThan(0.5);
  },
  300_000,
);
