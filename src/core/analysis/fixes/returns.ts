/** Letting go of a lock before a return, as one writes it in the kernel: in braces where it needs them, the value kept in a local. */
import type { Node } from 'web-tree-sitter';
import type { FixEdit } from './fix.js';
import { nodesOf } from './region.js';

export type TextChange = Omit<FixEdit, 'path'>;

/** A local that keeps the value of a return expression. */
export interface Keeper {
  readonly name: string;
}

/** Values that can as well be computed after the lock is gone: names, constants, and what is made of them alone. */
const PLAIN: ReadonlySet<string> = new Set([
  'identifier',
  'number_literal',
  'char_literal',
  'true',
  'false',
  'null',
  'parenthesized_expression',
  'unary_expression',
  'binary_expression',
  'conditional_expression',
  'cast_expression',
  'type_descriptor',
  'primitive_type',
  'sized_type_specifier',
  'type_identifier',
]);

/** The value of a return that reads memory or calls something; undefined for any other return. */
export function computedValue(statement: Node): Node | undefined {
  const value = statement.namedChild(0);
  if (value === null) return undefined;
  const nodes = [value, ...value.descendantsOfType([...COMPUTING])];
  return nodes.some(({ type }) => !PLAIN.has(type)) ? value : undefined;
}

const COMPUTING = [
  'call_expression',
  'field_expression',
  'subscript_expression',
  'pointer_expression',
  'assignment_expression',
  'update_expression',
  'comma_expression',
  'compound_statement',
] as const;

/** All returns in these statements, those inside of others too. */
export const returnsIn = (statements: readonly Node[]): readonly Node[] =>
  statements.flatMap((statement) => nodesOf(statement, 'return_statement'));

/** Whether nothing comes after a statement: it returns, or jumps away. */
export function isJump(statement: Node): boolean {
  if (statement.type === 'labeled_statement') {
    const last = statement.lastNamedChild;
    return last !== null && isJump(last);
  }
  return statement.type === 'return_statement' || statement.type === 'goto_statement';
}

/**
 * The changes that let go of the lock before a return. Offsets are those of `text`, the function's own. Undefined when the
 * place is too odd to be changed without a look.
 */
export function releaseBefore(
  statement: Node,
  text: string,
  release: string,
  keeper: Keeper | undefined,
): readonly TextChange[] | undefined {
  const { startIndex: start, endIndex: end, parent } = statement;
  if (parent === null) return undefined;
  const value = computedValue(statement);
  if (value && !keeper) return undefined;
  const own = lineIndent(text, start);
  const isAlone = /^[ \t]*$/.test(text.slice(lineStart(text, start), start));
  const lines = (indent: string): string =>
    value && keeper
      ? [
          `${keeper.name} = ${text.slice(value.startIndex, value.endIndex)};`,
          release,
          `return ${keeper.name};`,
        ].join(`\n${indent}`)
      : [release, text.slice(start, end)].join(`\n${indent}`);
  if (!NEEDS_BRACES.has(parent.type)) {
    if (isAlone) return [{ start, end, text: lines(own) }];
    const indent = `${own}\t`;
    const gap = gapBefore(text, start);
    return gap && [{ start: gap.start, end, text: `\n${indent}${lines(indent)}` }];
  }
  const gap = gapBefore(text, start);
  if (!gap) return undefined;
  const outer = lineIndent(text, gap.start - 1);
  const indent = isAlone ? own : `${own}\t`;
  const brace = isAlone ? own.replace(/\t$/, '') : outer;
  const [, otherwise = ''] = /^(\s+)else\b/.exec(text.slice(end)) ?? [];
  return [
    {
      start: gap.start,
      end: end + otherwise.length,
      text: ` {\n${indent}${lines(indent)}\n${brace}}${otherwise === '' ? '' : ' '}`,
    },
  ];
}

const NEEDS_BRACES: ReadonlySet<string> = new Set([
  'if_statement',
  'else_clause',
  'while_statement',
  'for_statement',
  'do_statement',
]);

/** White space before an offset; undefined when a comment to the end of the line stands before it. */
function gapBefore(text: string, offset: number): { readonly start: number } | undefined {
  const start = text.slice(0, offset).trimEnd().length;
  return text.slice(lineStart(text, start), start).includes('//') ? undefined : { start };
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}
