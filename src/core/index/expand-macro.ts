/** Uses of macros that make functions and tables (`DEFINE_SHOW_ATTRIBUTE(x)`), written out by the macro's own text. */
import { factsOf } from './extract.js';
import {
  NO_FACTS,
  type CallFact,
  type FileFacts,
  type InvocationFact,
  type MacroFacts,
  type TableFacts,
} from './facts.js';
import { writtenOut } from './macro-text.js';

/**
 * The facts that a use of a macro adds to its file; every place in them is the place of the use. Empty when the macro
 * makes nothing.
 */
export function factsOfUse(macro: MacroFacts, use: InvocationFact): FileFacts {
  if (macro.body === undefined || macro.params === undefined) return NO_FACTS;
  const facts = factsOf(writtenOut({ params: macro.params, body: macro.body }, use.arguments));
  const place = { line: use.line, start: use.offset, end: use.offset };
  const moved = (call: CallFact): CallFact => ({ ...call, line: use.line, offset: use.offset });
  const movedTable = (table: TableFacts): TableFacts => ({
    ...table,
    line: use.line,
    guards: use.guards,
    fields: table.fields.map((field) => ({ ...field, line: use.line })),
  });
  return {
    functions: facts.functions.map((made) => ({
      name: made.name,
      isStatic: made.isStatic,
      params: made.params,
      annotations: made.annotations,
      ...place,
      macro: use.macro,
      endLine: use.line,
      guards: use.guards,
      calls: made.calls.map(moved),
      references: made.references.map((reference) => ({ ...reference, line: use.line })),
      tables: made.tables.map(movedTable),
    })),
    tables: facts.tables.map(movedTable),
    invocations: facts.invocations.map((inner) => ({
      ...inner,
      line: use.line,
      offset: use.offset,
      guards: use.guards,
    })),
    macros: [],
    includes: [],
  };
}
