/** Conditions: control flow by the truth of an expression, with C's short circuits. */
import type { Node } from 'web-tree-sitter';
import type { Label } from '../graph.js';
import { codeChildren, fieldOf, placeOf, textOf, type Lowering } from './context.js';
import { lowerValue } from './values.js';

/** Goes to `then` when the expression is true, else to `otherwise`. */
export function lowerCondition(lowering: Lowering, node: Node, then: Label, otherwise: Label): void {
  const { graph } = lowering;
  if (node.type === 'parenthesized_expression') {
    const [inner] = codeChildren(node);
    if (inner && inner.type !== 'compound_statement') return lowerCondition(lowering, inner, then, otherwise);
  }
  if (node.type === 'unary_expression' && node.child(0)?.type === '!') {
    const operand = fieldOf(node, 'argument');
    if (operand) return lowerCondition(lowering, operand, otherwise, then);
  }
  if (node.type === 'binary_expression') {
    const operator = fieldOf(node, 'operator')?.type;
    const left = fieldOf(node, 'left');
    const right = fieldOf(node, 'right');
    if (left && right && (operator === '&&' || operator === '||')) {
      const second = graph.label();
      if (operator === '&&') lowerCondition(lowering, left, second, otherwise);
      else lowerCondition(lowering, left, then, second);
      graph.place(second);
      return lowerCondition(lowering, right, then, otherwise);
    }
  }
  if (node.type === 'comma_expression') {
    const left = fieldOf(node, 'left');
    const right = fieldOf(node, 'right');
    if (left && right) {
      lowerValue(lowering, left);
      return lowerCondition(lowering, right, then, otherwise);
    }
  }
  if (node.type === 'call_expression' && sameIdiom(lowering, node)) {
    const argument = fieldOf(node, 'arguments')?.namedChild(0);
    if (argument) return lowerCondition(lowering, argument, then, otherwise);
  }
  const value = lowerValue(lowering, node);
  if (value.kind === 'int') return graph.jump(value.value !== 0 ? then : otherwise);
  graph.branch(value, then, otherwise, textOf(lowering, node), placeOf(lowering, node));
}

/** likely(x), WARN_ON(x): the condition is x. */
function sameIdiom(lowering: Lowering, node: Node): boolean {
  return lowering.knowledge.idiom(fieldOf(node, 'function')?.text ?? '')?.kind === 'same';
}
