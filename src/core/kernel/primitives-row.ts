/**
 * How the tables of primitives are written: a row is a name and a meaning; its source is looked up by name in
 * `primitive-sources.ts`, so that one template can make the rows of all five levels.
 */
import type { Level } from '../program/ir.js';
import type { PrimitiveMeaning, When } from './types.js';

/** A row before its source is added. */
export interface Row {
  readonly name: string;
  readonly meaning: PrimitiveMeaning;
  readonly when?: When;
}

/** Levels whose entries may point to a table, with the level that they point to. */
export const PARENTS = [
  { level: 'pgd', to: 'p4d' },
  { level: 'p4d', to: 'pud' },
  { level: 'pud', to: 'pmd' },
  { level: 'pmd', to: 'pte' },
] as const satisfies readonly { readonly level: Level; readonly to: Level }[];

/** Rows of one meaning: `named(['a', 'b'], meaning)`. */
export function named(
  names: readonly string[],
  meaning: PrimitiveMeaning,
  extra: Omit<Row, 'name' | 'meaning'> = {},
): Row[] {
  return names.map((name) => ({ name, meaning, ...extra }));
}

/** One row. */
export function row(name: string, meaning: PrimitiveMeaning, extra: Omit<Row, 'name' | 'meaning'> = {}): Row {
  return { name, meaning, ...extra };
}

/** Names out of a text, for lists too long for one name a line. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
