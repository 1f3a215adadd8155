/**
 * The explorer beside Spin on the same models: one, two and three walkers against memory hot-remove.
 * Times are of the processor, not of the wall, so that a busy machine matters less. `npm run bench` runs it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../src/core/machine/compile.js';
import { createMachine } from '../src/core/machine/machine.js';
import type { Model } from '../src/core/machine/model.js';
import type { Scenario } from '../src/core/machine/scenario.js';
import { explore } from '../src/core/explorer/explore.js';
import { reachAll } from '../src/core/explorer/search.js';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import { askSpin, spinMissing } from '../test/crosscheck/spin.js';
import { manyWalkers, raceOf } from '../test/support/races.js';

const root = process.env['WALKRACE_ROOT'] ?? process.cwd();
const fragment = raceOf(readFileSync(join(root, 'src/core/kernel/freers/hot-remove-arm64.race'), 'utf8'));

function modelOf(scenario: Scenario): Model {
  const { model, errors } = compile(scenario);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return model;
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const missing = process.argv.includes('--no-spin') ? 'not asked' : spinMissing();
if (missing !== undefined) console.log(`without Spin: ${missing}`);
console.log('model                      states     ours     k/s   B/state    Spin     k/s   ratio');
explore(manyWalkers(fragment, 1, 2));
for (const [walkers, entries] of [
  [1, 2],
  [1, 3],
  [2, 2],
  [2, 3],
  [3, 3],
  [3, 5],
] as const) {
  const model = modelOf(manyWalkers(fragment, walkers, entries));
  const machine = createMachine(model);
  const before = cpu();
  const reached = reachAll(machine, {
    maxStates: 4_000_000,
    maxMs: 600_000,
    cancellation: NEVER_CANCELLED,
    started: Date.now(),
  });
  const ms = cpu() - before;
  const other = missing === undefined ? await askSpin(model, ['gcc', '-O2']) : undefined;
  const ours = reached.states / ms;
  const theirs = other === undefined || other.seconds === 0 ? undefined : other.states / other.seconds / 1000;
  const agrees =
    other === undefined || other.states === reached.states + 1 ? '' : `  DIFFERS: ${other.states}`;
  const columns = [
    `${walkers} walkers, ${entries} entries`.padEnd(22),
    String(reached.states).padStart(10),
    `${ms.toFixed(0)} ms`.padStart(9),
    ours.toFixed(0).padStart(7),
    (reached.bytes / reached.states).toFixed(0).padStart(9),
    (other === undefined ? '-' : `${(other.seconds * 1000).toFixed(0)} ms`).padStart(8),
    (theirs === undefined ? '-' : theirs.toFixed(0)).padStart(7),
    (theirs === undefined ? '-' : (ours / theirs).toFixed(2)).padStart(7),
  ];
  console.log(columns.join(' ') + agrees);
}
