/** The corpus of the cross-checks: walkers x protections x freers x architectures, each a scenario with a name. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../src/core/machine/scenario.js';
import type { RaceFile } from '../../src/core/trace/language/ast.js';
import { raceToScenario } from '../../src/core/trace/language/to-scenario.js';
import { POINT_WALK, PROTECTIONS, REREADING, SINGLE_FETCH, combine, raceOf } from '../support/races.js';

export interface Case {
  readonly name: string;
  readonly scenario: Scenario;
}

const FREERS = join(import.meta.dirname, '../../src/core/kernel/freers');
const RACES = join(import.meta.dirname, 'special');
const WALKERS = { rereading: REREADING, 'single-fetch': SINGLE_FETCH, 'point-walk': POINT_WALK } as const;

/** The shipped freers of page tables, by the names of their files. */
function fragmentsWithRoots(): readonly { readonly name: string; readonly file: RaceFile }[] {
  return readdirSync(FREERS)
    .filter((name) => name.endsWith('.race'))
    .sort()
    .map((name) => ({
      name: name.replace('.race', ''),
      file: raceOf(readFileSync(join(FREERS, name), 'utf8')),
    }))
    .filter(({ file }) => file.roots.length > 0);
}

/** What the corpus of walkers does not meet: each rule of the machine has at least one race in special/ that depends on it. */
export const SPECIAL: readonly Case[] = readdirSync(RACES)
  .filter((name) => name.endsWith('.race'))
  .sort()
  .map((file) => {
    const race = raceOf(readFileSync(join(RACES, file), 'utf8'));
    return { name: race.title, scenario: raceToScenario(race) };
  });

/** Every combination, in a fixed order. */
export function corpus(): readonly Case[] {
  const combined = fragmentsWithRoots().flatMap(({ name, file }) =>
    ['x86', 'arm64'].flatMap((arch) =>
      Object.entries(WALKERS).flatMap(([walker, text]) =>
        PROTECTIONS.map((protection) => ({
          name: `${walker} / ${protection.name} / ${name} / ${arch}`,
          scenario: combine(file, text, protection, arch),
        })),
      ),
    ),
  );
  return [...SPECIAL, ...combined];
}

/** About `count` of them, spread evenly, and all the special ones. */
export function sample(count: number): readonly Case[] {
  const all = corpus();
  const rest = all.slice(SPECIAL.length);
  const every = rest.length / Math.max(1, count - SPECIAL.length);
  return [
    ...SPECIAL,
    ...rest.filter((_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every)),
  ];
}

export interface Twins {
  readonly name: string;
  readonly bare: Scenario;
  /** The same walk with a lock around it, which keeps the freer out. */
  readonly held: Scenario;
  /** Steps of the walker until it holds the lock. */
  readonly enters: number;
}

/** Which lock keeps which freers out, by the names of their fragments. */
const KEPT_OUT: readonly { readonly protection: string; readonly freers: RegExp }[] = [
  { protection: 'get_online_mems', freers: /^hot-remove-(x86|arm64|riscv|powerpc|s390)/ },
  {
    protection: 'mmap write',
    freers: /^huge-vmap-.*-locked|^set-memory-collapse-locked|^munmap-(plain|rcu|ipi)/,
  },
  { protection: 'get_online_mems + mmap write', freers: /^hot-remove-(x86|arm64)|^huge-vmap-pmd-x86-locked/ },
];

/** About `count` walks that race by themselves, each with the same under a lock that helps. */
export function twins(count: number): readonly Twins[] {
  const [nothing] = PROTECTIONS;
  const found = KEPT_OUT.flatMap(({ protection: name, freers }) => {
    const protection = PROTECTIONS.find((each) => each.name === name);
    if (nothing === undefined || protection === undefined) throw new Error(`no protection ${name}`);
    return fragmentsWithRoots()
      .filter((fragment) => freers.test(fragment.name))
      .flatMap(({ name: freer, file }) =>
        Object.entries(WALKERS).map(([walker, text]) => ({
          name: `${walker} / ${name} / ${freer}`,
          bare: combine(file, text, nothing, 'arm64'),
          held: combine(file, text, protection, 'arm64'),
          enters: protection.enter.length,
        })),
      );
  });
  const every = found.length / count;
  return found.filter((_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every));
}
