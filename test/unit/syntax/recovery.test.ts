/** Damage stays where it is: every other function keeps its own node. */
import { Parser } from 'web-tree-sitter';
import { beforeAll, expect, test, vi } from 'vitest';
import { callsOf } from '../../../src/core/syntax/calls.js';
import { functionsOf } from '../../../src/core/syntax/functions.js';
import { withTree, type CParser } from '../../../src/core/syntax/parser.js';
import { parserForTests } from './parser-for-tests.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
});

const GOOD = 'static void good(void)\n{\n\tpmd_offset(pud, addr);\n}\n';

/** `name: calls` of each function, then the kinds of defects. */
const seen = (text: string): readonly string[] =>
  withTree(parser, text, (tree) => [
    ...functionsOf(tree).map(
      (f) =>
        `${f.name}: ${callsOf(tree, f)
          .map((call) => call.callee)
          .join(' ')}`,
    ),
    ...tree.defects.map((defect) => defect.kind),
  ]);

test.each([
  ['a brace too few', 'static void bad(void)\n{\n\tif (x) {\n\t\tf();\n}\n'],
  ['a brace too many', 'static void bad(void)\n{\n\tf();\n\t}\n}\n'],
  ['an open parenthesis', 'static void bad(void)\n{\n\tf(;\n}\n'],
  ['a half-typed declaration', 'static int (*x\n'],
  ['a half-typed function', 'static void bad(void)\n{\n\tif (f(\n'],
  ['an open #if', '#ifdef CONFIG_X\nstatic int x;\n'],
  ['an #endif too many', '#endif\n'],
  ['assembler', 'ENTRY(x)\n\tmov r0, #1\n\tret\n'],
])('%s before a good function', (_what, damage) => {
  expect(seen(damage + GOOD)).toContain('good: pmd_offset');
});

test('two heads of one body: both arms are kept', () => {
  const text =
    '#ifdef CONFIG_A\nstatic int f(int a)\n#else\nstatic int f(int a, int b)\n#endif\n{\n\treturn g(a);\n}\n';
  expect(seen(text + GOOD)).toEqual(['f: g', 'good: pmd_offset']);
});

test('two openings of one block: the calls of both arms are kept', () => {
  const text =
    'int f(void)\n{\n#ifdef CONFIG_A\n\tif (a(x)) {\n#else\n\tif (b(x)) {\n#endif\n\t\tc();\n\t}\n\treturn d();\n}\n';
  expect(seen(text)).toEqual(['f: a b c d']);
});

test('the damaged part of a function is told, its calls around are there', () => {
  expect(seen('static void f(void)\n{\n\ta();\n\tx = = = ;\n\tb();\n}\n')).toEqual([
    'f: a b',
    'damaged-code',
  ]);
});

test('limits end in defects', async () => {
  const small = await parserForTests({ length: 10, milliseconds: 1000, depth: 100 });
  expect(withTree(small, GOOD, (tree) => tree.defects.map((defect) => defect.kind))).toEqual(['too-big']);
  small.dispose();
  const quick = await parserForTests({ length: 10_000_000, milliseconds: -1, depth: 100 });
  const long = GOOD.repeat(2000);
  expect(
    withTree(quick, long, (tree) => [functionsOf(tree).length, ...tree.defects.map((defect) => defect.kind)]),
  ).toEqual([0, 'too-slow']);
  quick.dispose();
  expect(withTree(parser, '('.repeat(300_000), (tree) => tree.defects.map((defect) => defect.kind))).toEqual([
    'too-deep',
  ]);
});

test('a wasm that gives up is told, and the next file is parsed', () => {
  const failing = vi.spyOn(Parser.prototype, 'parse').mockImplementationOnce(() => {
    throw new WebAssembly.RuntimeError('memory access out of bounds');
  });
  expect(withTree(parser, GOOD, ({ root, defects }) => [root, defects.map(({ what }) => what)])).toEqual([
    undefined,
    ['the parser failed (memory access out of bounds): not parsed'],
  ]);
  expect(seen(GOOD)).toEqual(['good: pmd_offset']);
  failing.mockRestore();
});

test('carriage returns, NUL bytes and an empty text', () => {
  expect(seen(GOOD.replaceAll('\n', '\r\n'))).toEqual(['good: pmd_offset']);
  expect(seen(`\0${GOOD.replace('pud', 'p\0ud')}`)).toContain('good: pmd_offset');
  expect(seen('')).toEqual([]);
});
