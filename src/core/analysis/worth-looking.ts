/** The names that make a file, and a function in it, worth looking at when a tree is scanned. */
import { PRIMITIVES } from '../kernel/primitives.js';
import type { PrimitiveKind } from '../kernel/types.js';
import { FRAME_READS } from '../kernel/entry-values.js';
import { ROOT_TABLES } from '../kernel/idioms.js';
import { FREER_NAMES } from './freer-findings.js';
import { WALKING_NAMES } from './walking-names.js';
import { KEEPING_NAMES, RARE_NAMES, TAKING_NAMES } from './lock-findings.js';

/** Names that make a file worth looking at, when all of a tree is asked for. */
export const SEED_NAMES: ReadonlySet<string> = new Set([
  ...WALKING_NAMES,
  ...ROOT_TABLES,
  ...RARE_NAMES,
  ...KEEPING_NAMES,
  ...FRAME_READS.map(({ api }) => api),
]);
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
  ...FRAME_READS.map(({ api }) => api),
  ...PRIMITIVES.filter(({ kind }) => HANDLING.has(kind)).map(({ name }) => name),
]);
