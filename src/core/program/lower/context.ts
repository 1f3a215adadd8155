/** What lowering carries along while it walks a function's syntax. */
import type { Node } from 'web-tree-sitter';
import type { Idiom } from '../../kernel/idioms.js';
import type { Primitive, Protection, ProtectionCall } from '../../kernel/types.js';
import type { GraphBuilder, Label } from '../graph.js';
import type { Assumption, AssumptionKind, Place, Var } from '../ir.js';

/** A call of a lock API, and the lock that it is about. */
export interface LockCall {
  readonly protection: Protection;
  readonly call: ProtectionCall;
}

/**
 * The knowledge tables, as lowering asks them. Made once for a tree, since some rows depend on what the tree can do
 * (pte_offset_map() fails since 6.5).
 */
export interface Knowledge {
  primitive(name: string): Primitive | undefined;
  /** A lock API by name; `fieldOf` gives the last field of the path of an argument, for down_read(&mm->mmap_lock). */
  lockCall(name: string, fieldOf: (argument: number) => string | undefined): readonly LockCall[];
  /** guard(NAME): what it takes. */
  guard(name: string): LockCall | undefined;
  idiom(name: string): Idiom | undefined;
  /** Whether a name is a constant of the tiny geometry. */
  isGeometry(name: string): boolean;
}

/** Something to undo when a scope is left: guard(rcu)(). */
export interface Cleanup {
  readonly scope: number;
  readonly undo: () => void;
}

export interface Jumps {
  readonly breakTo: Label | undefined;
  readonly continueTo: Label | undefined;
  /** Number of cleanups outside the loop or switch. */
  readonly cleanups: number;
}

export interface Lowering {
  readonly file: string;
  readonly knowledge: Knowledge;
  readonly graph: GraphBuilder;
  /** C types of parameters and locals, by name, white space folded. */
  readonly types: Map<string, string>;
  readonly assumptions: Assumption[];
  readonly gotoLabels: Map<string, Label>;
  cleanups: Cleanup[];
  jumps: Jumps;
  scope: number;
  temporaries: number;
}

/** Source range of a node; lines and columns from 1. */
export function placeOf(lowering: { readonly file: string }, node: Node): Place {
  const { startPosition: start, endPosition: end } = node;
  return {
    file: lowering.file,
    line: start.row + 1,
    column: start.column + 1,
    endLine: end.row + 1,
    endColumn: end.column + 1,
  };
}

const TEXT_LIMIT = 100;

/** C text of a node on one line, shortened. */
export function textOf(node: Node): string {
  const text = node.text.replace(/\s+/g, ' ').trim();
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
}

export function temporary(lowering: Lowering): Var {
  lowering.temporaries += 1;
  return `$${lowering.temporaries}`;
}

/** States an assumption; its number is what a `choose` refers to. The same one is stated once. */
export function assume(lowering: Lowering, kind: AssumptionKind, text: string, node: Node): number {
  const at = placeOf(lowering, node);
  const known = lowering.assumptions.findIndex(
    (each) => each.kind === kind && each.text === text && each.at?.line === at.line,
  );
  if (known >= 0) return known;
  lowering.assumptions.push({ kind, text, at });
  return lowering.assumptions.length - 1;
}

/** The named children that are code: comments are not. */
export function codeChildren(node: Node): readonly Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}

export function fieldOf(node: Node, name: string): Node | undefined {
  return node.childForFieldName(name) ?? undefined;
}
