/** Assignments: to a variable, or to an entry of a table (a store). */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { codeChildren, emit, fieldOf, temporary, type Lowering } from './context.js';
import { binary, isOperator, ONE, unknown, variable } from './expressions.js';
import { load } from './loads.js';
import { entryTypeOf, pathOf } from './paths.js';
import { lowerValue } from './values.js';

/** x++ and the like: the variable changes; the value is the old one for the postfix form. */
export function lowerUpdate(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'argument');
  if (!target) return unknown(lowering, node);
  const inner = target.type === 'unary_expression' ? fieldOf(target, 'argument') : undefined;
  // `!p++` is parsed as `(!p)++`; it is `!(p++)`.
  if (inner && target.child(0)?.type === '!')
    return { kind: 'not', operand: countOne(lowering, inner, node) };
  return countOne(lowering, target, node);
}

function countOne(lowering: Lowering, target: Node, node: Node): Expr {
  const operator = node.text.startsWith('++') || node.text.endsWith('++') ? '+' : '-';
  const pointer = storedThrough(lowering, target);
  if (pointer) return changeEntry(lowering, pointer, node);
  const path = pathOf(lowering, target);
  if (path === undefined) return unknown(lowering, node);
  const isPostfix = node.child(0)?.type !== '++' && node.child(0)?.type !== '--';
  const old = isPostfix && isUsed(node) ? temporary(lowering) : undefined;
  if (old !== undefined) emit(lowering, node, { op: 'let', dst: old, value: variable(path) });
  emit(lowering, node, { op: 'let', dst: path, value: binary(operator, variable(path), ONE) });
  return variable(old ?? path);
}

/** Whether anybody takes the value of an expression. */
export function isUsed(node: Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case 'expression_statement':
      return (
        parent.parent?.type === 'compound_statement' &&
        parent.parent.parent?.type === 'parenthesized_expression'
      );
    case 'for_statement':
      return fieldOf(parent, 'condition')?.id === node.id;
    case 'comma_expression':
      return fieldOf(parent, 'right')?.id === node.id && isUsed(parent);
    default:
      return true;
  }
}

export function lowerAssignment(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'left');
  const source = fieldOf(node, 'right');
  const operator = fieldOf(node, 'operator')?.type ?? '=';
  if (!target || !source) return unknown(lowering, node);
  if (target.type === 'identifier') noteLock(lowering, target.text, source);
  const arithmetic = operator.slice(0, -1);
  if (!isOperator(arithmetic)) return assign(lowering, target, lowerValue(lowering, source), node);
  const old = lowerValue(lowering, target);
  return assign(lowering, target, binary(arithmetic, old, lowerValue(lowering, source)), node);
}

/** Remembers the class of the lock that a local points to from now on: `ptl = pmd_lockptr(mm, pmd)`. */
export function noteLock(lowering: Lowering, local: string, source: Node): void {
  lowering.assigned.add(local);
  if (source.type !== 'call_expression') return;
  const primitive = lowering.knowledge.primitive(fieldOf(source, 'function')?.text ?? '');
  if (primitive?.kind === 'lock-of-entry' || primitive?.kind === 'entry-lock')
    lowering.lockClasses.set(local, 'ptl');
}

/** Stores a value in what an lvalue names: an entry of a table (a store), or a variable. Gives the value. */
export function assign(lowering: Lowering, target: Node, value: Expr, node: Node): Expr {
  const level = entryTypeOf(lowering, target)?.level;
  const pointer = storedThrough(lowering, target);
  if (level && pointer) {
    emit(lowering, node, { op: 'store', to: pointer, value, level });
    return value;
  }
  const path = pathOf(lowering, target);
  if (path === undefined) {
    lowerUnnamedTarget(lowering, target);
    return value;
  }
  emit(lowering, node, { op: 'let', dst: path, value });
  return variable(path);
}

/** `f(x)->field = v`, `a[f(x)] = v`: no variable of ours, but what it computes is done. */
function lowerUnnamedTarget(lowering: Lowering, target: Node): void {
  if (target.type === 'call_expression') lowerValue(lowering, target);
  else for (const child of codeChildren(target)) lowerUnnamedTarget(lowering, child);
}

/** `(*pte)++`: one load and one store. */
function changeEntry(lowering: Lowering, pointer: Expr, node: Node): Expr {
  const target = fieldOf(node, 'argument');
  const level = target && entryTypeOf(lowering, target)?.level;
  if (!level) return unknown(lowering, node);
  const old = load(lowering, pointer, level, 'plain', node);
  emit(lowering, node, { op: 'store', to: pointer, value: unknown(lowering, node), level });
  return old;
}

/** The pointer to an entry that `*p` or `p[i]` goes through; undefined for a plain variable. */
function storedThrough(lowering: Lowering, target: Node): Expr | undefined {
  const inner = target.type === 'parenthesized_expression' ? (target.namedChild(0) ?? target) : target;
  if (inner.type !== 'pointer_expression' && inner.type !== 'subscript_expression') return undefined;
  if (entryTypeOf(lowering, inner)?.pointers !== 0) return undefined;
  const base = fieldOf(inner, 'argument');
  if (!base) return undefined;
  const pointer = lowerValue(lowering, base);
  if (pointer.kind === 'address') return undefined;
  const index = inner.type === 'subscript_expression' ? fieldOf(inner, 'index') : undefined;
  return index ? binary('+', pointer, lowerValue(lowering, index)) : pointer;
}
