/** What lowering carries along while it walks a function's syntax. */
import type { Node } from 'web-tree-sitter';
import { isGeometryConstant } from '../../kernel/geometry.js';
import { idiomOf, type Idiom } from '../../kernel/idioms.js';
import { primitiveOf } from '../../kernel/primitives.js';
import { guardCallsOf, lockCallsOf, type FieldOf, type LockCall } from '../../kernel/protections.js';
import type { Primitive } from '../../kernel/types.js';
import type { GraphBuilder, Label } from '../graph.js';
import type { Assumption, AssumptionKind, Place, Var } from '../ir.js';

/**
 * The knowledge tables, as lowering asks them. Made once for a tree, since some rows depend on what the tree can do
 * (pte_offset_map() fails since 6.5).
 */
export interface Knowledge {
  primitive(name: string): Primitive | undefined;
  /** The locks that a call takes or lets go; `fieldOf` gives the last name of an argument, for down_read(&mm->mmap_lock). */
  lockCalls(name: string, fieldOf: FieldOf): readonly LockCall[];
  /** guard(NAME)(argument): what it takes. */
  guardCalls(name: string, fieldOf: FieldOf): readonly LockCall[];
  idiom(name: string): Idiom | undefined;
  /** Whether a name is a constant of the tiny geometry. */
  isGeometry(name: string): boolean;
}

/** The tables, for a tree with these capabilities; without them, for the newest kernel. */
export function knowledgeOf(capabilities?: ReadonlySet<string>): Knowledge {
  return {
    primitive: (name) => primitiveOf(name, capabilities),
    lockCalls: lockCallsOf,
    guardCalls: guardCallsOf,
    idiom: idiomOf,
    isGeometry: isGeometryConstant,
  };
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
