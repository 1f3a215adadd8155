/** What lowering carries along while it walks a function's syntax. */
import type { Node } from 'web-tree-sitter';
import { isGeometryConstant } from '../../kernel/geometry.js';
import { errorNumberOf } from '../../kernel/errors.js';
import { idiomOf, type Idiom } from '../../kernel/idioms.js';
import { primitiveOf } from '../../kernel/primitives.js';
import { guardCallsOf, lockCallsOf, type FieldOf, type LockCall } from '../../kernel/protections.js';
import type { TreeGuards } from '../../kernel/tree-guards.js';
import type { Primitive } from '../../kernel/types.js';
import type { GraphBuilder, Label } from '../graph.js';
import type { Assumption, AssumptionKind, Op, Place, Var } from '../ir.js';
import type { SyntaxTree } from '../../syntax/tree.js';
import type { LocalNames } from './names.js';

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
  /** ENOMEM is 12. */
  errorNumber(name: string): number | undefined;
  /** Whether a name is a constant of the tiny geometry. */
  isGeometry(name: string): boolean;
}

const NO_GUARDS: TreeGuards = new Map();

/** The tables, for a tree with these capabilities and guards of its own; without them, for the newest kernel. */
export function knowledgeOf(capabilities?: ReadonlySet<string>, guards: TreeGuards = NO_GUARDS): Knowledge {
  return {
    primitive: (name) => primitiveOf(name, capabilities),
    lockCalls: lockCallsOf,
    guardCalls: (name, fieldOf) => {
      const known = guardCallsOf(name, fieldOf);
      const api = known.length > 0 ? undefined : guards.get(name);
      return api === undefined ? known : lockCallsOf(api, fieldOf);
    },
    idiom: idiomOf,
    errorNumber: errorNumberOf,
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
  /** Number of cleanups outside the loop, where a switch is inside it. */
  readonly continueCleanups?: number;
}

export interface Lowering {
  readonly file: string;
  readonly knowledge: Knowledge;
  readonly graph: GraphBuilder;
  /** What the file itself says of names; undefined: nothing. */
  readonly names: LocalNames | undefined;
  /** What the user wrote, where the tree has stand-ins; undefined: the tree's own text is all there is. Of a macro's use, its text. */
  source: SyntaxTree | undefined;
  /** The use of a macro that is lowered: its place, and the macros that are written out, outermost first. */
  use: { readonly at: Place; readonly names: readonly string[] } | undefined;
  /** C types of parameters and locals, by name, white space folded. */
  readonly types: Map<string, string>;
  /** Locals that point to a lock, by name, and the class of that lock: `ptl` of `ptl = pmd_lockptr(mm, pmd)`. */
  readonly lockClasses: Map<string, string>;
  /** Locals that have a value: a parameter, an initialiser, an assignment. */
  readonly assigned: Set<string>;
  readonly assumptions: Assumption[];
  readonly gotoLabels: Map<string, Label>;
  /** How many blocks enclose each label. */
  readonly labelScopes: ReadonlyMap<string, number>;
  /** Labels of the innermost switch's cases, by node. */
  cases: ReadonlyMap<number, Label>;
  cleanups: readonly Cleanup[];
  jumps: Jumps;
  scope: number;
  temporaries: number;
}

/** Source range of a node, or of the use of a macro that it is part of; lines and columns from 1. */
export function placeOf({ file, use }: Pick<Lowering, 'file' | 'use'>, node: Node): Place {
  if (use) return use.at;
  const { startPosition: start, endPosition: end } = node;
  return {
    file,
    line: start.row + 1,
    column: start.column + 1,
    endLine: end.row + 1,
    endColumn: end.column + 1,
  };
}

const TEXT_LIMIT = 100;

/** A node as the user wrote it: the tree may have a stand-in (`#if 1`, `while` for a loop macro). */
export function sourceOf({ source }: Pick<Lowering, 'source'>, node: Node): string {
  return source === undefined ? node.text : source.original.slice(node.startIndex, node.endIndex);
}

/** C text of a node on one line, shortened, without its comments. */
export function textOf(lowering: Pick<Lowering, 'source'>, node: Node): string {
  const text = sourceOf(lowering, node)
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g, ' ')
    .replace(/\\\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
}

/** Adds a step that stands for a node. */
export function emit(lowering: Lowering, node: Node, op: Op): void {
  lowering.graph.emit(op, textOf(lowering, node), placeOf(lowering, node));
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
  return node.namedChildren.filter((child) => child.type !== 'comment');
}

export function fieldOf(node: Node, name: string): Node | undefined {
  return node.childForFieldName(name) ?? undefined;
}

const EFFECTS = [
  'call_expression',
  'assignment_expression',
  'update_expression',
  'pointer_expression',
  'subscript_expression',
  'field_expression',
];

/** Whether computing an expression may read an entry or a struct page, assign or call. */
export function hasEffect(node: Node): boolean {
  return EFFECTS.includes(node.type) || node.descendantsOfType(EFFECTS).length > 0;
}
