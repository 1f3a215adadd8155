/** The top level of a file, cut into functions, tables and macro uses. Broken or unknown declarations are passed over. */
import { functionHeader, hasWord, type Group, type Header } from './function-header.js';
import { closing, type Source } from './source.js';
import { CODE, TOKEN, atColumnZero, kindAt, wordAt } from './tokens.js';
import { STORAGE, isMark } from './words-of-c.js';

/** Token indexes into the source. */
export type Declaration =
  | (Header & {
      readonly kind: 'function';
      readonly first: number;
      readonly open: number;
      readonly close: number;
    })
  | {
      readonly kind: 'variable';
      readonly first: number;
      readonly name: number;
      readonly isStatic: boolean;
      readonly value: number;
      readonly end: number;
    }
  | { readonly kind: 'invocation'; readonly macro: number; readonly open: number; readonly close: number };

export type FunctionDeclaration = Extract<Declaration, { kind: 'function' }>;

/** A header has fewer words with brackets than this. */
const MOST_GROUPS = 32;

/** Everything declared at the top level, in the order of the text. */
export function declarationsOf(source: Source): readonly Declaration[] {
  const found: Declaration[] = [];
  let at = 0;
  while (at < source.tokens.count) at = Math.max(at + 1, declarationAt(source, at, found));
  return found;
}

/** Reads the declaration that starts at `first`; returns where the next one starts. */
function declarationAt(source: Source, first: number, found: Declaration[]): number {
  const { tokens } = source;
  const groups: Group[] = [];
  /** Where a header would start: behind the last braces of a struct. */
  let from = first;
  for (let at = first; at < tokens.count; at++) {
    const kind = kindAt(tokens, at);
    if (kind === CODE.open) {
      const close = closing(source, at);
      if (kindAt(tokens, at - 1) === TOKEN.ident && at > from && groups.length < MOST_GROUPS) {
        groups.push({ name: at - 1, open: at, close });
      }
      if (isLineOfItsOwn(source, first, groups, close)) {
        found.push({ kind: 'invocation', macro: first, open: at, close });
        return close + 1;
      }
      at = close;
    } else if (kind === CODE.openBracket) at = closing(source, at);
    else if (kind === CODE.semicolon) {
      const group = groups[0];
      if (group?.close === at - 1 && groups.length === 1 && onlyStorage(source, first, group.name)) {
        found.push({ kind: 'invocation', macro: group.name, open: group.open, close: group.close });
      }
      return at + 1;
    } else if (kind === CODE.equals) {
      return variableAt(source, first, at, found);
    } else if (kind === CODE.openBrace) {
      const close = closing(source, at);
      const header = functionHeader(source, from, at, groups);
      if (header !== undefined) {
        found.push({ kind: 'function', first, ...header, open: at, close });
        return close + 1;
      }
      at = close;
      from = close + 1;
      groups.length = 0;
    } else if (kind === CODE.closeBrace) return at + 1;
  }
  return tokens.count;
}

/** `module_init(f)` without a semicolon: the next declaration starts on a new line. */
function isLineOfItsOwn(source: Source, first: number, groups: readonly Group[], close: number): boolean {
  const { tokens } = source;
  if (groups.length !== 1 || groups[0]?.name !== first) return false;
  return (
    kindAt(tokens, close + 1) === TOKEN.ident &&
    atColumnZero(tokens, close + 1) &&
    !isMark(wordAt(tokens, first))
  );
}

function onlyStorage(source: Source, first: number, end: number): boolean {
  for (let at = first; at < end; at++) {
    const word = wordAt(source.tokens, at);
    if (!STORAGE.has(word) && !isMark(word)) return false;
  }
  return true;
}

/** `... name[...] = value;`: the whole declaration, to its semicolon. */
function variableAt(source: Source, first: number, equals: number, found: Declaration[]): number {
  const { tokens } = source;
  const name = declaredName(source, first, equals);
  let end = equals + 1;
  for (; end < tokens.count && kindAt(tokens, end) !== CODE.semicolon; end++) {
    const kind = kindAt(tokens, end);
    if (kind === CODE.open || kind === CODE.openBrace || kind === CODE.openBracket)
      end = closing(source, end);
  }
  if (name !== undefined) {
    found.push({
      kind: 'variable',
      first,
      name,
      isStatic: hasWord(source, first, name, 'static'),
      value: equals + 1,
      end,
    });
  }
  return end + 1;
}

/** The last word before the `=` that is no mark, or the one in `(*name)(...)`; brackets and what they hold are passed over. */
function declaredName(source: Source, first: number, equals: number): number | undefined {
  const { tokens } = source;
  let name: number | undefined;
  for (let at = first; at < equals; at++) {
    const kind = kindAt(tokens, at);
    if (kind === TOKEN.ident && (name === undefined || !isMark(wordAt(tokens, at)))) name = at;
    else if (kind === CODE.open && kindAt(tokens, at + 1) === CODE.star) {
      const close = closing(source, at);
      for (let inner = at; inner < close; inner++) if (kindAt(tokens, inner) === TOKEN.ident) return inner;
    } else if (kind === CODE.open || kind === CODE.openBracket || kind === CODE.openBrace)
      at = closing(source, at);
  }
  return name;
}
