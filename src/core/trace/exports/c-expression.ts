/** Expressions as calls of the functions in values.c. */
import type { BinaryOperator, EntryTest, Expr } from '../../program/ir.js';
import type { Model, ModelThread } from '../../machine/model.js';
import { isFoldedLevel, pageIndex, symbolName } from '../../machine/model.js';

const CALLS: Readonly<Record<BinaryOperator, string>> = {
  '+': 'v_add(',
  '-': 'v_sub(',
  '*': "v_arith('*', ",
  '/': "v_arith('/', ",
  '%': "v_arith('%', ",
  '&': "v_arith('&', ",
  '|': "v_arith('|', ",
  '^': "v_arith('^', ",
  '<<': "v_arith('l', ",
  '>>': "v_arith('r', ",
  '<': 'v_lt(',
  '<=': 'v_le(',
  '>': 'v_gt(',
  '>=': 'v_ge(',
  '==': 'v_eq(',
  '!=': 'v_ne(',
};
const TESTS: Readonly<Record<EntryTest, string>> = {
  none: 'n',
  present: 'p',
  leaf: 'l',
  table: 't',
  bad: 'b',
};

/** `variable` gives the C text of the thread's n-th variable. */
export function cExpression(
  model: Model,
  thread: ModelThread,
  variable: (number: number) => string,
): (expr: Expr) => string {
  const go = (expr: Expr): string => {
    switch (expr.kind) {
      case 'int':
        return `v_int(${Math.trunc(expr.value)}LL)`;
      case 'symbol':
      case 'address':
        return `V_SYMBOL(${model.symbols.indexOf(symbolName(expr) ?? '')})`;
      case 'unknown':
      case 'geometry':
      case 'root':
      case 'index':
        return 'V_UNKNOWN';
      case 'var':
        return variable(thread.vars.indexOf(expr.name));
      case 'entry':
        return `V_${expr.value.toUpperCase()}`;
      case 'table':
        return `V_TABLE(${pageIndex(model, expr.page)})`;
      case 'element':
        return `v_element(${pageIndex(model, expr.page)}, ${go(expr.index)})`;
      case 'descend':
        return `v_descend(${go(expr.entry)}, ${go(expr.index)})`;
      case 'is': {
        if (isFoldedLevel(model, expr.level))
          return expr.test === 'table' || expr.test === 'present' ? '1' : '0';
        return `v_test('${TESTS[expr.test]}', ${go(expr.operand)})`;
      }
      case 'not':
        return `v_not(${go(expr.operand)})`;
      case 'negate':
        return `v_neg(${go(expr.operand)})`;
      case 'complement':
        return `v_inv(${go(expr.operand)})`;
      case 'binary':
        return `${CALLS[expr.operator]}${go(expr.left)}, ${go(expr.right)})`;
    }
  };
  return go;
}
