/** Arithmetic on addresses that the kernel has macros for. */
import type { Primitive } from '../../kernel/types.js';
import type { Expr, Level } from '../ir.js';
import { either } from './choices.js';
import { emit, temporary } from './context.js';
import { binary, ONE, unknown, variable } from './expressions.js';
import type { PrimitiveCall } from './primitives.js';
import { lowerValue } from './values.js';

/** include/linux/pgtable.h:pmd_addr_end(): `boundary = (addr + SIZE) & MASK; boundary - 1 < end - 1 ? boundary : end`. */
export function lowerAddressEnd(
  { lowering, node }: PrimitiveCall,
  level: Level,
  address: Expr,
  end: Expr,
): Expr {
  const prefix = level === 'pgd' ? 'PGDIR' : level === 'pte' ? 'PAGE' : level.toUpperCase();
  const size: Expr = { kind: 'geometry', name: `${prefix}_SIZE` };
  const mask: Expr = { kind: 'geometry', name: `${prefix}_MASK` };
  const boundary = temporary(lowering);
  emit(lowering, node, { op: 'let', dst: boundary, value: binary('&', binary('+', address, size), mask) });
  const inside = binary('<', binary('-', variable(boundary), ONE), binary('-', end, ONE));
  return either(lowering, node, inside, variable(boundary), end);
}

/** min(a, b), ALIGN(x, size) and their like, on the last two operands (min_t(type, a, b) has the type first). */
export function lowerArithmetic(
  { lowering, node, args }: PrimitiveCall,
  operator: Extract<Primitive, { kind: 'arithmetic' }>['operator'],
): Expr {
  const [a, b] = args.slice(-2);
  if (!a || !b) return unknown(lowering, node);
  const left = lowerValue(lowering, a);
  const right = lowerValue(lowering, b);
  if (operator === 'align-up' || operator === 'align-down') {
    const below = binary('-', right, ONE);
    const base = operator === 'align-up' ? binary('+', left, below) : left;
    return binary('&', base, { kind: 'complement', operand: below });
  }
  return either(lowering, node, binary(operator === 'min' ? '<' : '>', left, right), left, right);
}
