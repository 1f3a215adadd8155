/**
 * Which bracket closes which, in code that may be broken. In kernel style a `}` at the start of a line ends a function or
 * a table, and a `{` at the start of a line opens one: both pull the pairing straight again after a mistake above.
 */
import { CODE, TOKEN, atColumnZero, kindAt, type Tokens } from './tokens.js';

interface Open {
  readonly index: number;
  readonly kind: number;
  /** Whether its line begins with white space. */
  readonly indented: boolean;
}

/** For each token its partner's index, or -1; an opening bracket that is never closed has the place where it was given up. */
export function pairBrackets(tokens: Tokens): Int32Array {
  const partner = new Int32Array(tokens.count).fill(-1);
  const open: Open[] = [];
  /** Places of the braces in `open`. */
  const braces: number[] = [];
  const isIndented = indentationReader(tokens);

  const giveUp = (downTo: number, at: number): void => {
    while (open.length > downTo) {
      const top = open.pop();
      if (top !== undefined) partner[top.index] = at;
    }
    while (braces.length > 0 && (braces.at(-1) ?? 0) >= downTo) braces.pop();
  };
  const pair = (index: number): void => {
    const opening = open.at(-1)?.index ?? index;
    giveUp(open.length - 1, index);
    partner[index] = opening;
  };
  /** The innermost open brace whose line is not indented; the outermost brace when every line is. */
  const openedAtColumnZero = (): number =>
    braces.findLast((at) => open[at]?.indented === false) ?? braces[0] ?? 0;

  /** `};` at the start of a line may end the table of a local variable, too. */
  const endsInitializer = (index: number, opening: number): boolean =>
    kindAt(tokens, index + 1) === CODE.semicolon && kindAt(tokens, opening - 1) === CODE.equals;

  for (let index = 0; index < tokens.count; index++) {
    const kind = tokens.kinds[index] ?? 0;
    switch (kind) {
      case CODE.openBrace:
        if (open.length > 0 && opensBody(tokens, index)) giveUp(0, headerStart(tokens, index));
        braces.push(open.length);
        open.push({ index, kind, indented: isIndented(index) });
        break;
      case CODE.open:
      case CODE.openBracket:
        open.push({ index, kind, indented: false });
        break;
      case CODE.close:
      case CODE.closeBracket:
        if (open.at(-1)?.kind === (kind === CODE.close ? CODE.open : CODE.openBracket)) pair(index);
        break;
      case CODE.closeBrace: {
        const innermost = braces.at(-1);
        if (innermost === undefined) break;
        const isStraight =
          atColumnZero(tokens, index) && !endsInitializer(index, open[innermost]?.index ?? 0);
        giveUp((isStraight ? openedAtColumnZero() : innermost) + 1, index);
        pair(index);
        break;
      }
      default:
        break;
    }
  }
  giveUp(0, tokens.count - 1);
  return partner;
}

/** Tells of tokens, asked in order, whether their line begins with white space. */
function indentationReader({ text, starts }: Tokens): (index: number) => boolean {
  const [first = 0] = starts;
  let lineStart = text.lastIndexOf('\n', first - 1) + 1;
  let newline = text.indexOf('\n', first);
  return (index) => {
    const start = starts[index] ?? 0;
    while (newline >= 0 && newline < start) {
      lineStart = newline + 1;
      newline = text.indexOf('\n', lineStart);
    }
    const indent = text.charCodeAt(lineStart);
    return indent === 0x20 || indent === 0x09;
  };
}

/** A `{` at the start of a line after `)` is the body of a function; after `=`, `,` or `{` it is a table's. */
function opensBody(tokens: Tokens, index: number): boolean {
  return kindAt(tokens, index - 1) === CODE.close && atColumnZero(tokens, index);
}

/** The last token before the header that the body at `index` belongs to: the end of what was left open. */
function headerStart(tokens: Tokens, index: number): number {
  for (let at = index - 1; at > Math.max(0, index - HEADER_TOKENS); at--) {
    const kind = kindAt(tokens, at);
    if (kind === CODE.semicolon || kind === CODE.closeBrace) return at;
    if (kind === TOKEN.ident && atColumnZero(tokens, at)) return at - 1;
  }
  return index - 1;
}

/** No header has more tokens than this. */
const HEADER_TOKENS = 1000;
