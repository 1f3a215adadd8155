/**
 * Syntax trees of kernel C. Use:
 *
 *     const parser = await createParser(runtimeWasm, grammarWasm);
 *     withTree(parser, text, (tree) => {
 *       for (const f of functionsOf(tree)) {            // every function body, also when the file is damaged elsewhere
 *         f.name; f.params; f.annotations; f.place;     // plain data
 *         f.body;                                       // tree-sitter node, for the lowering; nodes of a tree die with it
 *         callsOf(tree, f);                             // calls and block macros (for_each_..., scoped_guard) in it
 *       }
 *       initializersOf(tree); macroCallsOf(tree); referencesOf(tree);
 *       tree.defects;                                   // what could not be parsed, or was cut off by a limit
 *     });
 *     const newer = parser.reparse(tree, newText);      // incremental; consumes `tree`
 *
 * Offsets are UTF-16 units from 0 in the original text, which has the same positions as the parsed one. Node types are
 * those of tree-sitter-c; comments and macro definitions are not in the tree. What stands in the tree under a stand-in
 * (`while (pgdat, ...)` for `for_each_online_pgdat(...)`) is told by {@link renameAt}; text of a node is `textOf(tree, node)`.
 */
import type { Node, Query } from 'web-tree-sitter';
import type { DialectText, Rename } from '../dialect/dialect.js';
import type { Place } from '../program/ir.js';

export interface Defect {
  readonly offset: number;
  readonly kind: 'too-big' | 'too-slow' | 'damaged-function' | 'damaged-code';
  /** A sentence for people. */
  readonly what: string;
}

/** Owner of tree-sitter trees: call `dispose` (or use `withTree`); nodes must not be used after it. */
export interface SyntaxTree {
  /** The text as it was given. */
  readonly original: string;
  readonly dialect: DialectText;
  /** The whole file; undefined when a limit was hit. */
  readonly root: Node | undefined;
  /** Function definitions in the order of the text. A damaged region has a tree of its own. */
  readonly definitions: readonly Definition[];
  readonly defects: readonly Defect[];
  /** All trees together: the whole file without the damaged functions, and these. */
  readonly roots: readonly Node[];
  readonly queries: ReadonlyMap<string, Query>;
  dispose(): void;
}

/** The nodes of one function definition. */
export interface Definition {
  readonly node: Node;
  readonly declarator: Node;
  readonly body: Node;
}

/** Text of a node as the user wrote it. */
export function textOf(tree: SyntaxTree, node: Node): string {
  return tree.original.slice(node.startIndex, node.endIndex);
}

/** What the original has where the tree has a stand-in: the loop macro of a `while`, the macro that defines a function. */
export function renameAt(tree: SyntaxTree, offset: number): Rename | undefined {
  const { renames } = tree.dialect;
  let low = 0;
  let high = renames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((renames[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const found = renames[low];
  return found?.offset === offset ? found : undefined;
}

/** Where a node is, counted as the reports count: from 1, columns in UTF-16 units, end exclusive. */
export function placeOf(node: Node, file: string): Place {
  const { startPosition, endPosition } = node;
  return {
    file,
    line: startPosition.row + 1,
    column: startPosition.column + 1,
    endLine: endPosition.row + 1,
    endColumn: endPosition.column + 1,
  };
}
