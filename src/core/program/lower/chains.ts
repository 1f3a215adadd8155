/** Several levels in one call: whole descents, and descents that create what is missing. */
import type { Primitive } from '../../kernel/types.js';
import { LEVELS, type CallOp, type Expr, type Var } from '../ir.js';
import type { Label } from '../graph.js';
import { byTest } from './branches.js';
import { assume, emit, placeOf, temporary, textOf } from './context.js';
import { binary, ONE, variable, ZERO } from './expressions.js';
import { load } from './loads.js';
import { entryTypeOf, parentLevel } from './paths.js';
import { descend, mmOf, TABLE_LOCK, topIndex, type PrimitiveCall } from './primitive-call.js';

/** pmd_off_k(address), virt_to_kpte(address), lookup_address(address, &level). */
export function lowerChain(call: PrimitiveCall, primitive: Extract<Primitive, { kind: 'chain' }>): Expr {
  const { lowering, node } = call;
  const { graph } = lowering;
  const address = call.value(primitive.address);
  let pointer = startOf(call, primitive, address);
  const dst = temporary(lowering);
  const [none, end] = [graph.label(), graph.label()];
  const give = (value: Expr): void => emit(lowering, node, { op: 'let', dst, value });
  for (const level of LEVELS.slice(1, LEVELS.indexOf(primitive.to) + 1)) {
    const parent = parentLevel(level);
    if (primitive.checks) {
      const operand = load(lowering, pointer, parent, 'plain', node);
      const stop = (): void => {
        if (!primitive.stopsAtLeaf) return graph.jump(none);
        byTest(
          lowering,
          node,
          { test: 'leaf', level: parent, operand },
          () => {
            give(pointer);
            graph.jump(end);
          },
          () => graph.jump(none),
        );
      };
      byTest(lowering, node, { test: 'table', level: parent, operand }, () => undefined, stop);
    }
    pointer = descend(load(lowering, pointer, parent, 'plain', node, 'descent'), level, address);
  }
  give(pointer);
  if (!primitive.checks) return variable(dst);
  graph.jump(end);
  graph.place(none);
  give(ZERO);
  graph.place(end);
  return variable(dst);
}

/** The top entry: of the mm, or of the table that the first operand points to. */
function startOf(call: PrimitiveCall, { mm }: Extract<Primitive, { kind: 'chain' }>, address: Expr): Expr {
  const [first] = call.args;
  if (mm === 'unknown' && first && entryTypeOf(call.lowering, first)?.level === 'pgd')
    return binary('+', call.value(0), topIndex(address));
  return { kind: 'root', mm: mmOf(call.lowering, mm, call.args, call.value), index: topIndex(address) };
}

/** pmd_alloc(): as a descent where there is a table. That a missing table is created is not followed. */
export function lowerAllocate(
  call: PrimitiveCall,
  primitive: Extract<Primitive, { kind: 'allocate' }>,
): Expr {
  const { lowering, node } = call;
  const parent = parentLevel(primitive.to);
  const pointer = call.value(primitive.entry);
  const operand = load(lowering, pointer, parent, 'plain', node);
  const stop = (): void => {
    const text = `a missing table is not allocated: the path ends at "${textOf(lowering, node)}"`;
    assume(lowering, 'not-modelled', text, node);
    lowering.graph.stop(textOf(lowering, node), placeOf(lowering, node));
  };
  byTest(lowering, node, { test: 'none', level: parent, operand }, stop, () => undefined);
  if (primitive.address === undefined) return ZERO;
  const again = load(lowering, pointer, parent, 'plain', node, 'descent');
  return descend(again, primitive.to, call.value(primitive.address));
}

/**
 * follow_pfnmap_start() and its like: ends with the last table's lock held where it says so; either way may come out. Where the row
 * tells the address, the call is named, too, for linking to follow; the descent of the others is judged and replayed where it is.
 */
export function lowerLockedChain(
  call: PrimitiveCall,
  primitive: Extract<Primitive, { kind: 'locked-chain' }>,
): Expr {
  const { lowering, node } = call;
  const { graph } = lowering;
  const [taken, failed, end]: readonly [Label, Label, Label] = [graph.label(), graph.label(), graph.label()];
  const text = textOf(lowering, node);
  const assumption = assume(lowering, 'both-branches', `"${text}" may succeed or fail`, node);
  const result = temporary(lowering);
  const [held, not] =
    primitive.acquired === 'zero' ? [ZERO, { kind: 'int', value: -1 } as const] : [ONE, ZERO];
  const ways = [taken, failed];
  if (primitive.address === undefined) graph.choose(ways, assumption, text, placeOf(lowering, node));
  else graph.outcomes(callOf(call, result), ways, end, assumption, text, placeOf(lowering, node));
  graph.place(taken);
  if (primitive.rcu) emit(lowering, node, { op: 'rcu_read_lock' });
  emit(lowering, node, { op: 'lock', lock: { class: TABLE_LOCK }, mode: 'write' });
  emit(lowering, node, { op: 'let', dst: result, value: held });
  graph.jump(end);
  graph.place(failed);
  emit(lowering, node, { op: 'let', dst: result, value: not });
  graph.place(end);
  return variable(result);
}

function callOf({ name, args, value }: PrimitiveCall, dst: Var): CallOp {
  return {
    op: 'call',
    dst,
    callee: { kind: 'symbol', name },
    args: args.map((_, index) => value(index)),
    argTexts: args.map((each) => each.text.replace(/\s+/g, ' ')),
  };
}
