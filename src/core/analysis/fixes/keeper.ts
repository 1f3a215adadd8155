/** The local that keeps what a function returns while the lock is let go: one that is there, or a new one. */
import type { Node } from 'web-tree-sitter';
import { lineStart, type Keeper, type TextChange } from './returns.js';

/** What a local with a return value is called in the kernel. */
const NAMES = ['ret', 'err', 'rc', 'retval'] as const;
const MARK = /\b(?:static|extern|inline|__always_inline|noinline|__init|__ref|__meminit|asmlinkage)\b/g;
const SCALAR =
  /^(?:(?:unsigned|signed|long|short|int|char|bool)(?: |$))+$|^(?:ssize_t|size_t|[us](?:8|16|32|64)|phys_addr_t)$/;

/** The type of a function's value as written before its name; undefined when it is no plain number. */
export function scalarType(head: string): string | undefined {
  const type = head.replace(MARK, ' ').replace(/\s+/g, ' ').trim();
  return SCALAR.test(type) ? type : undefined;
}

/**
 * A local of this type among the declarations at the head of the body, or the declaration of a new one. Undefined when every
 * name for it is taken by something else.
 */
export function keeperOf(
  type: string,
  body: Node,
  declarations: readonly Node[],
  text: string,
): { readonly keeper: Keeper; readonly change?: TextChange } | undefined {
  const own = declarations.find(
    (node) =>
      node.childForFieldName('type')?.text === type &&
      NAMES.some((name) => new RegExp(`[ ,]${name}(?:\\s*=[^,;]*)?[,;]`).test(node.text)),
  );
  if (own) {
    const name = NAMES.find((each) => new RegExp(`[ ,]${each}(?:\\s*=[^,;]*)?[,;]`).test(own.text));
    if (name !== undefined) return { keeper: { name } };
  }
  const name = NAMES.find((each) => !new RegExp(`\\b${each}\\b`).test(text));
  if (name === undefined) return undefined;
  const last = declarations.at(-1);
  const at = last ? last.endIndex : body.startIndex + 1;
  const start = lineEnd(text, at);
  return {
    keeper: { name },
    change: { start, end: start, text: `\t${type} ${name};\n${last ? '' : '\n'}` },
  };
}

/** The start of the line after the one of an offset. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** Where a statement's line begins, with the comment right above it. */
export function withComment(text: string, offset: number, after: number): number {
  let start = lineStart(text, offset);
  for (;;) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start - 1).trim();
    if (start === 0 || above < after || !/^(?:\/\*|\*|\/\/)/.test(line)) return start;
    start = above;
  }
}
