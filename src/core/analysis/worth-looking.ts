/** The names that make a file, and a function in it, worth looking at when a tree is scanned. */
import { PRIMITIVES } from '../kernel/primitives.js';
import type { Primitive, PrimitiveKind } from '../kernel/types.js';
import { FREER_NAMES } from './freer-findings.js';
import { KEEPING_NAMES, RARE_NAMES, TAKING_NAMES } from './lock-findings.js';

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
const WALKING_NAMES: ReadonlySet<string> = new Set(
  PRIMITIVES.filter((each) => WALKING.has(each.kind) || isForHand(each)).map(({ name }) => name),
);
/** Names that make a file worth looking at, when all of a tree is asked for. */
export const SEED_NAMES: ReadonlySet<string> = new Set([...WALKING_NAMES, ...RARE_NAMES, ...KEEPING_NAMES]);
/** Kinds of primitives that a function may use of a table that it was given, and use wrongly. */
const HANDLING: ReadonlySet<PrimitiveKind> = new Set<PrimitiveKind>([
  'descent',
  'entry-lock',
  'locked-chain',
  'unmap',
]);
/** Names whose calls make a function of such a file worth looking at. */
export const LOOKED_AT_NAMES: ReadonlySet<string> = new Set([
  ...WALKING_NAMES,
  ...TAKING_NAMES,
  ...KEEPING_NAMES,
  ...FREER_NAMES,
  ...PRIMITIVES.filter(({ kind }) => HANDLING.has(kind)).map(({ name }) => name),
]);
