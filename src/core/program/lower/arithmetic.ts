/** Arithmetic on addresses that the kernel has macros for. */
import type { Primitive } from '../../kernel/types.js';
import type { Expr, Level } from '../ir.js';
import { either } from './branches.js';
import { emit, temporary } from './context.js';
import { binary, ONE, unknown, variable } from './expressions.js';
import type { PrimitiveCall } from './primitive-call.js';

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
  { lowering, node, args, value }: PrimitiveCall,
  operator: Extract<Primitive, { kind: 'arithmetic' }>['operator'],
): Expr {
  if (args.length < 2) return unknown(lowering, node);
  const left = value(args.length - 2);
  const right = value(args.length - 1);
  if (operator === 'align-up' || operator === 'align-down') {
    const below = binary('-', right, ONE);
    const base = operator === 'align-up' ? binary('+', left, below) : left;
    return binary('&', base, { kind: 'complement', operand: below });
  }
  return either(lowering, node, binary(operator === 'min' ? '<' : '>', left, right), left, right);
}
