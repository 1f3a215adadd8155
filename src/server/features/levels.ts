/** What a function's own text does with the levels of page tables, and which freers work on such tables. Pure. */
import { FREERS } from '../../core/kernel/freers.js';
import { primitiveOf } from '../../core/kernel/primitives.js';
import type { FreerId, Primitive, Range } from '../../core/kernel/types.js';
import { LEVELS, type Level } from '../../core/program/ir.js';
import type { Tables } from '../../core/report/report.js';

export interface Levels {
  /** From the top down. */
  readonly levels: readonly Level[];
  /** Those at which it asks whether an entry is a leaf. */
  readonly leaves: readonly Level[];
}

export function levelsIn(lines: readonly string[]): Levels {
  const names = new Set(
    lines.flatMap((line) => [...line.matchAll(/\b[A-Za-z_]\w*(?!\w)(?=\s*\()/g)].map(([name]) => name)),
  );
  const primitives = [...names].flatMap((name) => primitiveOf(name) ?? []);
  const touched = new Set(primitives.flatMap(levelsOf));
  const asked = new Set(
    primitives.flatMap((row) =>
      (row.kind === 'test' || row.kind === 'read-test') && row.tests.includes('leaf') ? [row.level] : [],
    ),
  );
  return {
    levels: LEVELS.filter((level) => touched.has(level)),
    leaves: LEVELS.filter((level) => asked.has(level)),
  };
}

function levelsOf(row: Primitive): readonly Level[] {
  switch (row.kind) {
    case 'root':
    case 'top-entry':
      return ['pgd'];
    case 'descent':
    case 'descent-by-value':
    case 'allocate':
      return [row.to];
    case 'chain':
      return LEVELS.slice(0, LEVELS.indexOf(row.to) + 1);
    case 'read':
    case 'test':
    case 'read-test':
    case 'store':
    case 'exchange':
      return [row.level];
    case 'map':
      return ['pmd', 'pte'];
    default:
      return [];
  }
}

/** Those that free tables of this kind in one of the ranges; unknown ranges are taken for all. */
export function freersOf(tables: Tables, ranges: readonly Range[]): readonly FreerId[] {
  return FREERS.filter(
    (freer) =>
      freer.tables.some((each) => each === tables || (tables === 'either' && each !== 'pfn')) &&
      (ranges.length === 0 || tables === 'pfn' || freer.ranges.some((range) => ranges.includes(range))),
  ).map(({ id }) => id);
}
