/**
 * Every function gets its own node, whatever the parser made of the rest of the file: where the file's tree has no
 * definition with exactly the body that the dialect's bracket matching found, that stretch is parsed alone.
 */
import type { Node, Range, Tree } from 'web-tree-sitter';
import type { Region } from '../dialect/dialect.js';
import { lineStarts, pointAt } from './lines.js';
import { matchesOf, type Queries } from './queries.js';
import type { Defect, Definition } from './tree.js';

export interface Definitions {
  readonly definitions: readonly Definition[];
  /** Trees of the stretches that were parsed alone; the caller's to delete. */
  readonly own: readonly Tree[];
  readonly defects: readonly Defect[];
}

/** The definition of each region, from the file's tree or from one of its own. `parse` parses one stretch of the text. */
export function definitionsOf(
  main: Tree | undefined,
  text: string,
  regions: readonly Region[],
  queries: Queries,
  parse: (stretch: Range) => Tree | undefined,
): Definitions {
  const byBody = new Map<number, Definition>();
  for (const each of main === undefined ? [] : definitionsIn(main.rootNode, queries))
    byBody.set(each.body.startIndex, each);
  const definitions: Definition[] = [];
  const own: Tree[] = [];
  const defects: Defect[] = [];
  let starts: readonly number[] | undefined;
  for (const region of regions) {
    let definition = byBody.get(region.bodyStart);
    if (definition?.node.endIndex !== region.end) {
      starts ??= lineStarts(text);
      const tree = parse(rangeOf(region, starts));
      if (tree !== undefined) own.push(tree);
      const found = tree === undefined ? [] : definitionsIn(tree.rootNode, queries);
      definition = found.find((each) => each.body.startIndex === region.bodyStart);
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
    definitions.push(definition);
  }
  return { definitions, own, defects };
}

const rangeOf = (region: Region, starts: readonly number[]): Range => ({
  startIndex: region.start,
  endIndex: region.end,
  startPosition: pointAt(starts, region.start),
  endPosition: pointAt(starts, region.end),
});

function definitionsIn(root: Node, queries: Queries): readonly Definition[] {
  const found: Definition[] = [];
  for (const match of matchesOf({ queries }, 'functions', root)) {
    const [node, declarator, body] = [match.get('function'), match.get('declarator'), match.get('body')];
    if (node !== undefined && declarator !== undefined && body !== undefined)
      found.push({ node, declarator, body });
  }
  return found;
}

/** Is there anything in the node that the parser had to skip or invent, a label's empty statement excepted? */
function isDamaged(node: Node): boolean {
  if (!node.hasError) return false;
  if (node.isError) return true;
  if (node.isMissing) return node.type !== ';' || node.parent?.parent?.type !== 'labeled_statement';
  return node.children.some(isDamaged);
}
