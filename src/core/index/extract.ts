/** The facts of one file from its text alone. */
import { DEFINING_MACROS } from '../dialect/definitions.js';
import { bodyWordsOf } from './body-words.js';
import { declarationsOf, type Declaration, type FunctionDeclaration } from './declarations.js';
import { guardsAt } from './guards.js';
import type { FileFacts, FunctionFacts, InvocationFact, TableFacts } from './facts.js';
import { nameIn, typeNameIn, valuesIn } from './initializers.js';
import { macroFacts } from './macros.js';
import { ReadFunction, type ReadFile } from './read-function.js';
import { shapeOf } from './shape.js';
import { closing, elements, lineOf, nameAt, sourceOf, type Source } from './source.js';
import { CODE, endOf, kept, kindAt, startOf, textBetween, type Names } from './tokens.js';

/** Longest argument of a macro use that is kept; longer ones are cut. */
const ARGUMENT_LIMIT = 400;

type VariableDeclaration = Extract<Declaration, { kind: 'variable' }>;
type InvocationDeclaration = Extract<Declaration, { kind: 'invocation' }>;

/**
 * Reads any text; what is no C gives no facts. Both line ends work. `names` is shared by the files of a tree. `again` gives the
 * same text later, when the body of a function is asked for; undefined when it is not to be had any more. `seen` is told each time
 * that somebody looks into a body.
 */
export function factsOf(
  text: string,
  names: Names = new Map(),
  again: () => string | undefined = constant(text),
  seen?: (name: string) => void,
): FileFacts {
  const { source, preprocessed, raw } = sourceOf(text, names);
  const declarations = declarationsOf(source);
  const declared = declarations.filter((found) => found.kind === 'function');
  const functions: FunctionFacts[] = [];
  const file: ReadFile = {
    again,
    textLength: text.length,
    guards: source.guards,
    names,
    isFunction: namedAs(functions),
    ...(seen ? { seen } : {}),
  };
  const tables: TableFacts[] = [];
  const invocations: InvocationFact[] = [];
  const bodies = bodyWordsOf(source, declared);
  for (const declaration of declarations) {
    switch (declaration.kind) {
      case 'function':
        functions.push(functionFacts(source, declaration, file));
        break;
      case 'variable':
        tables.push(...tableFacts(source, declaration));
        break;
      case 'invocation':
        invocations.push(invocationFact(source, declaration));
        break;
    }
  }
  const macros = preprocessed.macros.flatMap(
    (macro) => macroFacts(text, source.lines, preprocessed.guards, macro, names) ?? [],
  );
  return {
    functions,
    ...(functions.length > 0 ? { bodies } : {}),
    tables,
    invocations,
    macros,
    includes: preprocessed.includes.map((path) => kept(names, path)),
    shape: shapeOf(raw, source, declared, invocations),
  };
}

/** Functions that outlive the text are made where neither it nor its tokens are in sight: they would keep them in memory. */
export function constant(text: string): () => string {
  return () => text;
}

/** Whether a name is that of one of these functions, which may be more when it is asked. */
function namedAs(functions: readonly FunctionFacts[]): (name: string) => boolean {
  let all: ReadonlySet<string> | undefined;
  return (name) => (all ??= new Set(functions.map((each) => each.name))).has(name);
}

function functionFacts(source: Source, declaration: FunctionDeclaration, file: ReadFile): FunctionFacts {
  const { tokens } = source;
  const place = {
    name: functionName(source, declaration),
    isStatic: declaration.isStatic,
    line: lineOf(source, declaration.name),
    endLine: lineOf(source, declaration.close),
    start: startOf(tokens, declaration.first),
    end: endOf(tokens, declaration.close),
    open: startOf(tokens, declaration.open),
    openLine: lineOf(source, declaration.open),
  };
  const { macro } = declaration;
  return new ReadFunction(macro === undefined ? place : { ...place, macro }, file);
}

/** The name in the source, or the one that a macro makes of it: `SYSCALL_DEFINE3(mprotect, ...)` is sys_mprotect(). */
function functionName(source: Source, { name, macro }: FunctionDeclaration): string {
  const written = nameAt(source, name);
  const prefix =
    macro === undefined ? '' : DEFINING_MACROS.find(({ pattern }) => pattern.test(macro))?.prefix;
  return prefix === undefined || prefix === '' ? written : kept(source.names, prefix + written);
}

function tableFacts(source: Source, declaration: VariableDeclaration): readonly TableFacts[] {
  const { tokens } = source;
  const type = typeNameIn(source, [declaration.first, declaration.name]) ?? '';
  const common = {
    variable: nameAt(source, declaration.name),
    isStatic: declaration.isStatic,
    guards: guardsAt(source.guards, startOf(tokens, declaration.first)),
  };
  const line = lineOf(source, declaration.name);
  if (kindAt(tokens, declaration.value) === CODE.openBrace) {
    const { fields, literals } = valuesIn(source, declaration.value, closing(source, declaration.value));
    return [{ type, line, fields }, ...literals]
      .filter((table) => table.fields.length > 0)
      .map((table) => ({ ...table, ...common }));
  }
  const name = nameIn(source, [declaration.value, declaration.end]);
  return name === undefined ? [] : [{ type, line, fields: [{ path: '', line, ...name }], ...common }];
}

function invocationFact(source: Source, declaration: InvocationDeclaration): InvocationFact {
  const { tokens } = source;
  const offset = startOf(tokens, declaration.macro);
  return {
    macro: nameAt(source, declaration.macro),
    line: lineOf(source, declaration.macro),
    offset,
    arguments: elements(source, declaration.open, declaration.close).map(([from, to]) =>
      kept(source.names, textBetween(tokens, from, to - 1).slice(0, ARGUMENT_LIMIT)),
    ),
    guards: guardsAt(source.guards, offset),
  };
}
