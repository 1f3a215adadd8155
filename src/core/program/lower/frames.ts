/** Struct pages: a member of one is a read of the memory map. */
import type { Node } from 'web-tree-sitter';
import { FRAME_POINTER, SAME_FRAME_FIELD } from '../../kernel/idioms.js';
import type { Expr } from '../ir.js';
import { fieldOf, type Lowering } from './context.js';
import { load } from './loads.js';
import { lowerValue } from './values.js';

/** Reads the struct page that a pointer points to. What is in it the model does not have. */
export function readFrame(lowering: Lowering, page: Expr, node: Node): void {
  load(lowering, page, 'memmap', 'plain', node);
}

/** `page->flags`, `folio->page.mapping`, `pfn_to_page(pfn)->lru`: reads the struct page. False for a member of anything else. */
export function readMember(lowering: Lowering, node: Node): boolean {
  const frame = frameOf(lowering, node);
  if (frame) readFrame(lowering, lowerValue(lowering, frame), node);
  return frame !== undefined;
}

/** `&page->_refcount`, given to a function that reads it. `&folio->page` is only another name of the same. */
export function readThroughAddress(lowering: Lowering, member: Node): void {
  if (member.type !== 'field_expression') return;
  if (!SAME_FRAME_FIELD.test(fieldOf(member, 'field')?.text ?? '')) readMember(lowering, member);
}

/** The pointer to a struct page that a member's path goes through. */
function frameOf(lowering: Lowering, node: Node): Node | undefined {
  for (let at: Node | undefined = node; at?.type === 'field_expression'; at = fieldOf(at, 'argument')) {
    const base = fieldOf(at, 'argument');
    if (base && at.child(1)?.type === '->' && isFrame(lowering, base)) return base;
  }
  return undefined;
}

function isFrame(lowering: Lowering, node: Node): boolean {
  if (node.type === 'identifier') return FRAME_POINTER.test(lowering.types.get(node.text) ?? '');
  if (node.type !== 'call_expression') return false;
  const primitive = lowering.knowledge.primitive(fieldOf(node, 'function')?.text ?? '');
  if (primitive?.kind === 'pfn-to-page') return true;
  return (primitive?.kind === 'pfn-check' || primitive?.kind === 'page-read') && primitive.gives === 'page';
}
