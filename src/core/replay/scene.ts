/** What a walker is put beside: a freer on a CPU of its own, and the tables that both of them work on. */
import { protectionOf } from '../kernel/protections.js';
import { mayHaveLevels, optionsOf } from '../kernel/settings.js';
import type { LockDecl, Scenario } from '../machine/scenario.js';
import { LEVELS, type Level, type ThreadProgram } from '../program/ir.js';
import { LINK_LIMITS, type LinkOptions } from '../program/link/link.js';
import { raceToScenario, type ArchOf } from '../trace/language/to-scenario.js';
import type { ResolvePlace } from '../trace/language/step-of.js';
import type { FreerProgram } from './freer-programs.js';
import { raised } from './raised.js';

export interface FreerScene {
  /** The fragment, or FILE:FUNCTION of a freer that is C of the tree. */
  readonly name: string;
  /** All but the walker. */
  readonly scenario: Scenario;
  /** The pages from which walks start; undefined: no such tables here. */
  readonly kernelRoot: string | undefined;
  readonly userRoot: string | undefined;
  /** The same freer one level up, for walks that stay at the top; undefined where it frees no table there. */
  readonly above?: (() => FreerScene) | undefined;
}

/** A shipped fragment on an architecture; `resolve` finds the lines of the places that it cites. */
export function sceneOfFragment(
  fragment: FreerProgram,
  arch: string,
  archOf: ArchOf,
  resolve: ResolvePlace,
): FreerScene {
  const { name, race } = fragment;
  const lifted = raised(race);
  const above = lifted && mayHaveLevels(arch, levelsOf(lifted.pages)) ? lifted : undefined;
  const root = (tables: 'kernel' | 'user'): string | undefined =>
    race.roots.find((each) => each.tables === tables)?.page;
  return {
    name,
    scenario: raceToScenario(race, { arch, archOf, resolve }),
    kernelRoot: root('kernel'),
    userRoot: root('user'),
    ...(above ? { above: () => sceneOfFragment({ ...fragment, race: above }, arch, archOf, resolve) } : {}),
  };
}

/** Levels of page tables that pages make up, from the first down. */
function levelsOf(pages: readonly { readonly level: string }[]): number {
  const top = LEVELS.findIndex((level) => pages.some((page) => page.level === level));
  return top < 0 ? 0 : LEVELS.length - top;
}

/** How C is linked to run on these tables of an architecture. */
export function linkOptionsOf(
  pages: Scenario['pages'],
  arch: string,
  roots: Pick<FreerScene, 'kernelRoot' | 'userRoot'>,
  locks: readonly string[],
): LinkOptions {
  return {
    geometry: {
      // A freer may stop above the last level: the tables begin where its first page is.
      levels: levelsOf(pages),
      entries: Math.max(...pages.map((page) => page.entries.length)),
    },
    kernelRoot: roots.kernelRoot,
    userRoot: roots.userRoot,
    pages: firstPages(pages),
    config: optionsOf(arch),
    locks,
    ...(pages.some(({ level }) => level === 'memmap') ? { frames: true } : {}),
    ...LINK_LIMITS,
  };
}

/** The first page of each level; folded levels above the top are the top page. */
function firstPages(pages: Scenario['pages']): ReadonlyMap<string, string> {
  const found = new Map<Level, string>();
  let top: string | undefined;
  for (const level of LEVELS) {
    const page = pages.find((each) => each.level === level)?.name;
    top ??= page;
    if (page !== undefined) found.set(level, page);
  }
  const [first] = pages;
  for (const level of LEVELS) {
    if (found.has(level)) break;
    if (first && top !== undefined) found.set(level, top);
  }
  return found;
}

/** Locks that are known, and those that a program takes besides. */
export function locksOf(program: ThreadProgram, known: readonly LockDecl[]): readonly LockDecl[] {
  const found = new Map(known.map((lock) => [lock.name, lock]));
  for (const step of program.steps) {
    if (step.op !== 'lock' && step.op !== 'trylock' && step.op !== 'unlock' && step.op !== 'downgrade')
      continue;
    const name = step.lock.name ?? step.lock.class;
    const effect = protectionOf(step.lock.class)?.effect;
    const unknown = step.lock.spins === true ? 'spinlock' : 'mutex';
    if (!found.has(name)) found.set(name, { name, kind: effect?.kind === 'lock' ? effect.lock : unknown });
  }
  return [...found.values()];
}
