/** Objects with an initialiser list: where operation tables get their functions from. */
import type { Node } from 'web-tree-sitter';
import type { Place } from '../program/ir.js';
import { innermostName } from './functions.js';
import { matchesOf } from './queries.js';
import { placeOf, textOf, type SyntaxTree } from './tree.js';

export interface FieldSyntax {
  /** Members from the outside in; an array's index is its text (`[0]`), a member without a name its position (`0`). */
  readonly path: readonly string[];
  /** C text of the value; never a list (their members have rows of their own). */
  readonly value: string;
  /** The name that the value is, when it is a bare name or the address of one. */
  readonly name: string | undefined;
  readonly offset: number;
  readonly place: Place;
}

export interface InitializerSyntax {
  /** `struct mm_walk_ops`, `pte_fn_t`: without `const` and the like. */
  readonly type: string;
  /** The variable; undefined for a compound literal. */
  readonly variable: string | undefined;
  readonly isStatic: boolean;
  readonly fields: readonly FieldSyntax[];
  readonly offset: number;
  readonly place: Place;
}

/** All initialiser lists of a file, also those in functions, in the order of the text. */
export function initializersOf(tree: SyntaxTree, file = ''): readonly InitializerSyntax[] {
  const found = tree.roots.flatMap((root) =>
    matchesOf(tree, 'initializers', root).flatMap((match): readonly InitializerSyntax[] => {
      const [type, value] = [match.get('type'), match.get('value')];
      const whole = match.get('declaration') ?? match.get('literal');
      if (type === undefined || value === undefined || whole === undefined) return [];
      const declarator = match.get('declarator');
      const name = declarator === undefined ? undefined : innermostName(declarator);
      const fields: FieldSyntax[] = [];
      collect(tree, file, value, [], fields);
      return [
        {
          type: tree.dialect.text
            .slice(type.startIndex, type.endIndex)
            .replace(/\b(const|volatile)\b/g, ' ')
            .replace(/\s+/g, ' ')
            .trim(),
          variable: name?.text,
          isStatic: /\bstatic\b/.test(tree.dialect.text.slice(whole.startIndex, type.startIndex)),
          fields,
          offset: whole.startIndex,
          place: placeOf(name ?? whole, file),
        },
      ];
    }),
  );
  return found.sort((a, b) => a.offset - b.offset);
}

function collect(
  tree: SyntaxTree,
  file: string,
  list: Node,
  path: readonly string[],
  fields: FieldSyntax[],
): void {
  let position = 0;
  for (const item of list.namedChildren) {
    if (item.type === 'initializer_pair') {
      const value = item.childForFieldName('value');
      if (value !== null) add(tree, file, value, [...path, ...designators(tree, item)], fields);
    } else {
      add(tree, file, item, [...path, String(position)], fields);
    }
    position++;
  }
}

function designators(tree: SyntaxTree, pair: Node): readonly string[] {
  const names: string[] = [];
  for (const designator of pair.childrenForFieldName('designator')) {
    names.push(textOf(tree, designator).replace(/^\./, '').trim());
  }
  return names;
}

function add(
  tree: SyntaxTree,
  file: string,
  value: Node,
  path: readonly string[],
  fields: FieldSyntax[],
): void {
  const list = value.type === 'compound_literal_expression' ? value.childForFieldName('value') : value;
  if (list?.type === 'initializer_list') {
    collect(tree, file, list, path, fields);
    return;
  }
  fields.push({
    path,
    value: textOf(tree, value),
    name: namedBy(value)?.text,
    offset: value.startIndex,
    place: placeOf(value, file),
  });
}

/** The identifier that an expression only names: `f`, `&f`, `(void *)f`. */
function namedBy(value: Node): Node | undefined {
  for (let node: Node | null = value; node !== null;) {
    if (node.type === 'identifier') return node;
    if (node.type === 'pointer_expression' && node.firstChild?.type === '&')
      node = node.childForFieldName('argument');
    else if (node.type === 'cast_expression') node = node.childForFieldName('value');
    else if (node.type === 'parenthesized_expression') node = node.namedChild(0);
    else return undefined;
  }
  return undefined;
}
