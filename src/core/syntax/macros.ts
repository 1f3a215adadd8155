/** Macro invocations at file scope: `module_init(f)`, `DEFINE_SHOW_ATTRIBUTE(x)`, `EXPORT_SYMBOL(f)`. */
import type { Place } from '../program/ir.js';
import { lineStarts, placeAt } from './lines.js';
import type { SyntaxTree } from './tree.js';

export interface MacroCallSyntax {
  readonly name: string;
  /** C text of each argument, without the empty ones. */
  readonly args: readonly string[];
  readonly place: Place;
  readonly offset: number;
}

/** Macro invocations that stand alone at file scope, with or without a semicolon, in the order of the text. */
export function macroCallsOf(tree: SyntaxTree, file = ''): readonly MacroCallSyntax[] {
  if (tree.dialect.macroLines.length === 0) return [];
  const starts = lineStarts(tree.original);
  return tree.dialect.macroLines.map((line) => ({
    name: line.name,
    args: line.args.map((arg) => tree.original.slice(arg.offset, arg.offset + arg.text.length)),
    place: placeAt(starts, file, line.offset, line.end),
    offset: line.offset,
  }));
}
