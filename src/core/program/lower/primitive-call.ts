/** What the lowerings of the rows of kernel/primitives.ts share: the call, and the values that several of them make of it. */
import type { Node } from 'web-tree-sitter';
import type { MmArgument } from '../../kernel/types.js';
import type { Expr, Level } from '../ir.js';
import type { Lowering } from './context.js';
import { variable } from './expressions.js';
import { pathOf } from './paths.js';

/** Class of the lock of one table (a row of kernel/protections.ts). */
export const TABLE_LOCK = 'ptl';

/** A call of a primitive: its operands by number. */
export interface PrimitiveCall {
  readonly lowering: Lowering;
  readonly name: string;
  readonly node: Node;
  readonly args: readonly Node[];
  /** Lowers an operand; the rows ask for each at most once. */
  readonly value: (index: number) => Expr;
  /** Lowers the operands that no row asks for: what they read or call is done all the same. */
  readonly effects: () => void;
}

/** What is below the value of an entry: the entry of that level for an address. */
export function descend(entry: Expr, level: Level, address: Expr): Expr {
  return { kind: 'descend', entry, level, index: { kind: 'index', level, address } };
}

export const topIndex = (address: Expr): Expr => ({ kind: 'index', level: 'pgd', address });

/** The mm that a row walks: an argument, a field of what an argument points to, or always init_mm. */
export function mmOf(
  lowering: Lowering,
  mm: MmArgument,
  args: readonly Node[],
  value: (index: number) => Expr,
): Expr {
  if (mm === 'init_mm') return { kind: 'symbol', name: 'init_mm' };
  if (mm === 'unknown') return { kind: 'unknown', text: 'mm' };
  if (typeof mm === 'number') return value(mm);
  const argument = args[mm.argument];
  const path = argument && pathOf(lowering, argument);
  return path === undefined ? { kind: 'unknown', text: mm.field } : variable(`${path}->${mm.field}`);
}
