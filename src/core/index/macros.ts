/** Macros that matter to the index: those that wrap calls, rename a function, or make functions and tables. */
import { bodyFacts } from './bodies.js';
import type { MacroText } from './directives.js';
import { guardsAt, type Guards } from './guards.js';
import type { CallFact, MacroFacts } from './facts.js';
import { lineAt, type Lines } from './lines.js';
import { partOf } from './source.js';
import { CODE, TOKEN, kept, kindAt, startOf, wordAt, type Names } from './tokens.js';
import { mayBeObject } from './words-of-c.js';

/** Facts of one `#define`; undefined for a constant and the like, which calls and names nothing. */
export function macroFacts(
  text: string,
  lines: Lines,
  guards: Guards,
  macro: MacroText,
  names: Names,
): MacroFacts | undefined {
  const source = partOf(text, lines, macro.bodyStart, macro.bodyEnd, names);
  const { tokens } = source;
  if (tokens.count === 0) return undefined;
  const params = macro.params ?? [];
  const alias = renamed(macro, tokens);
  const calls: readonly CallFact[] =
    alias !== undefined
      ? [
          {
            kind: 'direct',
            callee: kept(names, alias),
            line: lineAt(lines, macro.start),
            offset: startOf(tokens, 0),
            arguments: [],
          },
        ]
      : bodyFacts(source, -1, tokens.count, { params, isFunction: () => false }).calls;
  const body = text.slice(macro.bodyStart, macro.bodyEnd);
  const makes = macro.params !== undefined && (body.includes('##') || makesFunction(tokens));
  if (calls.length === 0 && !makes) return undefined;
  return {
    name: kept(names, macro.name),
    line: lineAt(lines, macro.start),
    ...(macro.params === undefined ? {} : { params: params.map((param) => kept(names, param)) }),
    calls,
    ...(makes ? { body: kept(names, body) } : {}),
    guards: guardsAt(guards, macro.start),
  };
}

/** `#define a b`: another name for a function. */
function renamed(
  macro: MacroText,
  tokens: { readonly count: number } & Parameters<typeof wordAt>[0],
): string | undefined {
  if (tokens.count !== 1 || kindAt(tokens, 0) !== TOKEN.ident) return undefined;
  const name = wordAt(tokens, 0);
  return name !== macro.name && mayBeObject(name) && macro.params?.includes(name) !== true ? name : undefined;
}

/** A body that goes `) {` outside of `({`: it holds a whole function. */
function makesFunction(tokens: Parameters<typeof wordAt>[0]): boolean {
  return (
    kindAt(tokens, 0) === TOKEN.ident &&
    (wordAt(tokens, 0) === 'static' || wordAt(tokens, 0) === 'struct' || wordAt(tokens, 0) === 'const') &&
    Array.from(tokens.kinds.subarray(0, tokens.count)).includes(CODE.openBrace)
  );
}
