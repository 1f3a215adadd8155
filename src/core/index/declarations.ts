/** The top level of a file, cut into functions, tables and macro uses. Broken or unknown declarations are passed over. */
import { AGGREGATES, ARITHMETIC_TYPES } from '../dialect/words.js';
import { closing, elements, nameAt, type Source } from './source.js';
import { CODE, TOKEN, atColumnZero, kept, kindAt, textBetween, wordAt } from './tokens.js';
import { STORAGE, isMark } from './words-of-c.js';

/** Token indexes into the source. */
export type Declaration =
  | {
      readonly kind: 'function';
      readonly first: number;
      readonly name: number;
      /** Set when a macro makes the function: `name` is then its first argument. */
      readonly macro?: string;
      readonly isStatic: boolean;
      /** Where its header starts: `first`, or behind the braces of a struct that is declared with it. */
      readonly from: number;
      /** The name, or the macro, with its brackets. */
      readonly group: Group;
      readonly open: number;
      readonly close: number;
    }
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

/** A word and the brackets behind it. */
interface Group {
  readonly name: number;
  readonly open: number;
  readonly close: number;
}

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

function hasWord(source: Source, first: number, end: number, word: string): boolean {
  for (let at = first; at < end; at++) if (wordAt(source.tokens, at) === word) return true;
  return false;
}

type Header = Pick<FunctionDeclaration, 'name' | 'macro' | 'isStatic' | 'from' | 'group'>;

/**
 * The header before a body at `brace`. Of several words with brackets (`__printf(1, 2) int f(int a) __must_hold(x)`) the
 * name is the first that has a type before it and no type behind it. With no type at all a macro makes the function.
 */
function functionHeader(
  source: Source,
  from: number,
  brace: number,
  groups: readonly Group[],
): Header | undefined {
  const { tokens } = source;
  const candidates = groups.filter((group) => !isAttribute(source, group));
  const declared =
    candidates.find((group) => hasType(source, from, group.name)) ??
    candidates.find(
      (group) =>
        group.name > from && !STORAGE.has(wordAt(tokens, group.name - 1)) && !isBracketBefore(source, group),
    );
  const isStatic = hasWord(source, from, declared?.name ?? brace, 'static');
  if (declared !== undefined) return { name: declared.name, isStatic, from, group: declared };
  const macro = candidates[0];
  if (macro === undefined || kindAt(tokens, macro.open + 1) !== TOKEN.ident) return undefined;
  return { name: macro.open + 1, macro: nameAt(source, macro.name), isStatic, from, group: macro };
}

/** `__printf(1, 2)` before the name: an attribute, for a type or a star comes behind it. */
function isAttribute(source: Source, group: Group): boolean {
  const { tokens } = source;
  const word = wordAt(tokens, group.name);
  if (word === '__attribute__' || word === '__attribute') return true;
  if (!word.startsWith('__')) return false;
  const next = kindAt(tokens, group.close + 1);
  return next === CODE.star || (next === TOKEN.ident && !wordAt(tokens, group.close + 1).startsWith('__'));
}

function hasType(source: Source, first: number, name: number): boolean {
  for (let at = first; at < name; at++) {
    const kind = kindAt(source.tokens, at);
    if (kind === CODE.star) return true;
    if (kind === CODE.open) {
      at = closing(source, at);
      continue;
    }
    if (kind !== TOKEN.ident || kindAt(source.tokens, at + 1) === CODE.open) continue;
    const word = wordAt(source.tokens, at);
    if (!STORAGE.has(word) && !isMark(word)) return true;
  }
  return false;
}

function isBracketBefore(source: Source, group: Group): boolean {
  return kindAt(source.tokens, group.name - 1) === CODE.close;
}

/** Marks in a header: `__init`, `noinstr`, `__must_hold(&x->lock)`. */
export function marksOf(
  source: Source,
  { from, open, group, macro }: FunctionDeclaration,
): readonly string[] {
  const { tokens } = source;
  const marks: string[] = [];
  for (let at = from; at < open; at++) {
    if (macro === undefined && at === group.name) {
      at = group.close;
      continue;
    }
    if (kindAt(tokens, at) === CODE.open) {
      at = closing(source, at);
      continue;
    }
    if (kindAt(tokens, at) !== TOKEN.ident || !isMark(wordAt(tokens, at))) continue;
    const close = kindAt(tokens, at + 1) === CODE.open ? closing(source, at + 1) : at;
    marks.push(kept(source.names, textBetween(tokens, at, close)));
    at = close;
  }
  return marks;
}

/** Names of the parameters: the last word of each, or the one in `(*name)(...)`. */
export function paramsOf(source: Source, { group, macro }: FunctionDeclaration): readonly string[] {
  if (macro !== undefined) return macroParams(source, group);
  return elements(source, group.open, group.close).flatMap((range) => {
    const name = paramName(source, range);
    return name === undefined ? [] : [nameAt(source, name)];
  });
}

/** A word with underscores is a name behind a star or a bare type, and a mark behind a name or type of several words. */
function paramName(source: Source, [from, to]: readonly [number, number]): number | undefined {
  const { tokens } = source;
  let name: number | undefined;
  let isTyped = false;
  for (let at = from; at < to; at++) {
    const kind = kindAt(tokens, at);
    if (kind === CODE.openBracket) at = closing(source, at);
    else if (kind === CODE.open && kindAt(tokens, at + 1) === CODE.star) {
      const close = closing(source, at);
      for (let inner = at; inner < close; inner++) if (kindAt(tokens, inner) === TOKEN.ident) name = inner;
      return name;
    } else if (kind === CODE.open) at = closing(source, at);
    else if (kind === CODE.star) {
      name = undefined;
      isTyped = true;
    } else if (kind === TOKEN.ident) {
      const word = wordAt(tokens, at);
      if (TYPE_WORDS.has(word)) isTyped ||= word !== 'const' && !AGGREGATES.includes(word);
      else if (!isMark(word)) {
        isTyped ||= name !== undefined;
        name = at;
      } else {
        if (name === undefined ? isTyped : !isTyped) name = at;
        isTyped = true;
      }
    }
  }
  return isTyped ? name : undefined;
}

const TYPE_WORDS: ReadonlySet<string> = new Set([...ARITHMETIC_TYPES, ...AGGREGATES, 'const', 'volatile']);

/** `SYSCALL_DEFINE2(name, type, a, type, b)`: types and names in turn; a word on its own (`regs`) is a name. */
function macroParams(source: Source, group: Group): readonly string[] {
  const rest = elements(source, group.open, group.close).slice(1);
  const inPairs = rest.length % 2 === 0;
  return rest
    .filter(
      ([from, to], index) =>
        to > from && kindAt(source.tokens, to - 1) === TOKEN.ident && (!inPairs || index % 2 === 1),
    )
    .map(([, to]) => nameAt(source, to - 1));
}
