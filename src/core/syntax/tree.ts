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
 * Offsets are UTF-16 units from 0 in the original text, which has the same positions as the parsed one; text of a node
 * as the user wrote it is `textOf(tree, node)`. Node types are those of tree-sitter-c, and what the dialect makes of the
 * kernel's own constructs is:
 *
 *     for_each_x(a, b) {, scoped_guard(m, &l) {    while_statement (if_statement for names below 5 letters), renameAt()
 *     do { .. } for_each_x(a, b);                  do_statement with a rename at its `while`
 *     SYSCALL_DEFINE2(f, int, a, long, b) {        function_definition, renameAt() of the name: sys_f and the macro
 *     #if arms of whole statements                 preproc_if with alternative: preproc_elif, preproc_else; the condition is 1
 *     other #if arms                               joined one behind the other, told in dialect.notes; #if 0 is no code
 *     asm volatile(..)                             the identifier ASM; typeof(..) is the type auto_t
 *     struct foo * as a call's argument            the identifier foo; the case range A ... B is A
 *     (pud_t){ x }                                 cast_expression of a parenthesized x
 *     m(d(a * b)); after another statement         unary_expression: a plus stands before it, or the grammar errs
 *     __init, __must_hold(x), inline, ...          gone; functionsOf() tells them
 *     comments, #define, #include                  gone; the index reads macros by itself
 *     module_init(f), DEFINE_MUTEX(x); at file scope   gone; macroCallsOf() tells them
 */
import type { Node, Query } from 'web-tree-sitter';
import type { DialectText, Rename } from '../dialect/dialect.js';
import type { Place } from '../program/ir.js';

export interface Defect {
  readonly offset: number;
  readonly kind: 'too-big' | 'too-deep' | 'too-slow' | 'parser-failed' | 'damaged-function' | 'damaged-code';
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
