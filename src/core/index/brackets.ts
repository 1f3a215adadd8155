/**
 * Which bracket closes which, in code that may be broken. In kernel style a `}` at the start of a line ends a function or
 * a table, and a `{` at the start of a line opens one: both pull the pairing straight again after a mistake above.
 */
import { CODE, TOKEN, atColumnZero, kindAt, startOf, type Tokens } from './tokens.js';

/** For each token its partner's index, or -1; an opening bracket that is never closed has the place where it was given up. */
export function pairBrackets(tokens: Tokens): Int32Array {
  const partner = new Int32Array(tokens.count).fill(-1);
  const open: number[] = [];

  const giveUp = (downTo: number, at: number): void => {
    while (open.length > downTo) {
      const index = open.pop();
      if (index !== undefined) partner[index] = at;
    }
  };
  const pair = (index: number): void => {
    const opening = open.pop();
    if (opening === undefined) return;
    partner[opening] = index;
    partner[index] = opening;
  };

  for (let index = 0; index < tokens.count; index++) {
    const kind = tokens.kinds[index] ?? 0;
    if (kind === CODE.open || kind === CODE.openBracket) open.push(index);
    else if (kind === CODE.openBrace) {
      if (open.length > 0 && atColumnZero(tokens, index) && opensBody(tokens, index))
        giveUp(0, headerStart(tokens, index));
      open.push(index);
    } else if (kind === CODE.close || kind === CODE.closeBracket) {
      const wanted = kind === CODE.close ? CODE.open : CODE.openBracket;
      if (tokens.kinds[open.at(-1) ?? -1] === wanted) pair(index);
    } else if (kind === CODE.closeBrace) {
      const innermost = open.findLastIndex((at) => tokens.kinds[at] === CODE.openBrace);
      if (innermost < 0) continue;
      giveUp((atColumnZero(tokens, index) ? openedAtColumnZero(tokens, open) : innermost) + 1, index);
      pair(index);
    }
  }
  giveUp(0, tokens.count - 1);
  return partner;
}

/** The innermost open brace whose line is not indented; the outermost brace when every line is. */
function openedAtColumnZero(tokens: Tokens, open: readonly number[]): number {
  const found = open.findLastIndex((at) => tokens.kinds[at] === CODE.openBrace && !isIndented(tokens, at));
  return found >= 0 ? found : open.findIndex((at) => tokens.kinds[at] === CODE.openBrace);
}

function isIndented(tokens: Tokens, index: number): boolean {
  const lineStart = tokens.text.lastIndexOf('\n', startOf(tokens, index)) + 1;
  const first = tokens.text.charCodeAt(lineStart);
  return first === 0x20 || first === 0x09;
}

/** A `{` at the start of a line after `)` is the body of a function; after `=`, `,` or `{` it is a table's. */
function opensBody(tokens: Tokens, index: number): boolean {
  return kindAt(tokens, index - 1) === CODE.close;
}

/** The last token before the header that the body at `index` belongs to: the end of what was left open. */
function headerStart(tokens: Tokens, index: number): number {
  for (let at = index - 1; at > 0; at--) {
    const kind = kindAt(tokens, at);
    if (kind === CODE.semicolon || kind === CODE.closeBrace) return at;
    if (kind === TOKEN.ident && atColumnZero(tokens, at)) return at - 1;
  }
  return index - 1;
}
