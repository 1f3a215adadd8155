/**
 * What happens to the arms of `#if`: a parser takes one only where whole statements, declarations or members stand in its
 * arms. Such groups stay. Of the others the lines go and the arms stay, joined so that the code around still fits
 * (`if (a) {` #else `if (b) {` #endif becomes `if (a) { } if (b) {`), since a call in any arm is a call of some kernel;
 * only an arm that cannot be fitted is left out.
 */
import { isDead, parseGroups, type Arm, type Group } from './groups.js';
import { DIRECTIVE, PUNCTUATION, WORD, type Tokens } from './lex.js';

export interface ConditionalPlan {
  /** Lines that stay; the others are blanked. All token indexes. */
  readonly kept: ReadonlySet<number>;
  /** What is put into the place of a blanked line. */
  readonly inserted: ReadonlyMap<number, string>;
  /** Token ranges that are left out: [from, to) pairs. */
  readonly leftOut: readonly (readonly [number, number])[];
  /** Groups that don't hold whole statements: token index of their `#if`. */
  readonly joined: readonly number[];
}

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

interface State {
  bracket: Bracket | undefined;
  /** Last visible token, or -1. */
  last: number;
  /** Token before the parenthesis that `last` closes, or -1. */
  opener: number;
  /** struct, union or enum that the current declaration began with. */
  aggregate: string;
}

const CLOSER: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
const CONTROL = new Set(['if', 'for', 'while', 'switch']);

export function planConditionals(tokens: Tokens): ConditionalPlan {
  const kept = new Set<number>();
  const inserted = new Map<number, string>();
  const leftOut: [number, number][] = [];
  const joined: number[] = [];
  const { groups, top } = parseGroups(tokens);
  if (groups === 0) return { kept, inserted, leftOut, joined };

  const wordOf = (token: number): string => (token < 0 ? '' : (tokens.word[token] ?? ''));
  const markOf = (token: number): string => (tokens.kind[token] === PUNCTUATION ? wordOf(token) : '');

  /** Moves the state over one token. */
  function step(state: State, token: number): void {
    const word = wordOf(token);
    if (tokens.kind[token] === WORD) {
      if (word === 'struct' || word === 'union' || word === 'enum') state.aggregate = word;
    } else if (word === '{' || word === '(' || word === '[') {
      const depth = (state.bracket?.depth ?? 0) + 1;
      const kind = word === '{' ? braceKind(state) : 'paren';
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

  function braceKind(state: State): Enclosing {
    if (state.aggregate === 'enum') return 'list';
    if (state.aggregate !== '') return 'members';
    const mark = markOf(state.last);
    if (mark === '=' || mark === ',' || mark === ']') return 'list';
    if (mark === '{') return state.bracket?.kind === 'list' ? 'list' : 'block';
    if (mark === ')' && state.bracket !== undefined) {
      if (state.opener < 0) return 'list';
      const before = tokens.kind[state.opener] === WORD ? wordOf(state.opener) : '';
      return before === '' || before === 'return' ? 'list' : 'block';
    }
    return 'block';
  }

  /** Walks the tokens of a stretch, groups within it included. */
  function walk(from: number, to: number, inner: readonly Group[], start: State): State {
    let state = { ...start };
    let at = from;
    for (const group of inner) {
      for (; at < group.open; at++) if (tokens.kind[at] !== DIRECTIVE) step(state, at);
      state = { ...resolve(group, state, to) };
      at = group.close + 1;
    }
    for (; at < to; at++) if (tokens.kind[at] !== DIRECTIVE) step(state, at);
    return state;
  }

  function resolve(group: Group, start: State, limit: number): State {
    const walked = group.arms.map((arm) => {
      if (isDead(tokens, group, arm)) {
        leftOut.push([arm.from, arm.to]);
        return { arm, end: start, first: -1, isEmpty: true, dead: true };
      }
      const end = walk(arm.from, arm.to, arm.groups, start);
      const first = firstToken(arm, end.last === start.last);
      return { arm, end, first, isEmpty: first < 0, dead: false };
    });
    const full = walked.filter((each) => !each.isEmpty);
    const balanced = full.filter((each) => each.end.bracket === start.bracket);
    const lastFull = full.at(-1);
    if (lastFull === undefined) {
      if (isBoundary(start) && start.bracket?.kind !== 'list' && !walked.some((each) => each.dead))
        keep(group);
      return start;
    }
    const next = nextToken(group.close + 1, limit);
    if (
      balanced.length === full.length &&
      !walked.some((each) => each.dead) &&
      isBoundary(start) &&
      start.bracket?.kind !== 'list' &&
      full.every((each) => isWhole(each.first, each.end.last, start, next)) &&
      !isWord(next, 'else')
    ) {
      keep(group);
      return lastFull.end;
    }
    joined.push(group.open);
    return join(full, start);
  }

  function keep(group: Group): void {
    for (const directive of group.directives) kept.add(directive);
  }

  function join(full: readonly { arm: Arm; end: State; first: number }[], start: State): State {
    const unbalanced = full.filter((each) => each.end.bracket !== start.bracket);
    const model = unbalanced[0];
    let chosen = full;
    if (model !== undefined) {
      const shape = shapeOf(start, model.end);
      const fits =
        unbalanced.every((each) => shapeOf(start, each.end) === shape) && /^[{}]*\/[{]*$/.test(shape);
      if (!fits) chosen = full.filter((each) => each === model || each.end.bracket === start.bracket);
    } else if (start.bracket?.kind === 'paren' && start.bracket.outer === undefined) {
      chosen = full.slice(0, 1); // parameters of a function
    }
    const elses = chosen.filter((each) => isWord(each.first, 'else'));
    if (elses.length > 1) chosen = chosen.filter((each) => each === elses[0] || !elses.includes(each)); // one `if` has one
    // balanced arms first would move code: an arm that opens goes with what follows, so balanced ones after it are left out
    if (model !== undefined && chosen.length > 1) {
      const at = chosen.indexOf(model);
      chosen = chosen.filter((each, index) => index <= at || each.end.bracket !== start.bracket);
    }
    for (const each of full) if (!chosen.includes(each)) leftOut.push([each.arm.from, each.arm.to]);
    let end = start;
    for (const [index, each] of chosen.entries()) {
      const previous = chosen[index - 1];
      if (previous !== undefined) {
        const filler = fillerBetween(start, previous.end, each.first);
        if (filler !== '') inserted.set(each.arm.directive, filler);
      }
      end = each.end;
    }
    return end;
  }

  /** What must stand between two arms that follow each other, so that the second begins where the first began. */
  function fillerBetween(start: State, end: State, first: number): string {
    if (end.bracket !== start.bracket) {
      const shape = shapeOf(start, end);
      const [closed = '', opened = ''] = shape.split('/');
      return closed.length >= opened.length
        ? '{'.repeat(closed.length - opened.length)
        : '}'.repeat(opened.length - closed.length);
    }
    const last = markOf(end.last);
    if (last !== '' && !')]}'.includes(last)) return '';
    const lead = markOf(first);
    if (lead !== '' && !'(*&{!~.['.includes(lead)) return '';
    if (isWord(first, 'else') || isWord(end.last, 'else') || isWord(end.last, 'do')) return '';
    if (start.bracket !== undefined && (start.bracket.kind === 'list' || start.bracket.kind === 'paren'))
      return last === ',' ? '' : ',';
    if (lead === '.' || lead === '[') return '';
    if (last === '}') return '';
    if (last === ')' && end.opener >= 0 && isControl(end.opener)) return '';
    return isBoundary(start) ? ';' : ',';
  }

  /** What an arm closes and opens of the brackets around it: `}/{` for `} else {`. */
  function shapeOf(start: State, end: State): string {
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
  function isBoundary(state: State): boolean {
    if (state.bracket?.kind === 'paren') return false;
    if (state.last < 0) return true;
    const mark = markOf(state.last);
    if (mark === ';' || mark === '{' || mark === '}') return true;
    if (mark === ':') return state.bracket?.kind === 'block';
    return mark === ')' && state.bracket === undefined;
  }

  /** Does an arm hold whole statements, declarations or members? */
  function isWhole(first: number, last: number, start: State, next: number): boolean {
    const lead = markOf(first);
    if (lead !== '' && !'{(*;+-!&~'.includes(lead)) return false;
    if (isWord(first, 'else')) return false;
    const mark = markOf(last);
    if (mark === ';' || mark === '}') return true;
    // a label needs a statement in the same arm: then the group is joined
    return (
      mark === ')' &&
      start.bracket === undefined &&
      markOf(start.last) !== ')' &&
      markOf(next) !== '{' &&
      markOf(next) !== ';'
    );
  }

  function firstToken(arm: Arm, nothingSeen: boolean): number {
    if (nothingSeen) return -1;
    return nextToken(arm.from, arm.to);
  }

  function nextToken(from: number, to: number): number {
    for (let token = from; token < to; token++) if (tokens.kind[token] !== DIRECTIVE) return token;
    return -1;
  }

  const isWord = (token: number, word: string): boolean =>
    token >= 0 && tokens.kind[token] === WORD && wordOf(token) === word;
  const isControl = (token: number): boolean => tokens.kind[token] === WORD && CONTROL.has(wordOf(token));

  walk(0, tokens.count, top, { bracket: undefined, last: -1, opener: -1, aggregate: '' });
  return { kept, inserted, leftOut, joined };
}
