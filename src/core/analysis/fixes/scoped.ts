/**
 * A lock taken as a guard of linux/cleanup.h, which lets go of it where its scope ends, by whatever way. As its own documentation
 * asks, not in a function that has a goto: a jump into the scope would let go of what was never taken.
 */
import type { Node } from 'web-tree-sitter';
import type { Guard } from './guard.js';
import { lineEnd } from './keeper.js';
import { nodesOf } from './region.js';
import { computedValue, isJump, lineIndent, lineStart, type TextChange } from './returns.js';

/** What can't be moved in by a tab: a directive, a line that goes on behind a backslash. */
const FIXED_LINES = /^[ \t]*#|\\$/m;

export interface Scope {
  /** The function's own text; offsets are in it. */
  readonly slice: string;
  readonly guard: Guard;
  /** Where the first line of the protected statements begins, their comment included. */
  readonly start: number;
}

/**
 * `inside` are the statements to protect, `after` those that follow them in the function's `body`. A guard of the whole function
 * where nothing but a return follows, else a scoped one. Undefined where the tree has none, or it can't be.
 */
export function scopedAround(
  inside: readonly Node[],
  after: readonly Node[],
  body: Node,
  { slice, guard: { scoped }, start }: Scope,
): readonly TextChange[] | undefined {
  const [from, to] = [inside[0], inside.at(-1)];
  const hasJumps = ['goto_statement', 'labeled_statement'].some((type) => nodesOf(body, type).length > 0);
  if (!scoped || !from || !to || hasJumps) return undefined;
  const indent = lineIndent(slice, from.startIndex) || '\t';
  if (isJump(to) || after.every(isPlainReturn))
    return [{ start, end: start, text: `${indent}guard(${scoped.name})(${scoped.args});\n` }];
  const lines = slice.slice(start, lineEnd(slice, to.endIndex));
  if (inside.some(({ type }) => type === 'declaration') || FIXED_LINES.test(lines)) return undefined;
  const names = [scoped.name, scoped.args].filter((part) => part !== '').join(', ');
  const isOne =
    inside.length === 1 &&
    from.type === 'expression_statement' &&
    start === lineStart(slice, from.startIndex);
  const end = start + lines.length;
  return [
    { start, end: start, text: `${indent}scoped_guard(${names})${isOne ? '' : ' {'}\n` },
    ...[...lines.matchAll(/^(?=[^\n])/gm)].map(({ index }) => ({
      start: start + index,
      end: start + index,
      text: '\t',
    })),
    ...(isOne ? [] : [{ start: end, end, text: `${indent}}\n` }]),
  ];
}

const isPlainReturn = (statement: Node): boolean =>
  statement.type === 'return_statement' && computedValue(statement) === undefined;
