/**
 * Owner of the tree-sitter parser and its queries. The wasm files come as bytes, so it runs wherever WebAssembly does.
 * Trees live in wasm memory, which no garbage collector frees: each SyntaxTree is disposed of by whoever asked for it.
 */
import { Edit, Language, Parser, type Range, type Tree } from 'web-tree-sitter';
import { messageOf } from '../message-of.js';
import { NO_TEXT, toParseable } from '../dialect/dialect.js';
import { editBetween } from '../dialect/edits.js';
import { lineStarts, pointAt } from './lines.js';
import { compileQueries } from './queries.js';
import { definitionsOf } from './recovery.js';
import type { Defect, SyntaxTree } from './tree.js';

export interface Limits {
  /** UTF-16 units of a file; a longer one is not parsed. */
  readonly length: number;
  /** Milliseconds for one file; what is not parsed by then is given up. */
  readonly milliseconds: number;
  /** Brackets open at one place. The parser's recovery takes quadratic time in it, and does not look at the clock. */
  readonly depth: number;
}

/** The biggest C file of 7.3 with a walker has 300 KB; generated register headers of 10 MB hold no code. */
const DEFAULT_LIMITS: Limits = { length: 8_000_000, milliseconds: 10_000, depth: 1_000 };

export interface CParser {
  /** Never throws on any text: what cannot be parsed is in `defects`, also where the wasm itself gave up (out of memory). */
  parse(text: string): SyntaxTree;
  /** The tree of a changed text, from that of the text before, which it disposes of. Equal to `parse(text)`. */
  reparse(before: SyntaxTree, text: string): SyntaxTree;
  dispose(): void;
}

/** A tree with what only this file uses. */
interface OwnedTree extends SyntaxTree {
  readonly main: Tree | undefined;
}

const isTree = (parsed: Tree | Defect): parsed is Tree => 'rootNode' in parsed;

/** A defect of a whole file. */
const notParsed = (kind: Defect['kind'], what: string): Defect => ({ offset: 0, kind, what });

const isOwned = (tree: SyntaxTree): tree is OwnedTree => 'main' in tree;

/**
 * Loads tree-sitter and the C grammar. `clock` gives milliseconds, for the time limit.
 * Rejects when the wasm cannot be compiled or grammar and runtime don't fit together.
 */
export async function createParser(
  runtimeWasm: Uint8Array,
  grammarWasm: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
  clock: () => number = Date.now,
): Promise<CParser> {
  await Parser.init({ wasmBinary: runtimeWasm });
  const language = await Language.load(grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const queries = compileQueries(language);
  const nothing = { main: undefined, own: [], definitions: [], queries };

  /** The tree, or why there is none. */
  function run(text: string, deadline: number, before?: Tree, stretch?: Range): Tree | Defect {
    try {
      const tree = parser.parse(text, before ?? null, {
        ...(stretch === undefined ? {} : { includedRanges: [stretch] }),
        progressCallback: () => clock() > deadline,
      });
      if (tree !== null) return tree;
      parser.reset();
      return notParsed('too-slow', `not parsed within ${limits.milliseconds} ms`);
    } catch (error) {
      parser.reset();
      const why = messageOf(error);
      return notParsed('parser-failed', `the parser failed (${why}): not parsed`);
    }
  }

  /** The new text's tree from the old one's. None where there are errors: recovery from them depends on what was before. */
  function update(before: OwnedTree | undefined, text: string, deadline: number): Tree | undefined {
    if (before?.main === undefined) return undefined;
    editTree(before.main, before.dialect.text, text);
    const tree = run(text, deadline, before.main);
    if (!isTree(tree)) return undefined;
    if (!tree.rootNode.hasError) return tree;
    tree.delete();
    return undefined;
  }

  function build(original: string, before: OwnedTree | undefined): OwnedTree {
    const deadline = clock() + limits.milliseconds;
    if (original.length > limits.length) {
      const defect = notParsed('too-big', `longer than ${limits.length} characters: not parsed`);
      return owned({ ...nothing, original, dialect: NO_TEXT, defects: [defect] });
    }
    const dialect = toParseable(original);
    if (dialect.depth > limits.depth) {
      const what = `more than ${limits.depth} brackets and signs at one place: not parsed`;
      return owned({ ...nothing, original, dialect, defects: [notParsed('too-deep', what)] });
    }
    const main = update(before, dialect.text, deadline) ?? run(dialect.text, deadline);
    if (!isTree(main)) return owned({ ...nothing, original, dialect, defects: [main] });
    const found = definitionsOf(main, dialect.text, dialect.regions, queries, (stretch) => {
      const tree = run(dialect.text, deadline, undefined, stretch);
      return isTree(tree) ? tree : undefined;
    });
    return owned({ original, dialect, main, queries, ...found });
  }

  return {
    parse: (text) => build(text, undefined),
    reparse: (before, text) => {
      const tree = build(text, isOwned(before) ? before : undefined);
      before.dispose();
      return tree;
    },
    dispose: () => {
      for (const query of queries.values()) query.delete();
      parser.delete();
    },
  };
}

/** What a text was parsed to: its tree, and those of the definitions that had to be parsed on their own. */
type Parsed = Pick<OwnedTree, 'original' | 'dialect' | 'main' | 'definitions' | 'defects' | 'queries'> & {
  readonly own: readonly Tree[];
};

function owned({ own, ...parsed }: Parsed): OwnedTree {
  const { main } = parsed;
  const trees = main === undefined ? own : [main, ...own];
  let alive = true;
  return {
    ...parsed,
    root: main?.rootNode,
    roots: trees.map((tree) => tree.rootNode),
    dispose: () => {
      if (alive) for (const tree of trees) tree.delete();
      alive = false;
    },
  };
}

/** Tells a tree what changed between the text that it was made from and a newer one. */
function editTree(tree: Tree, before: string, after: string): void {
  const edit = editBetween(before, after);
  if (edit === undefined) return;
  const oldStarts = lineStarts(before);
  const newStarts = lineStarts(after);
  tree.edit(
    new Edit({
      startIndex: edit.start,
      oldEndIndex: edit.oldEnd,
      newEndIndex: edit.newEnd,
      startPosition: pointAt(oldStarts, edit.start),
      oldEndPosition: pointAt(oldStarts, edit.oldEnd),
      newEndPosition: pointAt(newStarts, edit.newEnd),
    }),
  );
}

/** Parses, uses and disposes. The result must not hold nodes. */
export function withTree<R>(parser: CParser, text: string, use: (tree: SyntaxTree) => R): R {
  const tree = parser.parse(text);
  try {
    return use(tree);
  } finally {
    tree.dispose();
  }
}
