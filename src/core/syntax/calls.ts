/** Calls, block macros, and names used as values. */
import type { Node } from 'web-tree-sitter';
import type { Place } from '../program/ir.js';
import { matchesOf } from './queries.js';
import { placeOf, textOf, type SyntaxTree } from './tree.js';

export interface CallSyntax {
  /** `block`: a macro with a statement of its own behind it (for_each_..., scoped_guard). */
  readonly kind: 'call' | 'block';
  /** C text of what is called: `pmd_offset`, `walk->ops->pmd_entry`. */
  readonly callee: string;
  /** True when `callee` is a plain name. */
  readonly isName: boolean;
  readonly args: readonly { readonly text: string; readonly node: Node }[];
  readonly place: Place;
  readonly offset: number;
  /** `call_expression`; for a block the statement that stands in its place, `while (..)`. */
  readonly node: Node;
}

/** The calls within a function, in the order of the text; a call in another's arguments comes after it. */
export function callsOf(tree: SyntaxTree, within: { readonly body: Node }, file = ''): readonly CallSyntax[] {
  const calls: CallSyntax[] = [];
  for (const match of matchesOf(tree, 'calls', within.body)) {
    const [node, callee, list] = [match.get('call'), match.get('callee'), match.get('arguments')];
    if (node === undefined || callee === undefined || list === undefined) continue;
    calls.push({
      kind: 'call',
      callee: textOf(tree, callee),
      isName: callee.type === 'identifier',
      args: list.namedChildren.map((arg) => ({ text: textOf(tree, arg), node: arg })),
      place: placeOf(node, file),
      offset: node.startIndex,
      node,
    });
  }
  calls.push(...blocksOf(tree, within.body, file));
  return calls.sort((a, b) => a.offset - b.offset);
}

function blocksOf(tree: SyntaxTree, body: Node, file: string): readonly CallSyntax[] {
  const blocks: CallSyntax[] = [];
  for (const rename of tree.dialect.renames) {
    if (rename.kind !== 'block' || rename.offset < body.startIndex || rename.offset >= body.endIndex)
      continue;
    const node = body.descendantForIndex(rename.offset, rename.offset + 1)?.parent ?? null;
    const condition = node?.childForFieldName('condition') ?? null;
    if (node === null || condition === null) continue;
    blocks.push({
      kind: 'block',
      callee: rename.name,
      isName: true,
      args: commaParts(condition).map((arg) => ({ text: textOf(tree, arg), node: arg })),
      place: placeOf(node, file),
      offset: rename.offset,
      node,
    });
  }
  return blocks;
}

/** The operands of `(a, b, c)`. */
function commaParts(node: Node): readonly Node[] {
  if (node.type === 'parenthesized_expression') return node.namedChildren.flatMap(commaParts);
  if (node.type !== 'comma_expression') return [node];
  return node.namedChildren.flatMap(commaParts);
}

export interface ReferenceSyntax {
  readonly name: string;
  readonly place: Place;
  readonly offset: number;
}

/** Names used as values within a node (default: the whole file): where one is a function's, its address is taken. */
export function referencesOf(
  tree: SyntaxTree,
  within?: { readonly body: Node },
  file = '',
): readonly ReferenceSyntax[] {
  const nodes = within === undefined ? tree.roots : [within.body];
  const found = new Map<number, ReferenceSyntax>();
  for (const node of nodes)
    for (const match of matchesOf(tree, 'references', node)) {
      const name = match.get('reference');
      if (name !== undefined)
        found.set(name.startIndex, { name: name.text, place: placeOf(name, file), offset: name.startIndex });
    }
  return [...found.values()].sort((a, b) => a.offset - b.offset);
}
