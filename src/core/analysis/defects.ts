/** What of a text could not be parsed. Open documents keep their tree, so that a keystroke parses only what it changed. */
import { lineStarts, pointAt } from '../syntax/lines.js';
import type { CParser } from '../syntax/parser.js';
import type { SyntaxTree } from '../syntax/tree.js';

export interface Defect {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

export interface Defects {
  /** Of an open document; its tree is kept until `close`. */
  ofDocument(path: string, text: string): readonly Defect[];
  close(path: string): void;
}

export function createDefects(parser: CParser): Defects {
  const trees = new Map<string, SyntaxTree>();
  return {
    ofDocument: (path, text) => {
      const before = trees.get(path);
      const tree =
        before === undefined
          ? parser.parse(text)
          : before.original === text
            ? before
            : parser.reparse(before, text);
      trees.set(path, tree);
      return told(tree);
    },
    close: (path) => {
      trees.get(path)?.dispose();
      trees.delete(path);
    },
  };
}

function told(tree: SyntaxTree): readonly Defect[] {
  if (tree.defects.length === 0) return [];
  const starts = lineStarts(tree.original);
  return tree.defects.map(({ offset, what }) => ({ line: pointAt(starts, offset).row + 1, what }));
}
