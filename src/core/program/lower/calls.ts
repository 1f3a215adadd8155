/** Calls: an idiom, a primitive of page tables, a lock, or a call step that linking follows. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { lowerCondition } from './conditions.js';
import { codeChildren, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { lowerLockCall, lowerGuard } from './locks.js';
import { entryTypeOf, GLOBAL, pathOf } from './paths.js';
import { lowerPrimitive } from './primitives.js';
import { assign, load, lowerIndirection, lowerSubscript, lowerValue, unknown, variable } from './values.js';

export function lowerCall(lowering: Lowering, node: Node): Expr {
  const callee = fieldOf(node, 'function');
  const list = fieldOf(node, 'arguments');
  if (!callee) return unknown(node);
  const args = list ? codeChildren(list).filter((each) => each.type !== 'ERROR') : [];
  if (callee.type === 'call_expression')
    return lowerGuard(lowering, callee, args, node) ?? lowerOther(lowering, callee, args, node);
  if (callee.type !== 'identifier') return lowerOther(lowering, callee, args, node);
  const name = callee.text;
  return (
    lowerIdiom(lowering, name, args, node) ??
    lowerPrimitive(lowering, name, args, node) ??
    lowerLockCall(lowering, name, args, node) ??
    lowerOther(lowering, callee, args, node)
  );
}

function lowerIdiom(lowering: Lowering, name: string, args: readonly Node[], node: Node): Expr | undefined {
  const idiom = lowering.knowledge.idiom(name);
  const { graph } = lowering;
  const [first, second] = args;
  switch (idiom?.kind) {
    case undefined:
      return undefined;
    case 'same':
      return first ? lowerValue(lowering, first) : unknown(node);
    case 'harmless':
      for (const each of args) if (hasEffect(each)) lowerValue(lowering, each);
      return unknown(node);
    case 'config':
      return variable(`${GLOBAL}${first?.text ?? name}`);
    case 'read-once':
      return first ? lowerRead(lowering, first) : unknown(node);
    case 'write-once': {
      if (!first || !second) return unknown(node);
      const type = entryTypeOf(lowering, first);
      if (type?.pointers === 1 && name.includes('release')) {
        lowering.graph.emit(
          {
            op: 'store',
            to: lowerValue(lowering, first),
            value: lowerValue(lowering, second),
            level: type.level,
          },
          textOf(node),
          placeOf(lowering, node),
        );
        return unknown(node);
      }
      return assign(lowering, first, lowerValue(lowering, second), node);
    }
    case 'is-error':
      return first ? { kind: 'not', operand: lowerValue(lowering, first) } : unknown(node);
    case 'never-returns':
      graph.stop(textOf(node), placeOf(lowering, node));
      return unknown(node);
    case 'ends-if': {
      if (!first) return unknown(node);
      const [ends, goes] = [graph.label(), graph.label()];
      lowerCondition(lowering, first, ends, goes);
      graph.place(ends);
      graph.stop(textOf(node), placeOf(lowering, node));
      graph.place(goes);
      return unknown(node);
    }
  }
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

const EFFECTS = [
  'call_expression',
  'assignment_expression',
  'update_expression',
  'pointer_expression',
  'subscript_expression',
];

function hasEffect(node: Node): boolean {
  return EFFECTS.includes(node.type) || node.descendantsOfType(EFFECTS).length > 0;
}

/** Any other call: a step that linking resolves. */
function lowerOther(lowering: Lowering, callee: Node, args: readonly Node[], node: Node): Expr {
  const lowered = args.map((each) =>
    each.type === 'type_descriptor' ? unknown(each) : lowerValue(lowering, each),
  );
  const target = lowerCallee(lowering, callee);
  const used = node.parent?.type !== 'expression_statement';
  const dst = used ? temporary(lowering) : undefined;
  lowering.graph.emit(
    {
      op: 'call',
      callee: target,
      args: lowered,
      argTexts: args.map(textOf),
      ...(dst === undefined ? {} : { dst }),
    },
    textOf(node),
    placeOf(lowering, node),
  );
  return dst === undefined ? unknown(node) : variable(dst);
}

function lowerCallee(lowering: Lowering, callee: Node): Expr {
  if (callee.type === 'identifier') {
    return lowering.types.has(callee.text) ? variable(callee.text) : { kind: 'symbol', name: callee.text };
  }
  if (callee.type === 'parenthesized_expression' || callee.type === 'pointer_expression') {
    const inner = callee.type === 'pointer_expression' ? fieldOf(callee, 'argument') : callee.namedChild(0);
    if (inner) return lowerCallee(lowering, inner);
  }
  const path = pathOf(lowering, callee);
  return path === undefined ? unknown(callee) : variable(path);
}
