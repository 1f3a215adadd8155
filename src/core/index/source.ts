/** A file made ready for reading facts: its code tokens, how brackets pair, where lines begin, what is conditional. */
import { pairBrackets } from './brackets.js';
import { preprocess, type Preprocessed } from './directives.js';
import { NO_GUARDS, type Guards } from './guards.js';
import { lineAt, linesOf, type Lines } from './lines.js';
import { CODE, kept, kindAt, startOf, tokenize, wordAt, type Names, type Tokens } from './tokens.js';

export interface Source {
  readonly tokens: Tokens;
  readonly partner: Int32Array;
  readonly lines: Lines;
  readonly guards: Guards;
  readonly names: Names;
}

export function sourceOf(
  text: string,
  names: Names,
): { readonly source: Source; readonly preprocessed: Preprocessed; readonly raw: Tokens } {
  const raw = tokenize(text);
  const preprocessed = preprocess(raw, names);
  const { tokens, guards } = preprocessed;
  return {
    source: { tokens, partner: pairBrackets(tokens), lines: linesOf(text), guards, names },
    preprocessed,
    raw,
  };
}

/** A part of a text (the body of a macro) as a source of its own, with the lines of the whole. */
export function partOf(text: string, lines: Lines, from: number, to: number, names: Names): Source {
  const tokens = tokenize(text, from, to);
  return { tokens, partner: pairBrackets(tokens), lines, guards: NO_GUARDS, names };
}

export function lineOf(source: Source, index: number): number {
  return lineAt(source.lines, startOf(source.tokens, index));
}

/** Index of the bracket that closes the one at `open`; the last token when nothing does. */
export function closing(source: Source, open: number): number {
  const partner = source.partner[open] ?? -1;
  return partner > open ? partner : Math.max(open, source.tokens.count - 1);
}

/** Ranges [from, to) of the elements between two brackets, cut at the commas of that depth. An empty list has none. */
export function elements(
  source: Source,
  open: number,
  close: number,
): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let from = open + 1;
  for (let index = open + 1; index < close; index++) {
    const kind = kindAt(source.tokens, index);
    if (kind === CODE.comma) {
      found.push([from, index]);
      from = index + 1;
    } else if (kind === CODE.open || kind === CODE.openBrace || kind === CODE.openBracket) {
      index = Math.min(closing(source, index), close);
    }
  }
  if (from < close) found.push([from, close]);
  return found;
}

/** A word that outlives the text. */
export function nameAt(source: Source, index: number): string {
  return kept(source.names, wordAt(source.tokens, index));
}
