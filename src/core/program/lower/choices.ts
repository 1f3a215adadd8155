/** Values that depend on a condition of the source, with arms that are still to be lowered: `a ? b : c`. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { lowerCondition } from './conditions.js';
import { emit, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { lowerValue } from './values.js';
import { ONE, unknown, variable, ZERO } from './expressions.js';

/** 1 or 0, by the two ways of a condition. */
export function conditionAsValue(lowering: Lowering, node: Node): Expr {
  return chosen(lowering, node, node, ONE, ZERO);
}

/** `condition ? a : b`, where the arms are expressions still to be lowered, or values. */
function chosen(lowering: Lowering, whole: Node, condition: Node, yes: Node | Expr, no: Node | Expr): Expr {
  const { graph } = lowering;
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const dst = temporary(lowering);
  const arm = (value: Node | Expr): void =>
    emit(lowering, whole, { op: 'let', dst, value: 'kind' in value ? value : lowerValue(lowering, value) });
  lowerCondition(lowering, condition, then, otherwise);
  graph.place(then);
  arm(yes);
  graph.jump(end);
  graph.place(otherwise);
  arm(no);
  graph.place(end);
  return variable(dst);
}

export function lowerConditional(lowering: Lowering, node: Node): Expr {
  const condition = fieldOf(node, 'condition');
  const yes = fieldOf(node, 'consequence');
  const no = fieldOf(node, 'alternative');
  if (!condition || !no) return unknown(lowering, node);
  return yes ? chosen(lowering, node, condition, yes, no) : lowerElvis(lowering, node, condition, no);
}

/** GNU `a ?: b`: a is evaluated once. */
function lowerElvis(lowering: Lowering, node: Node, condition: Node, no: Node): Expr {
  const { graph } = lowering;
  const value = lowerValue(lowering, condition);
  const dst = temporary(lowering);
  const [otherwise, end] = [graph.label(), graph.label()];
  emit(lowering, node, { op: 'let', dst, value });
  graph.branch(variable(dst), end, otherwise, textOf(lowering, condition), placeOf(lowering, condition));
  graph.place(otherwise);
  emit(lowering, node, { op: 'let', dst, value: lowerValue(lowering, no) });
  graph.place(end);
  return variable(dst);
}
