/** The names whose calls begin a walk. */
import { PRIMITIVES } from '../kernel/primitives.js';
import type { Primitive, PrimitiveKind } from '../kernel/types.js';

/** What a walk that begins at a table by hand calls: `init_mm.pgd + pgd_index(address)`, `p4d_offset(pgd, ..)`. */
const isForHand = (primitive: Primitive): boolean =>
  (primitive.kind === 'index' && primitive.level === 'pgd') ||
  (primitive.kind === 'descent' && primitive.to === 'p4d');

/** Kinds of primitives whose calls make a function worth looking at. */
const WALKING: ReadonlySet<PrimitiveKind> = new Set<PrimitiveKind>([
  'root',
  'top-entry',
  'chain',
  'walk',
  'pfn-to-page',
  'pfn-check',
  'map',
]);
/** Names whose calls begin a walk, or go over page frames. */
export const WALKING_NAMES: ReadonlySet<string> = new Set(
  PRIMITIVES.filter((each) => WALKING.has(each.kind) || isForHand(each)).map(({ name }) => name),
);
