/** The nesting of `#if` groups in a token list. */
import { DIRECTIVE, type Tokens } from './lex.js';
import { NEVER_TRUE } from './words.js';

export interface Arm {
  /** Token index of the line that opens the arm: `#if`, `#elif` or `#else`. */
  readonly directive: number;
  /** Tokens of the arm: [from, to). */
  readonly from: number;
  to: number;
  /** Groups within the arm, in order. */
  readonly groups: Group[];
}

export interface Group {
  /** Token indexes of its lines: `#if`, then `#elif` and `#else`, then `#endif`. */
  readonly directives: number[];
  readonly arms: Arm[];
  readonly open: number;
  close: number;
}

export type DirectiveName = 'if' | 'elif' | 'else' | 'endif' | 'define' | 'other';

const NAME = /^#[ \t]*([a-z_]+)/;

/** What kind of preprocessor line a directive token is, and where the text behind its name begins. */
export function directiveName(line: string): {
  readonly name: DirectiveName;
  readonly word: string;
  readonly rest: number;
} {
  const match = NAME.exec(line);
  const word = match?.[1] ?? '';
  const rest = match?.[0].length ?? 1;
  switch (word) {
    case 'if':
    case 'ifdef':
    case 'ifndef':
      return { name: 'if', word, rest };
    case 'elif':
    case 'elifdef':
    case 'elifndef':
      return { name: 'elif', word, rest };
    case 'else':
    case 'endif':
    case 'define':
      return { name: word, word, rest };
    default:
      return { name: 'other', word, rest };
  }
}

/** Deeper nesting than any file has; it bounds the recursion. */
const DEEPEST = 200;

/** Groups that are closed, nested. A line without its partner (half-typed code) belongs to no group. */
export function parseGroups(tokens: Tokens): { readonly groups: number; readonly top: readonly Group[] } {
  const top: Group[] = [];
  const open: Group[] = [];
  let groups = 0;
  /** Groups nested too deep, whose lines belong to nobody. */
  let deeper = 0;
  const close = (token: number, group: Group): void => {
    const last = group.arms.at(-1);
    if (last !== undefined) last.to = token;
    group.directives.push(token);
    group.close = token;
    open.pop();
    (open.at(-1)?.arms.at(-1)?.groups ?? top).push(group);
    groups++;
  };
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.kind[token] !== DIRECTIVE) continue;
    const group = open.at(-1);
    const start = tokens.start[token] ?? 0;
    switch (directiveName(tokens.text.slice(start, Math.min(tokens.end[token] ?? 0, start + 40))).name) {
      case 'if':
        if (deeper > 0 || open.length >= DEEPEST) {
          deeper++;
          break;
        }
        open.push({
          directives: [token],
          arms: [{ directive: token, from: token + 1, to: -1, groups: [] }],
          open: token,
          close: -1,
        });
        break;
      case 'elif':
      case 'else': {
        if (group === undefined || deeper > 0) break;
        const last = group.arms.at(-1);
        if (last !== undefined) last.to = token;
        group.directives.push(token);
        group.arms.push({ directive: token, from: token + 1, to: -1, groups: [] });
        break;
      }
      case 'endif': {
        if (deeper > 0) deeper--;
        else if (group !== undefined) close(token, group);
        break;
      }
      default:
    }
  }
  // groups within one that was never closed stand for themselves
  for (const group of open) for (const arm of group.arms) top.push(...arm.groups);
  top.sort((a, b) => a.open - b.open);
  return { groups, top };
}

/** True for an arm that no C compiler of the kernel ever sees: `#if 0`, `#ifdef __ASSEMBLY__`. */
export function isDead(tokens: Tokens, group: Group, arm: Arm): boolean {
  const line = tokens.text.slice(tokens.start[arm.directive], tokens.end[arm.directive]);
  const { name, word, rest } = directiveName(line);
  if (name === 'else') {
    const first = group.arms[0];
    if (first === undefined || group.arms.length !== 2) return false;
    const opening = tokens.text.slice(tokens.start[first.directive], tokens.end[first.directive]);
    const { word: how, rest: after } = directiveName(opening);
    return how === 'ifndef' && NEVER_TRUE.includes(conditionWord(opening.slice(after)));
  }
  const condition = conditionWord(line.slice(rest));
  if (word === 'if' || word === 'elif') return condition === '0';
  return (word === 'ifdef' || word === 'elifdef') && NEVER_TRUE.includes(condition);
}

/** The condition without comments and white space around it. */
const conditionWord = (text: string): string => text.replace(/\/[*/].*/s, '').trim();
