/** Reads of entries. */
import type { Node } from 'web-tree-sitter';
import type { Access, Expr, TableLevel } from '../ir.js';
import { emit, temporary, type Lowering } from './context.js';
import { variable } from './expressions.js';

/** Adds a load of the entry that `from` points to, or reads the local copy when `from` is the address of one. */
export function load(
  lowering: Lowering,
  from: Expr,
  level: TableLevel,
  access: Access,
  node: Node,
  use: 'entry' | 'descent' = 'entry',
): Expr {
  if (from.kind === 'address') return variable(from.of);
  const dst = temporary(lowering);
  emit(lowering, node, { op: 'load', dst, from, level, access, use });
  return variable(dst);
}
