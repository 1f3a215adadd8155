/** Mapping a pte table, and the locks of single tables. */
import type { Primitive } from '../../kernel/types.js';
import type { Expr, Op } from '../ir.js';
import { byTest } from './branches.js';
import { emit, placeOf, temporary, textOf } from './context.js';
import { binary, variable, ZERO } from './expressions.js';
import { load } from './loads.js';
import { descend, TABLE_LOCK, type PrimitiveCall } from './primitive-call.js';

const LOCK = { class: TABLE_LOCK };
const LOCK_POINTER: Expr = { kind: 'symbol', name: TABLE_LOCK };

/**
 * pte_offset_map() and its family. With `nullable` (since 6.5): RCU, one load of the pmd, NULL unless it is a table; with the
 * lock, the pmd is read again and the map starts over when it changed (mm/pgtable-generic.c:__pte_offset_map_lock).
 */
export function lowerMap(call: PrimitiveCall, primitive: Extract<Primitive, { kind: 'map' }>): Expr {
  const { lowering, node } = call;
  const { graph } = lowering;
  const act = (op: Op): void => emit(lowering, node, op);
  const address = call.value(primitive.address);
  const pointer = temporary(lowering);
  act({ op: 'let', dst: pointer, value: call.value(primitive.entry) });
  const result = temporary(lowering);
  if (!primitive.nullable) {
    if (primitive.rcu) act({ op: 'rcu_read_lock' });
    const entry = load(lowering, variable(pointer), 'pmd', 'plain', node, 'descent');
    if (primitive.locks) act({ op: 'lock', lock: LOCK, mode: 'write' });
    act({ op: 'let', dst: result, value: descend(entry, 'pte', address) });
    return variable(result);
  }
  const [again, end] = [graph.label(), graph.label()];
  graph.place(again);
  if (primitive.rcu) act({ op: 'rcu_read_lock' });
  const entry = load(lowering, variable(pointer), 'pmd', 'once', node, 'descent');
  const fails = (): void => {
    if (primitive.rcu) act({ op: 'rcu_read_unlock' });
    act({ op: 'let', dst: result, value: ZERO });
  };
  const maps = (): void => {
    act({ op: 'let', dst: result, value: descend(entry, 'pte', address) });
    if (!primitive.locks) return;
    act({ op: 'lock', lock: LOCK, mode: 'write' });
    const seen = load(lowering, variable(pointer), 'pmd', 'once', node);
    const changed = graph.label();
    graph.branch(binary('==', seen, entry), end, changed, textOf(lowering, node), placeOf(lowering, node));
    graph.place(changed);
    act({ op: 'unlock', lock: LOCK, mode: 'write' });
    if (primitive.rcu) act({ op: 'rcu_read_unlock' });
    graph.jump(again);
  };
  byTest(lowering, node, { test: 'table', level: 'pmd', operand: entry }, maps, fails);
  graph.place(end);
  return variable(result);
}

/** pmd_lock(mm, pmd): the lock of the table. pmd_trans_huge_lock(pmd, vma): taken only where the entry is a leaf. */
export function lowerEntryLock(
  call: PrimitiveCall,
  primitive: Extract<Primitive, { kind: 'entry-lock' }>,
): Expr {
  const { lowering, node } = call;
  const entry = call.value(primitive.entry);
  emit(lowering, node, { op: 'lock', lock: LOCK, mode: 'write' });
  if (!primitive.nullable) return LOCK_POINTER;
  const seen = load(lowering, entry, primitive.level, 'plain', node);
  const result = temporary(lowering);
  const held = (): void => emit(lowering, node, { op: 'let', dst: result, value: LOCK_POINTER });
  const letGo = (): void => {
    emit(lowering, node, { op: 'unlock', lock: LOCK, mode: 'write' });
    emit(lowering, node, { op: 'let', dst: result, value: ZERO });
  };
  byTest(lowering, node, { test: 'leaf', level: primitive.level, operand: seen }, held, letGo);
  return variable(result);
}
