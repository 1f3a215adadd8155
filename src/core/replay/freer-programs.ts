/** The freers as programs: the fragments of kernel/freers/, read once, and which of them fits a walk in a tree. */
import { FREER_FRAGMENTS } from '../kernel/fragments.js';
import type { FreerId } from '../kernel/types.js';
import { holds } from '../kernel/when.js';
import type { RaceFile } from '../trace/language/ast.js';
import { parseRace } from '../trace/language/parse.js';

export interface FreerProgram {
  readonly freer: FreerId;
  /** File name of the fragment. */
  readonly name: string;
  readonly race: RaceFile;
}

export interface FreerPrograms {
  /**
   * The programs of a freer that free what the walk walks, on an architecture of a tree with these capabilities. Those made
   * for the architecture come before those for any. `insideVma`: the walk looked its VMA up, so that a variant for walks that
   * did not is no danger to it.
   */
  fitting(
    freer: FreerId,
    tables: 'kernel' | 'user' | 'pfn',
    arch: string,
    capabilities: ReadonlySet<string>,
    insideVma: boolean,
  ): readonly FreerProgram[];
}

/** As the fragments name it, and the matrix (`Exclusion.where`). */
const OUTSIDE_VMA = 'outside-vma';

/** Reads the shipped fragments when the first is asked for. */
export function createFreerPrograms(): FreerPrograms {
  let all: readonly FreerProgram[] | undefined;
  const load = (): readonly FreerProgram[] =>
    FREER_FRAGMENTS.map(({ file, text }) => {
      const { file: race, errors } = parseRace(text);
      if (errors) throw new Error(`${file}:${errors[0]?.line ?? 0}: ${errors[0]?.message ?? 'unreadable'}`);
      if (race.what.kind !== 'freer') throw new Error(`${file} is not a freer fragment`);
      return { freer: race.what.id as FreerId, name: file, race };
    });
  return {
    fitting: (freer, tables, arch, capabilities, insideVma) => {
      all ??= load();
      const fits = all.filter(
        (each) =>
          each.freer === freer &&
          each.race.tables === tables &&
          (each.race.arch.includes(arch) || each.race.arch.includes('any')) &&
          holds(each.race.when, capabilities) &&
          !(insideVma && each.race.variant === OUTSIDE_VMA),
      );
      const own = fits.filter(({ race }) => race.arch.includes(arch));
      return own.length > 0 ? own : fits;
    },
  };
}
