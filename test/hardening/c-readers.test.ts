/** Each step of reading C takes time in proportion to the text, whatever of C is in it over and over. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toParseable } from '../../src/core/dialect/dialect.js';
import { factsOf } from '../../src/core/index/extract.js';
import { segmentOfTexts } from '../../src/core/index/words.js';
import { withTree, type CParser } from '../../src/core/syntax/parser.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { leastGrowth, WILD } from './growth.js';
import { passThrough } from './pipeline.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
});

const READERS: readonly (readonly [string, (text: string) => unknown])[] = [
  ['words', (text) => segmentOfTexts(new Map([['x.c', text]]))],
  ['the dialect', toParseable],
  ['declarations', factsOf],
  ['the syntax tree', (text) => withTree(parser, text, ({ defects }) => defects.length)],
  ['all of it, with the lowering', (text) => passThrough(text, parser)],
];

/** Text before what is repeated, and what is. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['', '/*'],
  ['', '"'],
  ['', "'"],
  ['', '\\\n'],
  ['', '#if A\n'],
  ['', '#if A\n#else\n#endif\n'],
  ['', '#define A(x) x \\\n'],
  ['', '#define A B\n'],
  ['', 'struct a { '],
  ['', 'int a = '],
  ['', 'typedef '],
  ['', '__attribute__((a)) '],
  ['', 'DEFINE_X(a) '],
  ['', 'void f(void) {} '],
  ['', 'void f(void) { '],
  ['void f(void) {', '}'],
  ['void f(void) {', '('],
  ['void f(void) {', 'a('],
  ['void f(void) {', 'a[0]'],
  ['void f(void) {', '({ '],
  ['void f(void) {', 'if (a) '],
  ['void f(void) {', 'if (a) b(); else '],
  ['void f(void) {', 'for_each_a(b) '],
  ['void f(void) {', 'scoped_guard(a, b) '],
  ['void f(void) {', 'case 1: '],
  ['void f(void) {', 'a: goto a; '],
  ['void f(void) {', 'a ? b : '],
  ['void f(void) {', 'a -> '],
  ['void f(void) {', 'a && '],
  ['void f(void) {', '*'],
  ['void f(void) {', 'asm volatile("" : : : '],
  ['void f(void) {', 'do { '],
  ['void f(void) {', 'a = b; '],
  ['void f(void) {', 'pud_t *pud = pud_offset(p4d, addr); '],
  ['void f(void) {', 'pgd = *pgd_offset_k(addr); '],
  ['void f(void) {', 'mmap_read_lock(mm); '],
  ['static struct a b = {', '.c = d, '],
  ['static struct a b = {', '{ '],
];

describe.each(READERS)('%s', (_, read) => {
  test.each(TEXTS)(
    '%s %j over and over',
    async (head, piece) => expect(await leastGrowth(read, head, piece)).toBeLessThan(WILD),
    300_000,
  );
});
