/** Lowering: one C function becomes one control-flow graph of steps. Nothing is dropped silently: see the assumptions. */
import type { Node } from 'web-tree-sitter';
import { createGraphBuilder } from '../graph.js';
import type { FunctionProgram, Param, Place } from '../ir.js';
import type { SyntaxTree } from '../../syntax/tree.js';
import type { Knowledge, Lowering } from './context.js';
import type { LocalNames } from './names.js';
import { labelScopes } from './jumps.js';
import { lowerStatement } from './statements.js';

/** What lowering needs of a function's syntax. */
export interface LowerableFunction {
  readonly name: string;
  readonly place: Place;
  readonly params: readonly Param[];
  /** The compound_statement. */
  readonly body: Node;
  /** The tree that the body is of: knows the original text, and where the parser was shown a stand-in. */
  readonly source?: SyntaxTree;
  /** What its file says of names; absent: nothing. */
  readonly names?: LocalNames;
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
    source: syntax.source,
    names: syntax.names,
    use: undefined,
    types: new Map(syntax.params.map(({ name, type }) => [name, type])),
    lockClasses: new Map(),
    assigned: new Set(syntax.params.map(({ name }) => name)),
    assumptions: [],
    gotoLabels: new Map(),
    labelScopes: labelScopes(syntax.body),
    cases: new Map(),
    cleanups: [],
    jumps: { breakTo: undefined, continueTo: undefined, cleanups: 0 },
    scope: 0,
    temporaries: 0,
  };
  lowerStatement(lowering, syntax.body);
  noteJoinedArms(lowering, syntax.body);
  noteDamage(lowering, syntax);
  return {
    name: syntax.name,
    file,
    at: syntax.place,
    params: syntax.params,
    steps: lowering.graph.finish(),
    assumptions: lowering.assumptions,
  };
}

/** Arms of an #if that don't hold whole statements: the parser saw them one after the other, or only one of them. */
function noteJoinedArms(lowering: Lowering, body: Node): void {
  const { source } = lowering;
  for (const { offset, what } of source?.dialect.notes ?? []) {
    if (what === 'dead-arm' || offset < body.startIndex || offset >= body.endIndex) continue;
    const line = (source?.original.slice(body.startIndex, offset).split('\n').length ?? 1) - 1;
    const row = body.startPosition.row + 1 + line;
    lowering.assumptions.push({
      kind: 'not-modelled',
      text:
        what === 'arms-joined'
          ? 'the arms of an #if in mid-statement are taken one after the other'
          : 'one arm of an #if in mid-statement is left out',
      at: { file: lowering.file, line: row, column: 1, endLine: row, endColumn: 1 },
    });
  }
}

/** Half-typed code: the parser filled the gap as it thought best, and said nothing about it elsewhere. */
function noteDamage(lowering: Lowering, { name, body, place }: LowerableFunction): void {
  if (!body.hasError || lowering.assumptions.some(({ text }) => text.endsWith('could not be parsed'))) return;
  const text = `a part of ${name}() could not be parsed`;
  lowering.assumptions.push({ kind: 'not-modelled', text, at: place });
}
