import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { withTree, type CParser } from '../../../src/core/syntax/parser.js';
import type { SyntaxTree } from '../../../src/core/syntax/tree.js';
import { brokenC, wholeC } from '../dialect/pieces.js';
import { parserForTests } from './parser-for-tests.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
});

/** Everything that a user of a tree can see of its shape. */
const shapeOf = (tree: SyntaxTree): unknown => ({
  trees: tree.roots.map((root) => root.toString()),
  functions: tree.definitions.map(({ node, body }) => [node.startIndex, body.startIndex, node.endIndex]),
  places: tree.definitions.map(({ body }) => [body.startPosition, body.endPosition]),
  defects: tree.defects,
});

/** What is put in, how much of the old text goes for it, and where. */
const edit = fc.record({
  at: fc.nat(),
  length: fc.oneof(fc.constant(0), fc.nat({ max: 30 })),
  put: fc.oneof(fc.constantFrom('', ' ', 'x', '\n', '\tg(y);\n', '/* a */'), wholeC, brokenC),
});

test('a tree that was brought up to date equals a fresh one', () => {
  fc.assert(
    fc.property(wholeC, fc.array(edit, { minLength: 1, maxLength: 4 }), (first, edits) => {
      let text = first;
      let tree = parser.parse(text);
      for (const { at, length, put } of edits) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + put + text.slice(start + length);
        tree = parser.reparse(tree, text);
        expect(shapeOf(tree)).toEqual(withTree(parser, text, shapeOf));
      }
      tree.dispose();
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a tree of a text without errors is brought up to date in place', () => {
  const text = 'int a(void)\n{\n\treturn 1;\n}\nint b(void)\n{\n\treturn 2;\n}\n';
  const tree = parser.reparse(parser.parse(text), text.replace('return 1', 'return g(1)'));
  expect(tree.definitions.map(({ node }) => node.text)).toEqual([
    'int a(void)\n{\n\treturn g(1);\n}',
    'int b(void)\n{\n\treturn 2;\n}',
  ]);
  expect(tree.defects).toEqual([]);
  tree.dispose();
});
