/**
 * The explorer beside Spin on the same models: one, two and three walkers against memory hot-remove.
 * Times are of the processor, not of the wall, so that a busy machine does not matter. Run: node scripts/run-ts.mjs bench/explorer.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../src/core/machine/compile.js';
import { createMachine } from '../src/core/machine/machine.js';
import type { Model } from '../src/core/machine/model.js';
import type { Scenario } from '../src/core/machine/scenario.js';
import { explore } from '../src/core/explorer/explore.js';
import { reachAll } from '../src/core/explorer/search.js';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import { exportPromela } from '../src/core/trace/exports/promela.js';
import { PROTECTIONS, REREADING, combine, raceOf } from '../test/support/races.js';

const root = process.env['WALKRACE_ROOT'] ?? process.cwd();
const fragment = raceOf(readFileSync(join(root, 'src/core/kernel/freers/hot-remove-arm64.race'), 'utf8'));
const one = raceWith(2);

/** A walker against hot-remove where each table has this many entries. */
function raceWith(entries: number): Scenario {
  const more = (level: string): readonly string[] =>
    Array<string>(entries - 2).fill(level === 'pte' ? 'leaf' : 'none');
  const pages = fragment.pages.map((page) => ({ ...page, entries: [...page.entries, ...more(page.level)] }));
  return combine(
    { ...fragment, pages },
    REREADING,
    PROTECTIONS[0] ?? { name: 'nothing', enter: [], leave: [] },
    'arm64',
  );
}

function withWalkers(count: number, entries: number): Scenario {
  const race = raceWith(entries);
  const [walker, ...others] = race.threads;
  if (walker === undefined) return race;
  const walkers = Array.from({ length: count }, (_, index) => ({
    ...walker,
    name: `walker${index}`,
    cpu: 3 + index,
  }));
  return { ...race, threads: [...walkers, ...others] };
}

function modelOf(scenario: Scenario): Model {
  const { model, errors } = compile(scenario);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return model;
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function spin(model: Model): { readonly states: number; readonly seconds: number } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-bench-'));
  try {
    writeFileSync(join(directory, 'model.pml'), exportPromela(model));
    const sh = (command: string): string =>
      spawnSync('sh', ['-c', command], { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;
    sh('spin -a model.pml && gcc -w -O2 -DSAFETY -DNOREDUCE -DMEMLIM=8192 -o pan pan.c');
    const output = sh('./pan -E -n -m2000000 -w22; times');
    const states = /(\d+) states, stored/.exec(output)?.[1];
    const [, , childUser] = [...output.matchAll(/(\d+)m([0-9.]+)s/g)].map(
      (match) => Number(match[1]) * 60 + Number(match[2]),
    );
    return states === undefined ? undefined : { states: Number(states), seconds: childUser ?? 0 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

console.log('model                      states     ours     k/s   B/state    Spin     k/s   ratio');
explore(one);
for (const [walkers, entries] of [
  [1, 2],
  [1, 3],
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 3],
] as const) {
  const model = modelOf(withWalkers(walkers, entries));
  const machine = createMachine(model);
  const before = cpu();
  const reached = reachAll(machine, {
    maxStates: 4_000_000,
    maxMs: 600_000,
    cancellation: NEVER_CANCELLED,
    started: Date.now(),
  });
  const ms = cpu() - before;
  const other = process.argv.includes('--no-spin') ? undefined : spin(model);
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
