/** Which bracket belongs to which, also where the code is damaged or half-typed. */
import { PUNCTUATION, type Tokens } from './lex.js';

const OPENER: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

export interface Brackets {
  /** Index of the partner of each bracket; -1 for other tokens and for brackets without a partner. */
  readonly match: Int32Array;
  /** Every bracket has a partner. */
  readonly balanced: boolean;
  /** Most brackets that are open at one place, with the signs of one operand there (`!**p`): each is a level of the syntax tree. */
  readonly depth: number;
}

/** What an operand may have many of in front of it. */
const SIGNS: ReadonlySet<string> = new Set(['*', '&', '!', '~', '-', '+']);

const isAtLineStart = (tokens: Tokens, token: number): boolean => {
  const start = tokens.start[token] ?? 0;
  return start === 0 || tokens.text.charCodeAt(start - 1) === 10;
};

/**
 * Pairs the brackets. Where they don't add up, the kernel's layout decides: a brace in the first column opens or closes
 * at the top level, so that damage never reaches the next function.
 */
export function matchBrackets(tokens: Tokens): Brackets {
  const strict = pair(tokens, false);
  return strict.balanced ? strict : pair(tokens, true);
}

function pair(tokens: Tokens, byLayout: boolean): Brackets {
  const match = new Int32Array(tokens.count).fill(-1);
  const open: number[] = [];
  let balanced = true;
  let depth = 0;
  let signs = 0;
  for (let token = 0; token < tokens.count; token++) {
    const mark = tokens.kind[token] === PUNCTUATION ? (tokens.word[token] ?? '') : '';
    signs = SIGNS.has(mark) ? signs + 1 : 0;
    if (open.length + signs > depth) depth = open.length + signs;
    if (mark === '') continue;
    if (mark === '{' || mark === '(' || mark === '[') {
      if (
        byLayout &&
        mark === '{' &&
        open.length > 0 &&
        isAtLineStart(tokens, token) &&
        tokens.word[token - 1] === ')'
      )
        open.length = 0;
      open.push(token);
      if (open.length > depth) depth = open.length;
      continue;
    }
    const opener = OPENER[mark];
    if (opener === undefined) continue;
    let at = open.length - 1;
    if (mark === '}') {
      if (byLayout && isAtLineStart(tokens, token)) at = open.findIndex((each) => tokens.word[each] === '{');
      else while (at >= 0 && tokens.word[open[at] ?? 0] !== '{') at--;
    }
    const partner = open[at];
    if (partner === undefined || tokens.word[partner] !== opener) {
      balanced = false;
      continue;
    }
    if (at !== open.length - 1) balanced = false;
    open.length = at;
    match[partner] = token;
    match[token] = partner;
  }
  return { match, balanced: balanced && open.length === 0, depth };
}
