/** Where a scan begins: the functions that use the primitives. */
import type { TreeIndex } from './index.js';
import type { FunctionRef } from './link.js';
import type { WordIndex } from './words.js';

/** Functions that call any of the primitives themselves, in the order of the tree. Their files are read for it. */
export function usersOf(
  index: TreeIndex,
  words: WordIndex,
  primitives: ReadonlySet<string>,
): readonly FunctionRef[] {
  return words
    .mentioning(primitives)
    .flatMap((file) => index.functionsCalling(file, primitives))
    .filter(({ facts }) => facts.calls.some((call) => call.kind === 'direct' && primitives.has(call.callee)));
}

/** The name of a function among all: its file, name and line (an `#if` may have two of one name). */
export function keyOf({ file, facts }: FunctionRef): string {
  return `${file}:${facts.name}:${facts.line}`;
}
