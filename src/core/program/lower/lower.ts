/** Lowering: one C function becomes one control-flow graph of steps. Nothing is dropped silently: see the assumptions. */
import type { Node } from 'web-tree-sitter';
import { createGraphBuilder } from '../graph.js';
import type { FunctionProgram, Param, Place } from '../ir.js';
import type { Knowledge, Lowering } from './context.js';
import { lowerStatement } from './statements.js';

/** What lowering needs of a function's syntax. */
export interface LowerableFunction {
  readonly name: string;
  readonly place: Place;
  readonly params: readonly Param[];
  /** The compound_statement. */
  readonly body: Node;
}

/** Lowers a function. Damaged syntax is kept as far as it goes, and stated as an assumption. */
export function lowerFunction(
  syntax: LowerableFunction,
  file: string,
  knowledge: Knowledge,
): FunctionProgram {
  const lowering: Lowering = {
    file,
    knowledge,
    graph: createGraphBuilder(),
    types: new Map(syntax.params.map(({ name, type }) => [name, type])),
    assumptions: [],
    gotoLabels: new Map(),
    cleanups: [],
    jumps: { breakTo: undefined, continueTo: undefined, cleanups: 0 },
    scope: 0,
    temporaries: 0,
  };
  lowerStatement(lowering, syntax.body);
  return {
    name: syntax.name,
    file,
    at: syntax.place,
    params: syntax.params,
    steps: lowering.graph.finish(),
    assumptions: lowering.assumptions,
  };
}
