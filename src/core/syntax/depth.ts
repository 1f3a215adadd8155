/** How deep a tree is. What comes after the parser goes down by recursion, and a stack has an end. */
import type { Node } from 'web-tree-sitter';

/**
 * The deepest function in a twelfth of 6.12 has 123 levels. Two to four calls go with a level, and Node's stack holds some ten
 * thousand.
 */
export const DEEPEST = 1_000;

/** Whether some node is more than `levels` below this one. */
export function isDeeperThan(node: Node, levels: number): boolean {
  const cursor = node.walk();
  let depth = 0;
  try {
    for (;;) {
      if (cursor.gotoFirstChild()) {
        depth += 1;
        if (depth > levels) return true;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return false;
        depth -= 1;
      }
    }
  } finally {
    cursor.delete();
  }
}
