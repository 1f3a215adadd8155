/**
 * Constants of the tiny geometry: page tables with `entries` entries each and as many levels as the scenario has pages for.
 * An address counts pte entries: PAGE_SIZE is 1.
 *
 * Missing levels are folded as in include/asm-generic/pgtable-nop4d.h, -nopud.h, -nopmd.h: pXd_offset() of a folded level gives
 * the same pointer; the *topmost* name of the shared table (pgd) keeps the real PTRS_PER, the folded ones have 1; the *lowest*
 * name keeps the real tests, the ones above it are never none. With three levels pgd, p4d and pud are one table.
 */
import { LEVELS } from '../program/ir.js';
import type { Level } from '../program/ir.js';

export interface Geometry {
  /** Number of levels that are tables of their own, as CONFIG_PGTABLE_LEVELS: 3 is pud, pmd, pte. 1 to 5. */
  readonly levels: number;
  /** Entries of every table. A power of two, so that masks mean something. */
  readonly entries: number;
}

/** The level under whose name the topmost table goes in a scenario: the lowest name of the folded group. */
export function topLevel({ levels }: Geometry): Level {
  return LEVELS[LEVELS.length - levels] ?? 'pte';
}

/** Is this level's entry only another name of the entry one level down? Then pXd_none() is 0 and pXd_present() 1. */
export function isFolded(level: Level, geometry: Geometry): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(topLevel(geometry));
}

/** Number of entries that code sees at a level: PTRS_PER_PXD. */
export function entriesAt(level: Level, geometry: Geometry): number {
  const own = LEVELS.indexOf(level) > LEVELS.indexOf(topLevel(geometry));
  return own || level === 'pgd' ? geometry.entries : 1;
}

/** Addresses that one entry of a level covers: PXD_SIZE. */
export function sizeOf(level: Level, geometry: Geometry): number {
  const top = LEVELS.indexOf(topLevel(geometry));
  const below = LEVELS.length - 1 - Math.max(LEVELS.indexOf(level), top);
  return geometry.entries ** below;
}

const PREFIXES: readonly (readonly [prefix: string, level: Level])[] = [
  ['PAGE', 'pte'],
  ['PMD', 'pmd'],
  ['HPAGE_PMD', 'pmd'],
  ['PUD', 'pud'],
  ['HPAGE_PUD', 'pud'],
  ['P4D', 'p4d'],
  ['PGDIR', 'pgd'],
  ['PGD', 'pgd'],
];

type Value = (geometry: Geometry) => number | undefined;

function levelConstants([prefix, level]: readonly [string, Level]): [string, Value][] {
  return [
    [`${prefix}_SIZE`, (geometry) => sizeOf(level, geometry)],
    [`${prefix}_MASK`, (geometry) => -sizeOf(level, geometry)],
    [`${prefix}_SHIFT`, (geometry) => shiftOf(sizeOf(level, geometry))],
  ];
}

/** Shift of a size; undefined when it is no power of two, since then no shift means that size. */
function shiftOf(size: number): number | undefined {
  const shift = Math.log2(size);
  return Number.isInteger(shift) ? shift : undefined;
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...PREFIXES.flatMap(levelConstants),
  ...LEVELS.map((level): [string, Value] => [
    `PTRS_PER_${level.toUpperCase()}`,
    (geometry) => entriesAt(level, geometry),
  ]),
  ['MAX_PTRS_PER_PTE', (geometry) => entriesAt('pte', geometry)],
  ['MAX_PTRS_PER_PMD', (geometry) => entriesAt('pmd', geometry)],
  ['MAX_PTRS_PER_PUD', (geometry) => entriesAt('pud', geometry)],
  ['MAX_PTRS_PER_P4D', (geometry) => entriesAt('p4d', geometry)],
  // a contiguous group is one entry here
  ...['CONT_PTES', 'CONT_PMDS'].map((name): [string, Value] => [name, () => 1]),
  ...['CONT_PTE_SHIFT', 'CONT_PTE_ORDER'].map((name): [string, Value] => [name, () => 0]),
  ['CONT_PTE_SIZE', () => 1],
  ['CONT_PTE_MASK', () => -1],
  ['CONT_PMD_SIZE', (geometry) => sizeOf('pmd', geometry)],
  ['CONT_PMD_MASK', (geometry) => -sizeOf('pmd', geometry)],
  ['CONT_PMD_SHIFT', (geometry) => shiftOf(sizeOf('pmd', geometry))],
  ['FIRST_USER_ADDRESS', () => 0],
  ['CONFIG_PGTABLE_LEVELS', ({ levels }) => levels],
]);

/** Is this name a constant of the geometry? TASK_SIZE, PAGE_OFFSET, VMALLOC_START and their like are not: where ranges lie is unknown. */
export function isGeometryConstant(name: string): boolean {
  return CONSTANTS.has(name);
}

/** Its value; undefined for a name that is none, or that has no value in this geometry (a shift where entries is no power of two). */
export function geometryConstant(name: string, geometry: Geometry): number | undefined {
  return CONSTANTS.get(name)?.(geometry);
}
