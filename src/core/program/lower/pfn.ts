/** Checks of a pfn: a look at its section. What is kept beside a struct page. */
import type { Primitive } from '../../kernel/types.js';
import type { Expr } from '../ir.js';
import { either } from './branches.js';
import { ONE, unknown, variable, ZERO } from './expressions.js';
import { emit, placeOf, temporary, textOf } from './context.js';
import { load } from './loads.js';
import type { PrimitiveCall } from './primitive-call.js';

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

/**
 * page_ext_get(page): inside RCU where there is one, and else NULL and not; page_ext_put(page_ext) leaves it, and does nothing with NULL
 * (mm/page_ext.c).
 */
export function lowerPageExt(call: PrimitiveCall, { rcu }: Extract<Primitive, { kind: 'page-ext' }>): Expr {
  const { lowering, node, args } = call;
  if (rcu === 'none') {
    call.effects();
    return unknown(lowering, node);
  }
  const { graph } = lowering;
  const [there, absent, end] = [graph.label(), graph.label(), graph.label()];
  const isThere = rcu === 'leave' && args[0] ? call.value(0) : unknown(lowering, node);
  if (rcu === 'enter') call.effects();
  const result = temporary(lowering);
  graph.branch(isThere, there, absent, textOf(lowering, node), placeOf(lowering, node));
  graph.place(there);
  emit(lowering, node, { op: rcu === 'enter' ? 'rcu_read_lock' : 'rcu_read_unlock' });
  emit(lowering, node, { op: 'let', dst: result, value: ONE });
  graph.jump(end);
  graph.place(absent);
  emit(lowering, node, { op: 'let', dst: result, value: ZERO });
  graph.place(end);
  return variable(result);
}
