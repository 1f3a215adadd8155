/** Function definitions as plain data, with their nodes. */
import type { Node } from 'web-tree-sitter';
import { annotationsIn } from '../dialect/annotations.js';
import type { Param, Place } from '../program/ir.js';
import { placeOf, renameAt, type Definition, type SyntaxTree } from './tree.js';

export interface FunctionSyntax {
  readonly name: string;
  /** The name, where it is defined. */
  readonly place: Place;
  /** UTF-16 offsets of the whole definition. */
  readonly start: number;
  readonly end: number;
  readonly params: readonly Param[];
  readonly isStatic: boolean;
  /** What the header says beside C: `__init`, `__must_hold(&mm->mmap_lock)`, `noinline`, as written. */
  readonly annotations: readonly string[];
  /** The macro that defines it: `SYSCALL_DEFINE3`. */
  readonly macro?: string;
  readonly node: Node;
  readonly body: Node;
}

/** Every function of the file that could be parsed, in order. `file` goes into the places. */
export function functionsOf(tree: SyntaxTree, file = ''): readonly FunctionSyntax[] {
  return tree.definitions.flatMap((definition) => functionOf(tree, definition, file) ?? []);
}

function functionOf(tree: SyntaxTree, definition: Definition, file: string): FunctionSyntax | undefined {
  const { node, body } = definition;
  const declarator = functionDeclarator(definition.declarator);
  const named = declarator?.childForFieldName('declarator');
  const identifier = named === null || named === undefined ? undefined : innermostName(named);
  if (declarator === undefined || identifier === undefined) return undefined;
  const rename = renameAt(tree, identifier.startIndex);
  const head = tree.original.slice(node.startIndex, body.startIndex);
  return {
    name: rename?.name ?? identifier.text,
    place: placeOf(identifier, file),
    start: node.startIndex,
    end: node.endIndex,
    params: paramsOf(tree, declarator),
    isStatic: /^[^(]*\bstatic\b/.test(tree.dialect.text.slice(node.startIndex, identifier.startIndex)),
    annotations: annotationsIn(head),
    ...(rename?.macro === undefined ? {} : { macro: rename.macro }),
    node,
    body,
  };
}

/** The declarator with the parameters that belong to the function: the innermost one. */
function functionDeclarator(declarator: Node): Node | undefined {
  let found: Node | undefined;
  for (let node: Node | null = declarator; node !== null; node = inner(node))
    if (node.type === 'function_declarator') found = node;
  return found;
}

const inner = (node: Node): Node | null =>
  node.childForFieldName('declarator') ??
  (node.type === 'parenthesized_declarator' ? node.namedChild(0) : null);

/** The name that a declarator declares; undefined for an abstract one. */
export function innermostName(declarator: Node): Node | undefined {
  for (let node: Node | null = declarator; node !== null; node = inner(node))
    if (node.type === 'identifier' || node.type === 'type_identifier' || node.type === 'field_identifier')
      return node;
  return undefined;
}

function paramsOf(tree: SyntaxTree, declarator: Node): readonly Param[] {
  const list = declarator.childForFieldName('parameters');
  const params: Param[] = [];
  for (const node of list?.namedChildren ?? []) {
    if (node.type !== 'parameter_declaration') continue;
    const text = tree.dialect.text.slice(node.startIndex, node.endIndex);
    const named = node.childForFieldName('declarator');
    const identifier = named === null ? undefined : innermostName(named);
    if (identifier === undefined) {
      if (text.trim() !== 'void') params.push({ name: '', type: folded(text) });
      continue;
    }
    const at = identifier.startIndex - node.startIndex;
    params.push({
      name: identifier.text,
      type: folded(`${text.slice(0, at)} ${text.slice(at + identifier.text.length)}`),
    });
  }
  return params;
}

/** White space folded, none before `)`, `[` or behind `(` and `*`: `pmd_t *`, `int (*)(void *)`. */
const folded = (type: string): string =>
  type
    .replace(/\s+/g, ' ')
    .replace(/ ?([)[,]) ?/g, '$1')
    .replace(/,/g, ', ')
    .replace(/([(*]) /g, '$1')
    .trim();
