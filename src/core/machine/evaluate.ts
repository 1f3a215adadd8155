/** Expressions of the IR as functions over a thread's variables. */
import type { Expr } from '../program/ir.js';
import type { Model, ModelThread } from './model.js';
import { isFoldedLevel, pageIndex, symbolName } from './model.js';
import { binary } from './arithmetic.js';
import type { Value } from './value.js';
import * as V from './value.js';

export type Evaluate = () => Value;

/**
 * `vars` holds the thread's variables while it runs. What linking leaves symbolic (`root`, `index`, `geometry`) is
 * unknown here: a branch on it goes both ways.
 */
export function evaluator(model: Model, thread: ModelThread, vars: Int32Array): (expr: Expr) => Evaluate {
  const numberOf = new Map(thread.vars.map((name, index) => [name, index]));
  const constant =
    (value: Value): Evaluate =>
    () =>
      value;

  const build = (expr: Expr): Evaluate => {
    switch (expr.kind) {
      case 'int':
        return constant(V.int(expr.value));
      case 'symbol':
      case 'address': {
        const id = model.symbols.indexOf(symbolName(expr) ?? '');
        return constant(id < 0 ? V.UNKNOWN : V.symbol(id));
      }
      case 'unknown':
      case 'geometry':
      case 'root':
      case 'index':
        return constant(V.UNKNOWN);
      case 'var': {
        const number = numberOf.get(expr.name) ?? -1;
        return () => vars[number] ?? V.UNKNOWN;
      }
      case 'entry':
        return constant(expr.value === 'none' ? V.NONE : expr.value === 'leaf' ? V.LEAF : V.BAD);
      case 'table':
        return constant(V.tableOf(pageIndex(model, expr.page)));
      case 'element': {
        const page = pageIndex(model, expr.page);
        const index = build(expr.index);
        return () => V.element(page, index());
      }
      case 'descend': {
        const entry = build(expr.entry);
        const index = build(expr.index);
        return () => V.descend(entry(), index());
      }
      case 'is': {
        const operand = build(expr.operand);
        const { test } = expr;
        const isFolded = isFoldedLevel(model, expr.level);
        return () => V.test(test, operand(), isFolded);
      }
      case 'not': {
        const operand = build(expr.operand);
        return () => V.not(operand());
      }
      case 'negate': {
        const operand = build(expr.operand);
        return () => V.negate(operand());
      }
      case 'complement': {
        const operand = build(expr.operand);
        return () => V.complement(operand());
      }
      case 'binary': {
        const left = build(expr.left);
        const right = build(expr.right);
        const { operator } = expr;
        return () => binary(operator, left(), right());
      }
    }
  };
  return build;
}
