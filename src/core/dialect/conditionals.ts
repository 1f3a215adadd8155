/**
 * What happens to the arms of `#if`: a parser takes one only where whole statements, declarations or members stand in its
 * arms. Such groups stay. Of the others the lines go and the arms stay, joined so that the code around still fits
 * (`if (a) {` #else `if (b) {` #endif becomes `if (a) { } if (b) {`), since a call in any arm is a call of some kernel;
 * only an arm that cannot be fitted is left out.
 */
import { START, isBoundary, markOf, nameOf, step, type CodeState } from './code-state.js';
import { isDead, parseGroups, type Group } from './groups.js';
import { joinArms, type FullArm } from './joined-arms.js';
import { DIRECTIVE, type Tokens } from './lex.js';

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

/** An arm, or the whole text. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly groups: readonly Group[];
}

interface Draft {
  readonly kept: Set<number>;
  readonly inserted: Map<number, string>;
  readonly leftOut: [number, number][];
  readonly joined: number[];
}

export function planConditionals(tokens: Tokens): ConditionalPlan {
  const draft: Draft = { kept: new Set(), inserted: new Map(), leftOut: [], joined: [] };
  const { groups, top } = parseGroups(tokens);
  if (groups > 0) walk(tokens, draft, { from: 0, to: tokens.count, groups: top }, START);
  return draft;
}

/** Walks the tokens of a stretch, groups within it included; answers where the code stands behind it. */
function walk(tokens: Tokens, draft: Draft, { from, to, groups }: Stretch, start: CodeState): CodeState {
  let state = { ...start };
  let at = from;
  for (const group of groups) {
    for (; at < group.open; at++) if (tokens.kind[at] !== DIRECTIVE) step(tokens, state, at);
    state = { ...resolve(tokens, draft, group, state, to) };
    at = group.close + 1;
  }
  for (; at < to; at++) if (tokens.kind[at] !== DIRECTIVE) step(tokens, state, at);
  return state;
}

/** Plans one group, which begins at `start`; `limit` is the end of the stretch that it is in. */
function resolve(tokens: Tokens, draft: Draft, group: Group, start: CodeState, limit: number): CodeState {
  const living = group.arms.filter((arm) => !isDead(tokens, group, arm));
  for (const arm of group.arms) if (!living.includes(arm)) draft.leftOut.push([arm.from, arm.to]);
  const full = living.flatMap((arm): readonly FullArm[] => {
    const end = walk(tokens, draft, arm, start);
    const first = end.last === start.last ? -1 : nextToken(tokens, arm.from, arm.to);
    return first < 0 ? [] : [{ arm, end, first }];
  });
  const next = nextToken(tokens, group.close + 1, limit);
  const mayStay =
    living.length === group.arms.length && isBoundary(tokens, start) && start.bracket?.kind !== 'list';
  const lastFull = full.at(-1);
  if (lastFull === undefined) {
    if (mayStay) keep(draft, group);
    return start;
  }
  const isKept =
    mayStay &&
    nameOf(tokens, next) !== 'else' &&
    full.every(
      ({ first, end }) => end.bracket === start.bracket && isWhole(tokens, first, end.last, start, next),
    );
  if (isKept) {
    keep(draft, group);
    return lastFull.end;
  }
  draft.joined.push(group.open);
  const { leftOut, fillers, end } = joinArms(tokens, full, start);
  for (const arm of leftOut) draft.leftOut.push([arm.from, arm.to]);
  for (const { arm, text } of fillers) draft.inserted.set(arm.directive, text);
  return end;
}

function keep({ kept }: Draft, { directives }: Group): void {
  for (const directive of directives) kept.add(directive);
}

/** Does an arm hold whole statements, declarations or members? */
function isWhole(tokens: Tokens, first: number, last: number, start: CodeState, next: number): boolean {
  const lead = markOf(tokens, first);
  if (lead !== '' && !'{(*;+-!&~'.includes(lead)) return false;
  if (nameOf(tokens, first) === 'else') return false;
  const mark = markOf(tokens, last);
  if (mark === ';' || mark === '}') return true;
  // a label needs a statement in the same arm: then the group is joined
  return (
    mark === ')' &&
    start.bracket === undefined &&
    markOf(tokens, start.last) !== ')' &&
    markOf(tokens, next) !== '{' &&
    markOf(tokens, next) !== ';'
  );
}

/** The first token in [from, to) that is no directive, or -1. */
function nextToken(tokens: Tokens, from: number, to: number): number {
  for (let token = from; token < to; token++) if (tokens.kind[token] !== DIRECTIVE) return token;
  return -1;
}
