/** Expressions of the IR, made from C. */
import type { Node } from 'web-tree-sitter';
import type { BinaryOperator, Expr, Var } from '../ir.js';
import { textOf, type Lowering } from './context.js';

export const ZERO: Expr = { kind: 'int', value: 0 };
export const ONE: Expr = { kind: 'int', value: 1 };

/** What the model does not know; the C text says what it is. */
export const unknown = (lowering: Pick<Lowering, 'source'>, node: Node): Expr => ({
  kind: 'unknown',
  text: textOf(lowering, node),
});
export const variable = (name: Var): Expr => ({ kind: 'var', name });
export const binary = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});

const OPERATORS: ReadonlySet<string> = new Set<BinaryOperator>([
  ...(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>'] as const),
  ...(['<', '<=', '>', '>=', '==', '!='] as const),
]);
export const isOperator = (text: string): text is BinaryOperator => OPERATORS.has(text);
