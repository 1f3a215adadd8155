/**
 * Arms of an `#if` that can't stay as they are, joined: which of them stay, one behind the other, and what has to stand between them
 * so that the code around still fits.
 */
import { isBoundary, markOf, nameOf, shapeOf, type CodeState } from './code-state.js';
import type { Arm } from './groups.js';
import type { Tokens } from './lex.js';

/** An arm with something in it: where the code stands behind it, and its first token. */
export interface FullArm {
  readonly arm: Arm;
  readonly end: CodeState;
  readonly first: number;
}

export interface JoinedArms {
  readonly leftOut: readonly Arm[];
  /** What is put into the place of the line that opens an arm. */
  readonly fillers: readonly { readonly arm: Arm; readonly text: string }[];
  /** Where the code stands behind the last arm that stays. */
  readonly end: CodeState;
}

const CONTROL = new Set(['if', 'for', 'while', 'switch']);

export function joinArms(tokens: Tokens, full: readonly FullArm[], start: CodeState): JoinedArms {
  const stay = fittingArms(tokens, full, start);
  const fillers = stay.slice(1).flatMap(({ arm, first }, index) => {
    const before = stay[index];
    const text = before === undefined ? '' : fillerBetween(tokens, start, before.end, first);
    return text === '' ? [] : [{ arm, text }];
  });
  return {
    leftOut: full.filter((each) => !stay.includes(each)).map(({ arm }) => arm),
    fillers,
    end: stay.at(-1)?.end ?? start,
  };
}

/** The arms that can follow each other. */
function fittingArms(tokens: Tokens, full: readonly FullArm[], start: CodeState): readonly FullArm[] {
  const isBalanced = ({ end }: FullArm): boolean => end.bracket === start.bracket;
  const model = full.find((each) => !isBalanced(each));
  // parameters of a function
  const isParameters = start.bracket?.kind === 'paren' && start.bracket.outer === undefined;
  if (model === undefined) return withOneElse(tokens, isParameters ? full.slice(0, 1) : full);
  const shape = shapeOf(start, model.end);
  const isFitting =
    /^[{}]*\/[{]*$/.test(shape) &&
    full.every((each) => isBalanced(each) || shapeOf(start, each.end) === shape);
  const alike = isFitting ? full : full.filter((each) => each === model || isBalanced(each));
  const fitting = withOneElse(tokens, alike);
  // balanced arms first would move code: an arm that opens goes with what follows, so balanced ones after it are left out
  const at = fitting.indexOf(model);
  return fitting.length > 1 ? fitting.filter((each, index) => index <= at || !isBalanced(each)) : fitting;
}

/** One `if` has one `else`. */
function withOneElse(tokens: Tokens, arms: readonly FullArm[]): readonly FullArm[] {
  const [, ...others] = arms.filter(({ first }) => nameOf(tokens, first) === 'else');
  return others.length === 0 ? arms : arms.filter((each) => !others.includes(each));
}

/** What must stand between two arms that follow each other, so that the second begins where the first began. */
function fillerBetween(tokens: Tokens, start: CodeState, end: CodeState, first: number): string {
  if (end.bracket !== start.bracket) {
    const shape = shapeOf(start, end);
    const [closed = '', opened = ''] = shape.split('/');
    return closed.length >= opened.length
      ? '{'.repeat(closed.length - opened.length)
      : '}'.repeat(opened.length - closed.length);
  }
  const last = markOf(tokens, end.last);
  if (last !== '' && !')]}'.includes(last)) return '';
  const lead = markOf(tokens, first);
  if (lead !== '' && !'(*&{!~.['.includes(lead)) return '';
  const behind = nameOf(tokens, end.last);
  if (nameOf(tokens, first) === 'else' || behind === 'else' || behind === 'do') return '';
  if (start.bracket !== undefined && (start.bracket.kind === 'list' || start.bracket.kind === 'paren'))
    return last === ',' ? '' : ',';
  if (lead === '.' || lead === '[') return '';
  if (last === '}') return '';
  if (last === ')' && end.opener >= 0 && CONTROL.has(nameOf(tokens, end.opener))) return '';
  return isBoundary(tokens, start) ? ';' : ',';
}
