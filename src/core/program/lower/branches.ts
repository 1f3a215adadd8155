/** Branches on what is a value already. */
import type { Node } from 'web-tree-sitter';
import type { EntryTest, Expr, Level } from '../ir.js';
import { emit, placeOf, temporary, textOf, type Lowering } from './context.js';
import { variable } from './expressions.js';

/** One value or the other, by a condition that is a value already. */
export function either(lowering: Lowering, node: Node, condition: Expr, yes: Expr, no: Expr): Expr {
  const { graph } = lowering;
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const dst = temporary(lowering);
  graph.branch(condition, then, otherwise, textOf(lowering, node), placeOf(lowering, node));
  graph.place(then);
  emit(lowering, node, { op: 'let', dst, value: yes });
  graph.jump(end);
  graph.place(otherwise);
  emit(lowering, node, { op: 'let', dst, value: no });
  graph.place(end);
  return variable(dst);
}

/** Runs `whenTrue` where an entry's value passes a test, else `whenFalse`. */
export function byTest(
  lowering: Lowering,
  node: Node,
  { test, level, operand }: { readonly test: EntryTest; readonly level: Level; readonly operand: Expr },
  whenTrue: () => void,
  whenFalse: () => void,
): void {
  const { graph } = lowering;
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const condition: Expr = { kind: 'is', test, level, operand };
  graph.branch(condition, then, otherwise, textOf(lowering, node), placeOf(lowering, node));
  graph.place(then);
  whenTrue();
  graph.jump(end);
  graph.place(otherwise);
  whenFalse();
  graph.place(end);
}
