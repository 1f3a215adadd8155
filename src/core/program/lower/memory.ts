/** What an lvalue names: an entry of a table (a load), or a variable. */
import type { Node } from 'web-tree-sitter';
import type { Access, Expr, Var } from '../ir.js';
import { emit, fieldOf, temporary, type Lowering } from './context.js';
import { binary, unknown, variable, ZERO } from './expressions.js';
import { readMember, readThroughAddress } from './frames.js';
import { load } from './loads.js';
import { entryTypeOf, GLOBAL, pathOf } from './paths.js';
import { lowerField, lowerValue } from './values.js';

export function lowerMember(lowering: Lowering, node: Node): Expr {
  const base = fieldOf(node, 'argument');
  const field = fieldOf(node, 'field')?.text;
  if (base && field === 'pgd' && isMm(lowering, base)) {
    return { kind: 'root', mm: lowerObject(lowering, base), index: ZERO };
  }
  const isRead = readMember(lowering, node);
  const path = pathOf(lowering, node);
  if (path !== undefined) return variable(path);
  if (base && !isRead) lowerValue(lowering, base);
  return unknown(lowering, node);
}

/** Whether an expression is an mm_struct: by its declared type, or because it is named like one. */
function isMm(lowering: Lowering, node: Node): boolean {
  const type = node.type === 'identifier' ? lowering.types.get(node.text) : undefined;
  if (type !== undefined) return /\bmm_struct\b/.test(type);
  return /(^|[.>])(\w*_)?mm$/.test(node.text);
}

/** The object that `a` in `a.f` or `a->f` is, as a value that can be compared: &init_mm and init_mm. give the same symbol. */
function lowerObject(lowering: Lowering, node: Node): Expr {
  if (node.type === 'identifier' && !lowering.types.has(node.text))
    return { kind: 'symbol', name: node.text };
  return lowerValue(lowering, node);
}

export function lowerAddress(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'argument');
  if (!target) return unknown(lowering, node);
  const inner = target.type === 'parenthesized_expression' ? (target.namedChild(0) ?? target) : target;
  if (inner.type === 'pointer_expression' && inner.child(0)?.type === '*')
    return lowerField(lowering, inner, 'argument');
  if (inner.type === 'subscript_expression') {
    const base = fieldOf(inner, 'argument');
    const index = fieldOf(inner, 'index');
    if (base && index && entryTypeOf(lowering, base)?.pointers === 1) {
      return binary('+', lowerValue(lowering, base), lowerValue(lowering, index));
    }
    return base ? lowerArrayElement(lowering, base, inner) : unknown(lowering, node);
  }
  if (node.parent?.type === 'argument_list') readThroughAddress(lowering, inner);
  const path = pathOf(lowering, inner) ?? memberOfSame(lowering, inner);
  if (path === undefined) return unknown(lowering, node);
  // `&init_top_pgt`: the address of an array is that of its first entry.
  if (lowering.knowledge.idiom(inner.text)?.kind === 'root-table') return lowerValue(lowering, inner);
  const global = path.startsWith(GLOBAL) && /^\w+$/.test(path.slice(GLOBAL.length));
  return global ? { kind: 'symbol', name: path.slice(GLOBAL.length) } : { kind: 'address', of: path };
}

/** `virt_to_ptdesc(table)->pt_rcu_head`: a member of what a call only gives another type to. */
function memberOfSame(lowering: Lowering, member: Node): Var | undefined {
  const base = member.type === 'field_expression' ? fieldOf(member, 'argument') : undefined;
  const field = fieldOf(member, 'field')?.text;
  if (base?.type !== 'call_expression' || field === undefined || member.child(1)?.type !== '->')
    return undefined;
  const name = fieldOf(base, 'function')?.text ?? '';
  if (lowering.knowledge.primitive(name)?.kind !== 'same') return undefined;
  const dst = temporary(lowering);
  emit(lowering, member, { op: 'let', dst, value: lowerValue(lowering, base) });
  return `${dst}->${field}`;
}

/** `&swapper_pg_dir[i]`: an entry of a top table; of any other array nothing is known. */
function lowerArrayElement(lowering: Lowering, base: Node, whole: Node): Expr {
  const array = lowerValue(lowering, base);
  const index = lowerField(lowering, whole, 'index');
  return array.kind === 'root' ? { ...array, index } : unknown(lowering, whole);
}

/** `*p`: a load where p points to an entry; else the variable that p points to. */
export function lowerIndirection(lowering: Lowering, node: Node, access: Access): Expr {
  const pointer = fieldOf(node, 'argument');
  if (!pointer) return unknown(lowering, node);
  const type = entryTypeOf(lowering, pointer);
  if (type?.pointers === 1) return load(lowering, lowerValue(lowering, pointer), type.level, access, node);
  const path = pathOf(lowering, node);
  if (path !== undefined) return variable(path);
  lowerValue(lowering, pointer);
  return unknown(lowering, node);
}

export function lowerSubscript(lowering: Lowering, node: Node, access: Access): Expr {
  const base = fieldOf(node, 'argument');
  const index = fieldOf(node, 'index');
  if (!base || !index) return unknown(lowering, node);
  const type = entryTypeOf(lowering, base);
  const pointer = lowerValue(lowering, base);
  const offset = lowerValue(lowering, index);
  if (pointer.kind === 'root') return load(lowering, { ...pointer, index: offset }, 'pgd', access, node);
  return type?.pointers === 1
    ? load(lowering, binary('+', pointer, offset), type.level, access, node)
    : unknown(lowering, node);
}
