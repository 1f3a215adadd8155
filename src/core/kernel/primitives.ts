/**
 * What a call means for a walk: the table of primitives. Lowering reads it by name; nothing else in the tool knows a kernel
 * function. A name may have several rows when its meaning depends on the tree (`when`).
 */
import { DESCENT_ROWS } from './primitives-descent.js';
import { ENTRY_ROWS } from './primitives-entry.js';
import { MAP_ROWS } from './primitives-map.js';
import { OTHER_ROWS } from './primitives-other.js';
import { PFN_ROWS } from './primitives-pfn.js';
import { STORE_ROWS } from './primitives-store.js';
import { WALK_ROWS } from './primitives-walk.js';
import type { Row } from './primitives-row.js';
import { sourceOf } from './primitive-sources.js';
import { holds, NEWEST } from './when.js';
import type { Primitive } from './types.js';

const ROWS: readonly Row[] = [
  ...DESCENT_ROWS,
  ...ENTRY_ROWS,
  ...MAP_ROWS,
  ...STORE_ROWS,
  ...WALK_ROWS,
  ...PFN_ROWS,
  ...OTHER_ROWS,
];

/** A template makes a row for each level; where no kernel has that spelling there is no source, and no row. */
export const PRIMITIVES: readonly Primitive[] = ROWS.flatMap(({ name, meaning, when }) => {
  const source = sourceOf(name);
  if (source === undefined) return [];
  return [
    {
      name,
      source,
      ...(when === undefined ? {} : { when }),
      ...meaning,
    },
  ];
});

const BY_NAME = new Map<string, readonly Primitive[]>();
for (const primitive of PRIMITIVES)
  BY_NAME.set(primitive.name, [...(BY_NAME.get(primitive.name) ?? []), primitive]);

/** Every row of a name, whatever the tree; none for a name that is no primitive. */
export function primitivesOf(name: string): readonly Primitive[] {
  return BY_NAME.get(name) ?? [];
}

/**
 * The row of a name in a tree with these capabilities (kernel/capabilities.ts; of a tree and, where a capability belongs to
 * an architecture, of that architecture). Without them: the newest kernel's meaning.
 */
export function primitiveOf(name: string, capabilities: ReadonlySet<string> = NEWEST): Primitive | undefined {
  return BY_NAME.get(name)?.find((primitive) => holds(primitive.when, capabilities));
}
