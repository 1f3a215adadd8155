/** The header of a function: of several words with brackets, which is its name; its marks and its parameters. */
import { AGGREGATES, ARITHMETIC_TYPES } from '../dialect/words.js';
import { closing, elements, nameAt, type Source } from './source.js';
import { CODE, TOKEN, kept, kindAt, textBetween, wordAt } from './tokens.js';
import { STORAGE, isMark } from './words-of-c.js';

/** A word and the brackets behind it. */
export interface Group {
  readonly name: number;
  readonly open: number;
  readonly close: number;
}

/** Token indexes into the source. */
export interface Header {
  readonly name: number;
  /** Set when a macro makes the function: `name` is then its first argument. */
  readonly macro?: string;
  readonly isStatic: boolean;
  /** Where it starts: with the declaration, or behind the braces of a struct that is declared with it. */
  readonly from: number;
  /** The name, or the macro, with its brackets. */
  readonly group: Group;
}

/**
 * The header before a body at `brace`. Of several words with brackets (`__printf(1, 2) int f(int a) __must_hold(x)`) the
 * name is the first that has a type before it and no type behind it. With no type at all a macro makes the function.
 */
export function functionHeader(
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

export function hasWord(source: Source, first: number, end: number, word: string): boolean {
  for (let at = first; at < end; at++) if (wordAt(source.tokens, at) === word) return true;
  return false;
}

/** Marks in a header: `__init`, `noinstr`, `__must_hold(&x->lock)`. */
export function marksOf(
  source: Source,
  { from, open, group, macro }: Header & { readonly open: number },
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
export function paramsOf(source: Source, { group, macro }: Header): readonly string[] {
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
