/**
 * Owner of the tree-sitter parser and its queries. The wasm files come as bytes, so it runs wherever WebAssembly does.
 * Trees live in wasm memory, which no garbage collector frees: each SyntaxTree is disposed of by whoever asked for it.
 */
import { Edit, Language, Parser, type Node, type Tree } from 'web-tree-sitter';
import { toParseable, type Region } from '../dialect/dialect.js';
import { editBetween } from '../dialect/edits.js';
import { lineStarts, pointAt } from './lines.js';
import { compileQueries, matchesOf } from './queries.js';
import type { Defect, Definition, SyntaxTree } from './tree.js';

export interface Limits {
  /** UTF-16 units of a file; a longer one is not parsed. */
  readonly length: number;
  /** Milliseconds for one file; what is not parsed by then is given up. */
  readonly milliseconds: number;
}

/** The biggest C file of 7.3 with a walker has 300 KB; generated register headers of 10 MB hold no code. */
export const DEFAULT_LIMITS: Limits = { length: 8_000_000, milliseconds: 10_000 };

export interface CParser {
  /** Never throws on any text: what cannot be parsed is in `defects`. */
  parse(text: string): SyntaxTree;
  /** The tree of a changed text, from that of the text before, which it disposes of. Equal to `parse(text)`. */
  reparse(before: SyntaxTree, text: string): SyntaxTree;
  dispose(): void;
}

/** A tree with what only this file uses. */
interface OwnedTree extends SyntaxTree {
  readonly main: Tree | undefined;
}

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

  function run(
    text: string,
    before: Tree | undefined,
    deadline: number,
    region?: Region,
    starts?: readonly number[],
  ): Tree | undefined {
    const range =
      region === undefined || starts === undefined
        ? {}
        : {
            includedRanges: [
              {
                startIndex: region.start,
                endIndex: region.end,
                startPosition: pointAt(starts, region.start),
                endPosition: pointAt(starts, region.end),
              },
            ],
          };
    const tree = parser.parse(text, before ?? null, { ...range, progressCallback: () => clock() > deadline });
    if (tree === null) parser.reset();
    return tree ?? undefined;
  }

  function build(original: string, before: OwnedTree | undefined): SyntaxTree {
    const deadline = clock() + limits.milliseconds;
    const defects: Defect[] = [];
    if (original.length > limits.length) {
      defects.push({
        offset: 0,
        kind: 'too-big',
        what: `longer than ${limits.length} characters: not parsed`,
      });
      return owned(
        original,
        { text: '', regions: [], renames: [], macroLines: [], notes: [] },
        undefined,
        [],
        [],
        defects,
      );
    }
    const dialect = toParseable(original);
    const old = before?.main;
    if (old !== undefined && before !== undefined) editTree(old, before.dialect.text, dialect.text);
    const main = run(dialect.text, old, deadline);
    if (main === undefined)
      defects.push({ offset: 0, kind: 'too-slow', what: `not parsed within ${limits.milliseconds} ms` });
    const extra: Tree[] = [];
    const definitions = findDefinitions(main, dialect.text, dialect.regions, deadline, extra, defects);
    return owned(original, dialect, main, extra, definitions, defects);
  }

  function owned(
    original: string,
    dialect: SyntaxTree['dialect'],
    main: Tree | undefined,
    extra: readonly Tree[],
    definitions: readonly Definition[],
    defects: readonly Defect[],
  ): OwnedTree {
    let alive = true;
    return {
      original,
      dialect,
      root: main?.rootNode,
      definitions,
      defects,
      main,
      roots: [...(main === undefined ? [] : [main.rootNode]), ...extra.map((tree) => tree.rootNode)],
      queries,
      dispose: () => {
        if (!alive) return;
        alive = false;
        main?.delete();
        for (const tree of extra) tree.delete();
      },
    };
  }

  /** The definition of each region: from the file's tree, or from a tree of its own where that one was thrown off course. */
  function findDefinitions(
    main: Tree | undefined,
    text: string,
    regions: readonly Region[],
    deadline: number,
    extra: Tree[],
    defects: Defect[],
  ): readonly Definition[] {
    const byBody = new Map<number, Definition>();
    if (main !== undefined)
      for (const each of definitionsIn(main.rootNode)) byBody.set(each.body.startIndex, each);
    const found: Definition[] = [];
    let starts: readonly number[] | undefined;
    for (const region of regions) {
      let definition = byBody.get(region.bodyStart);
      if (definition?.node.endIndex !== region.end) {
        starts ??= lineStarts(text);
        const own = run(text, undefined, deadline, region, starts);
        definition = undefined;
        if (own !== undefined) {
          extra.push(own);
          definition = definitionsIn(own.rootNode).find((each) => each.body.startIndex === region.bodyStart);
        }
      }
      if (definition === undefined) {
        defects.push({
          offset: region.start,
          kind: 'damaged-function',
          what: 'this function could not be parsed',
        });
        continue;
      }
      if (isDamaged(definition.node))
        defects.push({
          offset: region.start,
          kind: 'damaged-code',
          what: 'a part of this function could not be parsed',
        });
      found.push(definition);
    }
    return found;
  }

  function definitionsIn(root: Node): readonly Definition[] {
    const found: Definition[] = [];
    for (const match of matchesOf({ queries }, 'functions', root)) {
      const [node, declarator, body] = [match.get('function'), match.get('declarator'), match.get('body')];
      if (node !== undefined && declarator !== undefined && body !== undefined)
        found.push({ node, declarator, body });
    }
    return found;
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

/** Is there anything in the node that the parser had to skip or invent, a label's empty statement excepted? */
function isDamaged(node: Node): boolean {
  if (!node.hasError) return false;
  if (node.isError) return true;
  if (node.isMissing) return node.type !== ';' || node.parent?.parent?.type !== 'labeled_statement';
  return node.children.some((child) => child !== null && isDamaged(child));
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
