/** The words and operators of expressions, for who reads and who writes them. */
import type { BinaryOperator, EntryTest } from '../../program/ir.js';

/** Operators by precedence, weakest first, as in C. */
export const PRECEDENCE: readonly (readonly BinaryOperator[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The place of an operator in that order: the higher, the tighter. */
export function rankOf(operator: BinaryOperator): number {
  return PRECEDENCE.findIndex((operators) => operators.includes(operator));
}

export const TESTS: readonly EntryTest[] = ['none', 'table', 'leaf', 'bad', 'present'];
/** Words that stand for no name, unless it is between backticks. */
export const RESERVED = new Set<string>([...TESTS, 'index', 'root', 'geometry']);
