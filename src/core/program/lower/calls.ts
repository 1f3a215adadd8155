/** Calls: an idiom, a primitive of page tables, a lock, or a call step that linking follows. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { codeChildren, emit, fieldOf, temporary, type Lowering } from './context.js';
import { unknown, variable } from './expressions.js';
import { lowerGuard } from './guards.js';
import { lowerIdiom } from './idioms.js';
import { lowerUse } from './expansions.js';
import { lowerLockCall } from './locks.js';
import { isUsed } from './assignments.js';
import { pathOf } from './paths.js';
import { lowerPrimitive } from './primitives.js';
import { lowerValue } from './values.js';

export function lowerCall(lowering: Lowering, node: Node): Expr {
  const callee = fieldOf(node, 'function');
  const list = fieldOf(node, 'arguments');
  if (!callee) return unknown(lowering, node);
  const args = list ? codeChildren(list).filter((each) => each.type !== 'ERROR') : [];
  if (callee.type === 'call_expression')
    return lowerGuard(lowering, callee, args, node) ?? lowerOther(lowering, callee, args, node);
  if (callee.type !== 'identifier' || lowering.types.has(callee.text))
    return lowerOther(lowering, callee, args, node);
  const name = callee.text;
  return (
    lowerIdiom(lowering, name, args, node) ??
    lowerPrimitive(lowering, name, args, node) ??
    lowerLockCall(lowering, name, args, node) ??
    lowerUse(lowering, name, args, node) ??
    lowerOther(lowering, callee, args, node)
  );
}

/** Any other call: a step that linking resolves. */
function lowerOther(lowering: Lowering, callee: Node, args: readonly Node[], node: Node): Expr {
  const lowered = args.map((each) => lowerValue(lowering, each));
  const target = lowerCallee(lowering, callee);
  const dst = isUsed(node) ? temporary(lowering) : undefined;
  emit(lowering, node, {
    op: 'call',
    callee: target,
    args: lowered,
    argTexts: args.map((each) => each.text.replace(/\s+/g, ' ')),
    ...(dst === undefined ? {} : { dst }),
  });
  return dst === undefined ? unknown(lowering, node) : variable(dst);
}

function lowerCallee(lowering: Lowering, callee: Node): Expr {
  if (callee.type === 'identifier') {
    return lowering.types.has(callee.text) ? variable(callee.text) : { kind: 'symbol', name: callee.text };
  }
  if (callee.type === 'parenthesized_expression' || callee.type === 'pointer_expression') {
    const inner =
      callee.type === 'pointer_expression' ? fieldOf(callee, 'argument') : codeChildren(callee)[0];
    if (inner && inner.type !== 'compound_statement') return lowerCallee(lowering, inner);
  }
  const path = pathOf(lowering, callee);
  if (path !== undefined) return variable(path);
  return callee.type === 'conditional_expression' ? lowerValue(lowering, callee) : unknown(lowering, callee);
}
