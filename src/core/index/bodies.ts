/** What the body of a function calls, and which names it uses as values. */
import { guardsAt } from './guards.js';
import type { ArgumentFact, CallFact, ReferenceFact, TableFacts } from './facts.js';
import { nameIn, typeNameIn, valuesIn } from './initializers.js';
import { closing, elements, lineOf, nameAt, type Source } from './source.js';
import { CODE, TOKEN, kindAt, startOf, wordAt } from './tokens.js';
import { BEFORE_VALUE, NO_CALL, STORAGE, mayBeObject } from './words-of-c.js';

export interface BodyFacts {
  readonly calls: readonly CallFact[];
  readonly references: readonly ReferenceFact[];
  readonly tables: readonly Omit<TableFacts, 'guards'>[];
}

/** What a body is read against: names that are its own, and those that the file defines as functions. */
export interface BodyScope {
  readonly params: readonly string[];
  readonly isFunction: (name: string) => boolean;
}

/** Reads the tokens between `open` and `close`. */
export function bodyFacts(source: Source, open: number, close: number, scope: BodyScope): BodyFacts {
  const own = new Set([...scope.params, ...localsOf(source, open, close)]);
  const tables: Omit<TableFacts, 'guards'>[] = [];
  for (let at = open + 1; at < close; at++) {
    if (kindAt(source.tokens, at) === CODE.openBrace && kindAt(source.tokens, at - 1) === CODE.equals) {
      tables.push(...tablesAt(source, at));
    }
  }
  // A table of its own that a function passes on is worth knowing: what is in it is called by who gets it.
  for (const { variable } of tables) own.delete(variable);
  const calls: CallFact[] = [];
  const references: ReferenceFact[] = [];
  const asArgument = new Set<number>();
  const start = startOf(source.tokens, Math.max(open, 0));
  /** End of the list of values that is being read: the names in it are fields of a table. */
  let listEnd = open;
  for (let at = open + 1; at < close; at++) {
    const kind = kindAt(source.tokens, at);
    if (kind === CODE.openBrace && kindAt(source.tokens, at - 1) === CODE.equals) {
      listEnd = Math.max(listEnd, closing(source, at));
    }
    if (kind !== TOKEN.ident && kind !== CODE.open) continue;
    const call = callAt(source, at, own, asArgument);
    if (call !== undefined) {
      const guards = guardsAt(source.guards, call.offset, start);
      calls.push(guards.length > 0 ? { ...call, guards } : call);
    } else if (kind === TOKEN.ident && at > listEnd && !asArgument.has(at)) {
      const reference = referenceAt(source, at, own, scope);
      if (reference !== undefined) references.push(reference);
    }
  }
  return { calls, references, tables };
}

/** One for all calls without: there are very many. */
const NO_ARGUMENTS: readonly ArgumentFact[] = [];

/** The call whose name, or whose `(*f)` or `f[i]`, is at a token; undefined when there is none. */
function callAt(
  source: Source,
  at: number,
  own: ReadonlySet<string>,
  asArgument: Set<number>,
): CallFact | undefined {
  const { tokens } = source;
  const named = calleeAt(source, at);
  if (named === undefined) return undefined;
  const callee = nameAt(source, named.name);
  if (NO_CALL.has(callee)) return undefined;
  const before = kindAt(tokens, named.name - 1);
  const member =
    before === TOKEN.arrow || (before === CODE.dot && kindAt(tokens, named.name - 2) !== CODE.dot);
  const kind = member ? 'field' : named.indirect || own.has(callee) ? 'pointer' : 'direct';
  const args: ArgumentFact[] = [];
  elements(source, named.open, closing(source, named.open)).forEach((range, index) => {
    const name = nameIn(source, range);
    if (name === undefined || !mayBeObject(name.name)) return;
    asArgument.add(range[1] - 1);
    if (!own.has(name.name)) args.push({ index, ...name });
  });
  return {
    kind,
    callee,
    line: lineOf(source, named.name),
    offset: startOf(tokens, named.name),
    arguments: args.length > 0 ? args : NO_ARGUMENTS,
  };
}

/** `f(`; `(*f)(`, `(*p->f)(`; `f[i](`: the token of the name and the bracket of the arguments. */
function calleeAt(source: Source, at: number): { name: number; open: number; indirect: boolean } | undefined {
  const { tokens } = source;
  if (kindAt(tokens, at) === TOKEN.ident) {
    const next = kindAt(tokens, at + 1);
    if (next === CODE.open) return { name: at, open: at + 1, indirect: false };
    if (next !== CODE.openBracket) return undefined;
    const after = closing(source, at + 1) + 1;
    return kindAt(tokens, after) === CODE.open ? { name: at, open: after, indirect: true } : undefined;
  }
  if (kindAt(tokens, at + 1) !== CODE.star) return undefined;
  const close = closing(source, at);
  if (kindAt(tokens, close + 1) !== CODE.open || kindAt(tokens, close - 1) !== TOKEN.ident) return undefined;
  // `(*f)(int)` of a declaration has a type before it.
  return kindAt(tokens, at - 1) === TOKEN.ident && !BEFORE_VALUE.has(wordAt(tokens, at - 1))
    ? undefined
    : { name: close - 1, open: close + 1, indirect: true };
}

function referenceAt(
  source: Source,
  at: number,
  own: ReadonlySet<string>,
  scope: BodyScope,
): ReferenceFact | undefined {
  const { tokens } = source;
  const before = kindAt(tokens, at - 1);
  if (before === CODE.dot || before === TOKEN.arrow || kindAt(tokens, at + 1) === CODE.open) return undefined;
  const name = nameAt(source, at);
  if (own.has(name) || !mayBeObject(name)) return undefined;
  const address = before === CODE.ampersand;
  const equals = at - (address ? 2 : 1);
  const assigned = kindAt(tokens, equals) === CODE.equals && kindAt(tokens, at + 1) === CODE.semicolon;
  if (!assigned && !scope.isFunction(name)) return undefined;
  const member = kindAt(tokens, equals - 2) === TOKEN.arrow || kindAt(tokens, equals - 2) === CODE.dot;
  const field = assigned && member ? nameAt(source, equals - 1) : undefined;
  if (assigned && field === undefined && !scope.isFunction(name) && !address) return undefined;
  return {
    name,
    line: lineOf(source, at),
    ...(address ? { address } : {}),
    ...(field === undefined ? {} : { field }),
  };
}

/** `struct T x = {...}`, `struct T x[] = {...}` and the compound literals of `x = (struct T){...}` in a body. */
function tablesAt(source: Source, open: number): readonly Omit<TableFacts, 'guards'>[] {
  const { tokens } = source;
  let name = open - 2;
  while (kindAt(tokens, name) === CODE.closeBracket) name = (source.partner[name] ?? 0) - 1;
  if (kindAt(tokens, name) !== TOKEN.ident) return [];
  let first = name;
  while (first > 0 && kindAt(tokens, first - 1) === TOKEN.ident) first--;
  const type = typeNameIn(source, [first, name]);
  if (type === undefined) return [];
  const variable = nameAt(source, name);
  const { fields, literals } = valuesIn(source, open, closing(source, open));
  const isStatic = wordAt(tokens, first) === 'static';
  return [{ type, line: lineOf(source, name), fields }, ...literals]
    .filter((table) => table.fields.length > 0)
    .map((table) => ({ ...table, variable, isStatic }));
}

/**
 * Names that a body declares: a word after a type. Good enough to keep a local `ops` or `fn` apart from a global one;
 * a missed one only adds an argument that resolves to nothing.
 */
function localsOf(source: Source, open: number, close: number): readonly string[] {
  const { tokens } = source;
  const names: string[] = [];
  for (let at = open + 2; at < close; at++) {
    if (kindAt(tokens, at) !== TOKEN.ident) continue;
    const next = kindAt(tokens, at + 1);
    if (next !== CODE.equals && next !== CODE.semicolon && next !== CODE.comma && next !== CODE.openBracket)
      continue;
    let type = at - 1;
    while (kindAt(tokens, type) === CODE.star) type--;
    if (kindAt(tokens, type) === TOKEN.ident) {
      const word = wordAt(tokens, type);
      if (BEFORE_VALUE.has(word)) continue;
      if (type === at - 1 || startsDeclaration(source, type)) names.push(wordAt(tokens, at));
    } else if (
      kindAt(tokens, type) === CODE.comma &&
      names.length > 0 &&
      continuesDeclaration(source, type, names)
    ) {
      names.push(wordAt(tokens, at));
    }
  }
  return names;
}

/** `T *x`: the words before the star begin a statement, or they are a struct or qualified type. */
function startsDeclaration(source: Source, type: number): boolean {
  let first = type;
  while (kindAt(source.tokens, first - 1) === TOKEN.ident) first--;
  if (first < type)
    return !BEFORE_VALUE.has(wordAt(source.tokens, first)) || STORAGE.has(wordAt(source.tokens, first));
  const before = kindAt(source.tokens, first - 1);
  return (
    before === CODE.semicolon ||
    before === CODE.openBrace ||
    before === CODE.closeBrace ||
    before === CODE.open
  );
}

/** `T a, *b, c`: the word before the comma was declared just now. */
function continuesDeclaration(source: Source, comma: number, names: readonly string[]): boolean {
  return (
    kindAt(source.tokens, comma - 1) === TOKEN.ident && wordAt(source.tokens, comma - 1) === names.at(-1)
  );
}
