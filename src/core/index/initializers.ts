/** Values of tables: `{ .pmd_entry = f, .ops = &g, [0] = { h } }`, and the lists of compound literals inside. */
import type { FieldFact, NameFact, TableFacts } from './facts.js';
import { closing, elements, lineOf, nameAt, type Source } from './source.js';
import { CODE, TOKEN, kindAt, wordAt } from './tokens.js';
import { mayBeObject } from './words-of-c.js';

type Range = readonly [number, number];

/** What a list of values gives: its fields, and the tables of the compound literals in it. */
export interface Values {
  readonly fields: readonly FieldFact[];
  readonly literals: readonly Pick<TableFacts, 'type' | 'line' | 'fields'>[];
}

/**
 * A value that is one name: `f`, `&f`, `(cast)f`. Undefined for anything else and for macro constants.
 * `range` is half open.
 */
export function nameIn(source: Source, [from, to]: Range): NameFact | undefined {
  const { tokens } = source;
  let at = from;
  let end = to;
  while (kindAt(tokens, at) === CODE.open && at < end) {
    const close = closing(source, at);
    const around = close === end - 1;
    at = around ? at + 1 : close + 1;
    if (around) end = close;
  }
  const address = kindAt(tokens, at) === CODE.ampersand;
  if (address) at++;
  if (at !== end - 1 || kindAt(tokens, at) !== TOKEN.ident) return undefined;
  const name = nameAt(source, at);
  return address ? { name, address } : { name };
}

/** Lists that are nested deeper than this are not looked into. */
const DEEPEST_LIST = 32;

/** Values between the braces at `open` and `close`. */
export function valuesIn(source: Source, open: number, close: number, prefix = '', depth = 0): Values {
  const fields: FieldFact[] = [];
  const literals: Pick<TableFacts, 'type' | 'line' | 'fields'>[] = [];
  elements(source, open, close).forEach(([from, to], position) => {
    const { path: own, value } = designated(source, [from, to]);
    const full = join(prefix, own ?? '');
    const list = braceOf(source, [value, to]);
    if (list !== undefined) {
      if (depth === DEEPEST_LIST) return;
      const path = list.type === undefined ? full : '';
      const inner = valuesIn(source, list.open, closing(source, list.open), path, depth + 1);
      if (list.type === undefined) fields.push(...inner.fields);
      else literals.push({ type: list.type, line: lineOf(source, list.open), fields: inner.fields });
      literals.push(...inner.literals);
      return;
    }
    const where = own === undefined ? join(prefix, `#${position}`) : full;
    for (const name of namesIn(source, [value, to], own !== undefined)) {
      fields.push({ path: where, line: lineOf(source, value), ...name });
    }
  });
  return { fields, literals };
}

function join(prefix: string, path: string): string {
  return prefix === '' || path === '' ? prefix + path : `${prefix}.${path}`;
}

/** The designator of an element (`.a.b =`, `[0] =`, `a:`) as a path, and where its value starts. */
function designated(source: Source, [from, to]: Range): { path: string | undefined; value: number } {
  const { tokens } = source;
  const names: string[] = [];
  let at = from;
  while (at < to) {
    const kind = kindAt(tokens, at);
    if (kind === CODE.dot && kindAt(tokens, at + 1) === TOKEN.ident) {
      names.push(nameAt(source, at + 1));
      at += 2;
    } else if (kind === CODE.openBracket) at = closing(source, at) + 1;
    else break;
  }
  if (at > from && kindAt(tokens, at) === CODE.equals)
    return { path: names.length > 0 ? names.join('.') : undefined, value: at + 1 };
  if (kindAt(tokens, from) === TOKEN.ident && kindAt(tokens, from + 1) === CODE.colon) {
    return { path: nameAt(source, from), value: from + 2 };
  }
  return { path: undefined, value: from };
}

/** `{...}`, or the compound literals `(struct T){...}`, `&(struct T[]){...}` with their type. */
function braceOf(source: Source, [from, to]: Range): { open: number; type?: string } | undefined {
  const { tokens } = source;
  if (kindAt(tokens, from) === CODE.openBrace) return { open: from };
  const paren = kindAt(tokens, from) === CODE.ampersand ? from + 1 : from;
  if (kindAt(tokens, paren) !== CODE.open) return undefined;
  const close = closing(source, paren);
  if (close + 1 >= to || kindAt(tokens, close + 1) !== CODE.openBrace) return undefined;
  const type = typeNameIn(source, [paren + 1, close]);
  return type === undefined ? { open: close + 1 } : { open: close + 1, type };
}

/** The name of the type that some words spell: the tag after `struct`, or the last word that is no qualifier. */
export function typeNameIn(source: Source, [from, to]: Range): string | undefined {
  const { tokens } = source;
  let last: string | undefined;
  for (let at = from; at < to; at++) {
    if (kindAt(tokens, at) !== TOKEN.ident) continue;
    const word = wordAt(tokens, at);
    if ((word === 'struct' || word === 'union') && kindAt(tokens, at + 1) === TOKEN.ident)
      return nameAt(source, at + 1);
    if (word !== 'const' && word !== 'static') last ??= nameAt(source, at);
  }
  return last;
}

/** Words before the name of a type. */
const TYPE_WORDS: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);

/** The arguments of `MACRO(A, f, 0)` that are a name: what makes an element out of them is seldom in the same file. */
function argumentsIn(source: Source, [from, to]: Range): readonly NameFact[] {
  const { tokens } = source;
  const isUse = kindAt(tokens, from) === TOKEN.ident && kindAt(tokens, from + 1) === CODE.open;
  if (!isUse || closing(source, from + 1) !== to - 1) return [];
  return elements(source, from + 1, to - 1).flatMap((range) => {
    const name = nameIn(source, range);
    return name !== undefined && mayBeObject(name.name) ? [name] : [];
  });
}

/**
 * The names of a value: itself, or those in a macro or expression (`pm_ptr(&ops)`, `cond ? f : g`). A value without a
 * designator counts only when it is one name, or a macro's use with names: long lists of data are not worth keeping.
 */
function namesIn(source: Source, [from, to]: Range, designator: boolean): readonly NameFact[] {
  const single = nameIn(source, [from, to]);
  if (single !== undefined) return designator || mayBeObject(single.name) ? [single] : [];
  if (!designator) return argumentsIn(source, [from, to]);
  const names: NameFact[] = [];
  for (let at = from; at < to; at++) {
    if (kindAt(source.tokens, at) !== TOKEN.ident || kindAt(source.tokens, at + 1) === CODE.open) continue;
    const before = kindAt(source.tokens, at - 1);
    if (before === CODE.dot || before === TOKEN.arrow) continue;
    const name = nameAt(source, at);
    if (TYPE_WORDS.has(name)) {
      at++;
      continue;
    }
    if (!mayBeObject(name)) continue;
    names.push(before === CODE.ampersand ? { name, address: true } : { name });
  }
  return names;
}
