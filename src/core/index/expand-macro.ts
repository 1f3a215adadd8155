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
import { TOKEN, endOf, kindAt, startOf, tokenize, wordAt } from './tokens.js';

/**
 * The facts that a use of a macro adds to its file; every place in them is the place of the use. Empty when the macro
 * makes nothing.
 */
export function factsOfUse(macro: MacroFacts, use: InvocationFact): FileFacts {
  if (macro.body === undefined || macro.params === undefined) return NO_FACTS;
  const facts = factsOf(substitute(macro.body, bindings(macro.params, use.arguments)));
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

/** What each parameter stands for; the last of a variadic macro takes the rest. */
function bindings(params: readonly string[], values: readonly string[]): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  params.forEach((param, index) => {
    bound.set(param, param === '__VA_ARGS__' ? values.slice(index).join(', ') : (values[index] ?? ''));
  });
  return bound;
}

/** The body with its parameters replaced and `a ## b` joined; `#a` becomes an empty string. */
function substitute(body: string, bound: ReadonlyMap<string, string>): string {
  const tokens = tokenize(body.replace(/\\\r?\n/g, ' \n').replace(/(^|[^#])#(?!#)\s*(\w+)/g, '$1""'));
  let text = '';
  let pasting = false;
  for (let index = 0; index < tokens.count; index++) {
    if (kindAt(tokens, index) === HASH) {
      pasting = true;
      continue;
    }
    const gap = tokens.text.slice(index === 0 ? 0 : endOf(tokens, index - 1), startOf(tokens, index));
    const word = wordAt(tokens, index);
    const value = kindAt(tokens, index) === TOKEN.ident ? (bound.get(word) ?? word) : word;
    text += pasting ? value : gap + value;
    pasting = false;
  }
  return text;
}

const HASH = 0x23;
