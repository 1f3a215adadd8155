/** The tiny geometry (kernel/geometry.ts) in expressions: an index becomes arithmetic on the address. */
import { entriesAt, sizeOf, type Geometry } from '../../kernel/geometry.js';
import { fold } from '../expr.js';
import type { Expr, Level } from '../ir.js';

const int = (value: number): Expr => ({ kind: 'int', value });

/** Number of addresses in the modelled range (one pte entry is 1). */
export function rangeSize(geometry: Geometry): number {
  return geometry.entries ** geometry.levels;
}

/** Index of an address at a level; entries are a power of two. */
export function indexOf(geometry: Geometry, level: Level, address: Expr): Expr {
  const entries = entriesAt(level, geometry);
  if (entries === 1) return int(0);
  const shift = Math.round(Math.log2(sizeOf(level, geometry)));
  const shifted = fold({ kind: 'binary', operator: '>>', left: address, right: int(shift) });
  return fold({ kind: 'binary', operator: '&', left: shifted, right: int(entries - 1) });
}
