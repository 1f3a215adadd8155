/** The columns of the tables: freers by architecture and generation, and the table of a walker as text. */
import type { Around } from './walkers.js';
import { AROUND, within } from './walkers.js';
import { kindsOf, letters, type Against } from './world.js';

export interface Column extends Against {
  readonly title: string;
  readonly tables: 'kernel' | 'user';
}

const kernel = (title: string, freer: Against['freer'], arch: string, ...variants: string[]): Column => ({
  title,
  freer,
  arch,
  variants,
  tables: 'kernel',
});
const user = (title: string, freer: Against['freer'], arch: string, variant: string): Column => ({
  title,
  freer,
  arch,
  variants: [variant],
  tables: 'user',
});

/** Hot-remove, and a huge vmap install before and after it takes the mmap lock of init_mm (7.2, 6.12.117, 6.1.192). */
export const KERNEL: readonly Column[] = [
  kernel('rm-arm64', 'memory-hot-remove', 'arm64', 'arm64'),
  kernel('rm-x86', 'memory-hot-remove', 'x86', 'x86'),
  kernel('vmap-arm64', 'huge-vmap', 'arm64', 'pmd-arm64', 'pud-arm64'),
  kernel('vmap-x86', 'huge-vmap', 'x86', 'pmd-x86', 'pud-x86'),
  kernel('locked-arm64', 'huge-vmap', 'arm64', 'pmd-arm64-locked', 'pud-arm64-locked'),
  kernel('locked-x86', 'huge-vmap', 'x86', 'pmd-x86-locked', 'pud-x86-locked'),
];

/** The two of the design: THP collapse that frees by call_rcu() (6.5), munmap that falls back to an IPI (4.18 to 6.13). */
export const USER: readonly Column[] = [
  user('thp-rcu', 'thp-collapse', 'x86', 'file-rcu'),
  user('munmap-ipi', 'munmap', 'x86', 'ipi'),
];

/** THP collapse after an IPI (5.4 to 6.4), munmap by a batch, and where tables are freed right after the flush. */
export const MORE_USER: readonly Column[] = [
  ...USER,
  user('thp-sync', 'thp-collapse', 'x86', 'file-sync'),
  user('munmap-rcu', 'munmap', 'x86', 'rcu'),
  user('plain-x86', 'munmap', 'x86', 'plain'),
  user('plain-arm64', 'munmap', 'arm64', 'plain'),
];

/** What the walker meets, as text: a row for each thing held, a column for each freer. */
export function tableOf(
  walker: string,
  columns: readonly Column[],
  rows: readonly Around[] = AROUND,
): string {
  const cells = rows.map((around) => [
    around.name,
    ...columns.map((column) => letters(kindsOf(within(walker, around, column.tables), column))),
  ]);
  return lined([['', ...columns.map(({ title }) => title)], ...cells]);
}

/** Rows of these names, in this order. */
export function rowsOf(...names: readonly string[]): readonly Around[] {
  return names.map((name) => {
    const found = AROUND.find((each) => each.name === name);
    if (!found) throw new Error(`no row ${name}`);
    return found;
  });
}

function lined(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
