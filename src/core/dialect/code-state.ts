/**
 * Where the code stands behind a token: the brackets that are open there, what came last, and what the declaration began with. It
 * tells whether a statement or declaration may begin there, and what a stretch closes and opens of the brackets around it.
 */
import { PUNCTUATION, WORD, type Tokens } from './lex.js';

type Enclosing = 'block' | 'list' | 'members' | 'paren';

/** An open bracket, and those around it. */
interface Bracket {
  readonly kind: Enclosing;
  readonly character: string;
  readonly depth: number;
  readonly outer: Bracket | undefined;
  /** Token before the bracket, or -1. */
  readonly before: number;
}

/** One object for a whole stretch, which {@link step} changes: a big file has 100 000 tokens. */
export interface CodeState {
  bracket: Bracket | undefined;
  /** Last visible token, or -1. */
  last: number;
  /** Token before the parenthesis that `last` closes, or -1. */
  opener: number;
  /** struct, union or enum that the current declaration began with. */
  aggregate: string;
}

/** Before the first token. */
export const START: Readonly<CodeState> = { bracket: undefined, last: -1, opener: -1, aggregate: '' };

const CLOSER: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** The text of a word or mark; empty for other tokens, and for none (-1). */
const wordOf = (tokens: Tokens, token: number): string => (token < 0 ? '' : (tokens.word[token] ?? ''));

/** The mark of punctuation that a token is; empty for any other. */
export const markOf = (tokens: Tokens, token: number): string =>
  tokens.kind[token] === PUNCTUATION ? wordOf(tokens, token) : '';

/** The word that a token is; empty for any other. */
export const nameOf = (tokens: Tokens, token: number): string =>
  tokens.kind[token] === WORD ? wordOf(tokens, token) : '';

/** Moves the state over one token. */
export function step(tokens: Tokens, state: CodeState, token: number): void {
  const word = wordOf(tokens, token);
  if (tokens.kind[token] === WORD) {
    if (word === 'struct' || word === 'union' || word === 'enum') state.aggregate = word;
  } else if (word === '{' || word === '(' || word === '[') {
    const depth = (state.bracket?.depth ?? 0) + 1;
    const kind = word === '{' ? braceKind(tokens, state) : 'paren';
    state.bracket = { kind, character: word, depth, outer: state.bracket, before: state.last };
    state.aggregate = '';
  } else if (word === '}' || word === ')' || word === ']') {
    let bracket = state.bracket;
    // a closing brace closes forgotten parentheses; a closing parenthesis never closes a brace
    if (word === '}') while (bracket !== undefined && bracket.character !== '{') bracket = bracket.outer;
    if (bracket !== undefined && CLOSER[bracket.character] === word) {
      state.opener = word === ')' ? bracket.before : -1;
      state.bracket = bracket.outer;
      state.aggregate = '';
    }
  } else if (word === ';' || word === '=' || word === ',') {
    state.aggregate = '';
  }
  state.last = token;
}

function braceKind(tokens: Tokens, state: CodeState): Enclosing {
  if (state.aggregate === 'enum') return 'list';
  if (state.aggregate !== '') return 'members';
  const mark = markOf(tokens, state.last);
  if (mark === '=' || mark === ',' || mark === ']') return 'list';
  if (mark === '{') return state.bracket?.kind === 'list' ? 'list' : 'block';
  if (mark === ')' && state.bracket !== undefined) {
    if (state.opener < 0) return 'list';
    const before = nameOf(tokens, state.opener);
    return before === '' || before === 'return' ? 'list' : 'block';
  }
  return 'block';
}

/** What an arm closes and opens of the brackets around it: `}/{` for `} else {`. */
export function shapeOf(start: CodeState, end: CodeState): string {
  let outer = start.bracket;
  let inner = end.bracket;
  let closed = '';
  let opened = '';
  while (outer !== inner) {
    if ((outer?.depth ?? 0) >= (inner?.depth ?? 0)) {
      closed += CLOSER[outer?.character ?? ''] ?? '';
      outer = outer?.outer;
    } else {
      opened = (inner?.character ?? '') + opened;
      inner = inner?.outer;
    }
  }
  return `${closed}/${opened}`;
}

/** Can a statement, declaration or member begin behind this state? */
export function isBoundary(tokens: Tokens, state: CodeState): boolean {
  if (state.bracket?.kind === 'paren') return false;
  if (state.last < 0) return true;
  const mark = markOf(tokens, state.last);
  if (mark === ';' || mark === '{' || mark === '}') return true;
  if (mark === ':') return state.bracket?.kind === 'block';
  return mark === ')' && state.bracket === undefined;
}
