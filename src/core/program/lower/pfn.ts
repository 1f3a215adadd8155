/** Checks of a pfn: a look at its section. */
import type { Primitive } from '../../kernel/types.js';
import type { Expr } from '../ir.js';
import { either } from './choices.js';
import { ZERO } from './expressions.js';
import { load } from './memory.js';
import type { PrimitiveCall } from './primitives.js';

/** pfn_valid(), pfn_to_online_page(): what they saw can be otherwise right after. */
export function lowerPfnCheck(
  { lowering, node, value }: PrimitiveCall,
  primitive: Extract<Primitive, { kind: 'pfn-check' }>,
): Expr {
  const pfn = value(primitive.pfn);
  const section: Expr = { kind: 'element', page: 'section', index: ZERO };
  const operand = load(lowering, section, 'section', 'once', node);
  const test = primitive.online ? 'table' : 'present';
  const passes: Expr = { kind: 'is', test, level: 'pte', operand };
  if (primitive.gives === 'truth') return passes;
  return either(lowering, node, passes, { kind: 'element', page: 'memmap', index: pfn }, ZERO);
}
