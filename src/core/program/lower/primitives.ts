/** Primitives: what each row of kernel/primitives.ts is in steps. The rows know the names; this file knows none. */
import type { Node } from 'web-tree-sitter';
import type { EntryTest, Expr, Level, Op } from '../ir.js';
import type { Primitive } from '../../kernel/types.js';
import { lowerAddressEnd, lowerArithmetic } from './arithmetic.js';
import { lowerAllocate, lowerChain, lowerLockedChain } from './chains.js';
import { emit, fieldOf, hasEffect, temporary, type Lowering } from './context.js';
import { binary, unknown, variable, ZERO } from './expressions.js';
import { lowerEntryLock, lowerMap } from './maps.js';
import { readFrame } from './frames.js';
import { load } from './loads.js';
import { parentLevel, pathOf } from './paths.js';
import { descend, mmOf, TABLE_LOCK, topIndex, type PrimitiveCall } from './primitive-call.js';
import { lowerPageExt, lowerPfnCheck } from './pfn.js';
import { lowerValue } from './values.js';

/** The value of a call of a primitive; undefined when there is no such primitive. */
export function lowerPrimitive(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const primitive = lowering.knowledge.primitive(name);
  if (!primitive || primitive.kind === 'walk' || primitive.kind === 'translate') return undefined;
  const call: PrimitiveCall = {
    lowering,
    name,
    node,
    args,
    value: (index) => {
      const argument = args[index];
      return argument ? lowerValue(lowering, argument) : ZERO;
    },
    effects: () => {
      for (const each of args) if (hasEffect(each)) lowerValue(lowering, each);
    },
  };
  noteLockPointers(lowering, primitive, args, node);
  return lowerRead(call, primitive) ?? lowerWhole(call, primitive) ?? lowerEffect(call, primitive);
}

/** `&ptl` given to a map: a local that points to the table's lock from now on. */
function noteLockPointers(lowering: Lowering, { kind }: Primitive, args: readonly Node[], node: Node): void {
  if (kind !== 'map' && kind !== 'locked-chain') return;
  for (const each of args) {
    const local = /^&\s*(\w+)$/.exec(each.text)?.[1];
    if (local === undefined || !/\bspinlock_t \*/.test(lowering.types.get(local) ?? '')) continue;
    lowering.lockClasses.set(local, TABLE_LOCK);
    // The same that pmd_lockptr() gives, so that `ptl != pml` is decided: the model has one such lock.
    emit(lowering, node, { op: 'let', dst: local, value: { kind: 'symbol', name: TABLE_LOCK } });
  }
}

/** Pointers and values: nothing changes. */
function lowerRead(call: PrimitiveCall, primitive: Primitive): Expr | undefined {
  const { lowering, node, args, value } = call;
  switch (primitive.kind) {
    case 'root': {
      const index = primitive.address === undefined ? ZERO : topIndex(value(primitive.address));
      return { kind: 'root', mm: mmOf(lowering, primitive.mm, args, value), index };
    }
    case 'top-entry':
      return binary('+', value(primitive.table), topIndex(value(primitive.address)));
    case 'descent': {
      const parent = parentLevel(primitive.to);
      const entry = load(lowering, value(primitive.entry), parent, 'plain', node, 'descent');
      return descend(entry, primitive.to, value(primitive.address));
    }
    case 'descent-by-value': {
      const entry = value(primitive.value);
      return descend(entry, primitive.to, primitive.address === undefined ? ZERO : value(primitive.address));
    }
    case 'read':
      return load(lowering, value(primitive.entry), primitive.level, primitive.access, node);
    case 'test':
      return testOf(value(primitive.value), primitive);
    case 'read-test':
      return testOf(load(lowering, value(primitive.entry), primitive.level, 'plain', node), primitive);
    case 'equal':
      return binary('==', value(primitive.left), value(primitive.right));
    case 'property':
      return propertyOf(call, primitive.of);
    case 'same':
    case 'page-of-entry':
      return value(primitive.value);
    case 'index':
      return { kind: 'index', level: primitive.level, address: value(primitive.address) };
    case 'address-end':
      return lowerAddressEnd(call, primitive.level, value(primitive.address), value(primitive.end));
    case 'arithmetic':
      return lowerArithmetic(call, primitive.operator);
    case 'pfn-to-page':
      return { kind: 'element', page: 'memmap', index: value(primitive.pfn) };
    case 'pfn-check':
      return lowerPfnCheck(call, primitive);
    case 'page-read': {
      const page = value(primitive.page);
      readFrame(lowering, page, node);
      return primitive.gives === 'page' ? page : unknown(lowering, node);
    }
    default:
      return undefined;
  }
}

/** Calls that go a longer way: a whole descent, a map with its lock. */
function lowerWhole(call: PrimitiveCall, primitive: Primitive): Expr | undefined {
  switch (primitive.kind) {
    case 'chain':
      return lowerChain(call, primitive);
    case 'allocate':
      return lowerAllocate(call, primitive);
    case 'locked-chain':
      return lowerLockedChain(call, primitive);
    case 'map':
      return lowerMap(call, primitive);
    case 'entry-lock':
      return lowerEntryLock(call, primitive);
    default:
      return undefined;
  }
}

/** Calls that change a table, a lock or a state, or wait. */
function lowerEffect(call: PrimitiveCall, primitive: Primitive): Expr {
  const { lowering, node, value } = call;
  const act = (op: Op): void => emit(lowering, node, op);
  switch (primitive.kind) {
    case 'store':
      act({
        op: 'store',
        to: value(primitive.entry),
        value: storedValue(call, primitive),
        level: primitive.level,
      });
      break;
    case 'exchange': {
      const dst = temporary(lowering);
      const none: Expr = { kind: 'entry', value: 'none' };
      act({ op: 'exchange', dst, to: value(primitive.entry), value: none, level: primitive.level });
      if (primitive.flushes) act({ op: 'flush' });
      return variable(dst);
    }
    case 'new-table': {
      const dst = temporary(lowering);
      call.effects();
      act({ op: 'alloc', dst, level: primitive.level });
      return variable(dst);
    }
    case 'free': {
      const page = value(primitive.page);
      if (primitive.deferred === 'flush') act({ op: 'flush' });
      act({ op: primitive.deferred === 'rcu' ? 'free_rcu' : 'free', page });
      break;
    }
    case 'unmap':
      call.effects();
      if (primitive.unlocks) act({ op: 'unlock', lock: { class: TABLE_LOCK }, mode: 'write' });
      if (primitive.rcu) act({ op: 'rcu_read_unlock' });
      return ZERO;
    case 'make-leaf':
      call.effects();
      return { kind: 'entry', value: 'leaf' };
    case 'lock-of-entry':
      call.effects();
      return { kind: 'symbol', name: TABLE_LOCK };
    case 'page-ext':
      return lowerPageExt(call, primitive);
    case 'flush':
    case 'sleep':
      call.effects();
      act({ op: primitive.kind });
      break;
    case 'ipi-sync':
      act({ op: 'ipi_sync' });
      break;
    case 'grace-period':
      act({ op: 'synchronize_rcu' });
      break;
    default:
      call.effects();
      // Where it is called: an architecture may have a body for it (flush_cache_mm()).
      act({ op: 'let', dst: temporary(lowering), value: unknown(lowering, node) });
  }
  return unknown(lowering, node);
}

/** A member that no struct has: it is asked for as one is, and stays what it is as long. */
function propertyOf({ lowering, node, args }: PrimitiveCall, of: number): Expr {
  const argument = args[of];
  const path = argument && pathOf(lowering, argument);
  const name = fieldOf(node, 'function')?.text;
  if (path === undefined || name === undefined) {
    if (argument && hasEffect(argument)) lowerValue(lowering, argument);
    return unknown(lowering, node);
  }
  return variable(`${path}->${name}`);
}

/** Whether a value passes any of the tests; 1 or 0. */
function testOf(
  operand: Expr,
  row: { readonly level: Level; readonly tests: readonly EntryTest[]; readonly negated?: true },
): Expr {
  const { level } = row;
  const [first = ZERO, ...others] = row.tests.map((test): Expr => ({ kind: 'is', test, level, operand }));
  const any = others.reduce((left, right) => binary('|', left, right), first);
  return row.negated ? { kind: 'not', operand: any } : any;
}

function storedValue(call: PrimitiveCall, primitive: Extract<Primitive, { kind: 'store' }>): Expr {
  if (primitive.stores === 'leaf') return { kind: 'entry', value: 'leaf' };
  if (primitive.stores === 'table') return unknown(call.lowering, call.node);
  if (primitive.value === undefined) return { kind: 'entry', value: 'none' };
  return call.args[primitive.value] ? call.value(primitive.value) : unknown(call.lowering, call.node);
}
