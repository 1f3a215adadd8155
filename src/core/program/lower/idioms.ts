/** Idioms: macros and functions of kernel/idioms.ts whose meaning is one of control flow or of plain values. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { assign } from './assignments.js';
import { either } from './branches.js';
import { lowerCondition } from './conditions.js';
import { emit, fieldOf, hasEffect, placeOf, textOf, type Lowering } from './context.js';
import { binary, unknown, variable, ZERO } from './expressions.js';
import { acquireError, guardFromCall } from './guards.js';
import { load } from './loads.js';
import { lastNameOf } from './locks.js';
import { lowerIndirection, lowerSubscript } from './memory.js';
import { REST } from './initializers.js';
import { entryTypeOf, GLOBAL, pathOf } from './paths.js';
import { lowerListAdd, lowerListHead } from './table-lists.js';
import { lowerPhysical, lowerValue, rootOwner } from './values.js';

/** The value of a call of an idiom; undefined when the name is none. */
export function lowerIdiom(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const idiom = lowering.knowledge.idiom(name);
  if (idiom === undefined) return undefined;
  const { graph } = lowering;
  const [first, second] = args;
  if (idiom.kind === 'harmless') {
    for (const each of args) if (hasEffect(each)) lowerValue(lowering, each);
    return unknown(lowering, node);
  }
  if (idiom.kind === 'fills' || idiom.kind === 'clears') {
    const isPrimitive = lowering.knowledge.primitive(name) !== undefined;
    if (!isPrimitive) for (const each of args) if (hasEffect(each)) lowerValue(lowering, each);
    fill(lowering, first, idiom.kind === 'clears' ? ZERO : unknown(lowering, node), node);
    return isPrimitive ? undefined : unknown(lowering, node);
  }
  if (idiom.kind === 'list-head') {
    if (first) lowerListHead(lowering, first, node);
    return unknown(lowering, node);
  }
  if (idiom.kind === 'list-add')
    return first && second && lowerListAdd(lowering, first, second, node)
      ? unknown(lowering, node)
      : undefined;
  if (idiom.kind === 'never-returns') {
    graph.stop(textOf(lowering, node), placeOf(lowering, node));
    return unknown(lowering, node);
  }
  if (idiom.kind === 'root-table') return { kind: 'root', mm: rootOwner(idiom.of), index: ZERO };
  if (!first) return unknown(lowering, node);
  switch (idiom.kind) {
    case 'same':
      if (!isWarningOfTrylock(lowering, first, node)) return lowerValue(lowering, first);
      endIf(lowering, first, node);
      return unknown(lowering, node);
    case 'second':
      return second ? lowerValue(lowering, second) : unknown(lowering, node);
    case 'to-virtual':
      return lowerPhysical(lowering, first);
    case 'container':
      return lowerContainer(lowering, first, args, node);
    case 'config':
      return variable(GLOBAL + first.text);
    case 'is-error':
      return binary('<', lowerValue(lowering, first), ZERO);
    case 'is-error-or-null':
      return binary('<=', lowerValue(lowering, first), ZERO);
    case 'error-or-zero': {
      const value = lowerValue(lowering, first);
      return either(lowering, node, binary('<', value, ZERO), value, ZERO);
    }
    case 'read-once':
      return lowerRead(lowering, first);
    case 'write-once':
      return second
        ? lowerWrite(lowering, first, second, node, idiom.throughPointer)
        : unknown(lowering, node);
    case 'ends-if':
      endIf(lowering, first, node);
      return unknown(lowering, node);
    case 'guard':
      return guardFromCall(lowering, args, node) ?? unknown(lowering, node);
    case 'acquire-error':
      return acquireError(lowering, args, node);
    case 'scoped-guard':
    case 'scoped-try-guard':
      return unknown(lowering, node);
  }
}

/** container_of(pointer, type, member) */
function lowerContainer(lowering: Lowering, first: Node, args: readonly Node[], node: Node): Expr {
  if (hasEffect(first)) lowerValue(lowering, first);
  const pointer = pathOf(lowering, first);
  const member = args[2]?.text.replace(/\s+/g, '');
  const whole: Expr = { kind: 'unknown', text: textOf(lowering, node) };
  return pointer === undefined || member === undefined ? whole : { ...whole, container: { pointer, member } };
}

/** Gives what a pointer points to a value: a local, or the fields of an object. */
function fill(lowering: Lowering, pointer: Node | undefined, value: Expr, node: Node): void {
  if (!pointer || entryTypeOf(lowering, pointer)?.pointers === 1) return;
  const inner = withoutCast(pointer);
  const target = inner.type === 'pointer_expression' ? fieldOf(inner, 'argument') : inner;
  const path = target && pathOf(lowering, target);
  if (path === undefined) return;
  const isAddress = inner.type === 'pointer_expression' && inner.child(0)?.type === '&';
  const type = lowering.types.get(path) ?? '';
  if (isAddress && !/^(?:const )?(?:struct|union) /.test(type))
    emit(lowering, node, { op: 'let', dst: path, value });
  emit(lowering, node, { op: 'let', dst: (isAddress ? path : `${path}->*`) + REST, value });
}

function withoutCast(node: Node): Node {
  const inner = node.type === 'cast_expression' ? fieldOf(node, 'value') : undefined;
  return inner ? withoutCast(inner) : node;
}

/** `VM_WARN_ON_ONCE(mmap_read_trylock(mm));` says that the callers hold the lock for write: that it is had is no way to follow. */
function isWarningOfTrylock(lowering: Lowering, condition: Node, node: Node): boolean {
  const callee = condition.type === 'call_expression' ? fieldOf(condition, 'function') : undefined;
  const args = fieldOf(condition, 'arguments')?.namedChildren ?? [];
  return (
    node.parent?.type === 'expression_statement' &&
    callee !== undefined &&
    lowering.knowledge
      .lockCalls(callee.text, lastNameOf(lowering, args))
      .some(({ call }) => call.acquired !== undefined && !call.sleeps)
  );
}

/** BUG_ON(x): the path ends where x is true. */
function endIf(lowering: Lowering, condition: Node, node: Node): void {
  const { graph } = lowering;
  const [ends, goes] = [graph.label(), graph.label()];
  lowerCondition(lowering, condition, ends, goes);
  graph.place(ends);
  graph.stop(textOf(lowering, node), placeOf(lowering, node));
  graph.place(goes);
}

/** READ_ONCE(x): one load of the entry, or the variable. smp_load_acquire(p) takes the pointer. */
function lowerRead(lowering: Lowering, argument: Node): Expr {
  const inner =
    argument.type === 'parenthesized_expression' ? (argument.namedChild(0) ?? argument) : argument;
  if (inner.type === 'pointer_expression' && inner.child(0)?.type === '*')
    return lowerIndirection(lowering, inner, 'once');
  if (inner.type === 'subscript_expression') return lowerSubscript(lowering, inner, 'once');
  const type = entryTypeOf(lowering, inner);
  if (type?.pointers === 1 && inner.type === 'identifier') {
    return load(lowering, lowerValue(lowering, inner), type.level, 'once', argument);
  }
  return lowerValue(lowering, inner);
}

/** WRITE_ONCE(x, v), smp_store_release(p, v). */
function lowerWrite(
  lowering: Lowering,
  target: Node,
  source: Node,
  node: Node,
  throughPointer: boolean | undefined,
): Expr {
  const type = throughPointer ? entryTypeOf(lowering, target) : undefined;
  if (type?.pointers !== 1) {
    const lvalue =
      throughPointer && target.type === 'pointer_expression' ? fieldOf(target, 'argument') : target;
    return assign(lowering, lvalue ?? target, lowerValue(lowering, source), node);
  }
  const value = lowerValue(lowering, source);
  emit(lowering, node, { op: 'store', to: lowerValue(lowering, target), value, level: type.level });
  return value;
}
