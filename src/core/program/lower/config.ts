/** The condition of an #if as an expression over configuration options, which are variables of the whole program. */
import type { BinaryOperator, Expr } from '../ir.js';
import { binary, variable } from './expressions.js';
import { GLOBAL } from './paths.js';

const TOKEN = /\s*(?:(0[xX][\da-fA-F]+|\d+)[uUlL]*|([A-Za-z_]\w*|&&|\|\||[=!<>]=|<<|>>|[-+*/%<>!()]))/y;

/** Operators by how tightly they bind, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  '||': '|', '&&': '&', '==': '==', '!=': '!=', '<': '<', '>': '>', '<=': '<=', '>=': '>=', '<<': '<<', '>>': '>>',
  '+': '+', '-': '-', '*': '*', '/': '/', '%': '%',
}; // prettier-ignore

/**
 * `defined(CONFIG_X) && CONFIG_PGTABLE_LEVELS > 3`. A condition that is not understood is a variable of its own text, so
 * that the same text decides the same way everywhere.
 */
export function configCondition(text: string, isGeometry: (name: string) => boolean): Expr {
  const tokens = tokensOf(text);
  let at = 0;
  const take = (): string | undefined => tokens?.[at++];

  const primary = (): Expr | undefined => {
    const token = take();
    if (token === undefined) return undefined;
    if (token === '!') {
      const operand = primary();
      return operand && { kind: 'not', operand };
    }
    if (token === '(') {
      const inner = level(0);
      return take() === ')' ? inner : undefined;
    }
    if (/^\d/.test(token)) return { kind: 'int', value: Number(token) };
    if (!/^\w/.test(token)) return undefined;
    if (tokens?.[at] !== '(') return token === 'defined' ? named(take()) : named(token);
    at += 1;
    const inner = take();
    return take() === ')' ? named(inner) : undefined;
  };
  const named = (name: string | undefined): Expr | undefined => {
    if (name === undefined || !/^[A-Za-z_]/.test(name)) return undefined;
    return isGeometry(name) ? { kind: 'geometry', name } : variable(GLOBAL + name);
  };
  const level = (index: number): Expr | undefined => {
    const operators = LEVELS[index];
    if (!operators) return primary();
    let left = level(index + 1);
    for (;;) {
      const operator = tokens?.[at];
      if (!left || operator === undefined || !operators.includes(operator)) return left;
      at += 1;
      const right = level(index + 1);
      const op = OPERATORS[operator];
      left = right && op && binary(op, left, right);
    }
  };

  const parsed = tokens && level(0);
  return parsed && at === tokens.length ? parsed : variable(`${GLOBAL}#if ${text.replace(/[.>-]/g, '_')}`);
}

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; ;) {
    const match = TOKEN.exec(text);
    if (!match) return text.slice(end).trim() === '' ? tokens : undefined;
    tokens.push(match[1] ?? match[2] ?? '');
    end = TOKEN.lastIndex;
  }
}
