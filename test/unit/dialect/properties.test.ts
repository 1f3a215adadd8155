import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toParseable } from '../../../src/core/dialect/dialect.js';
import { brokenC, wholeC } from './pieces.js';

const anyText = fc.oneof(
  brokenC,
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const lineEnds = (text: string): string => text.replace(/[^\r\n]/g, '.');

test('the same length and the same line ends, whatever the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(lineEnds(toParseable(text).text)).toBe(lineEnds(text));
    }),
    { numRuns: 500 },
  );
}, 60_000);

test('a parseable text stays as it is', () => {
  fc.assert(
    fc.property(wholeC, (text) => {
      const once = toParseable(text).text;
      expect(toParseable(once).text).toBe(once);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test('functions, renames and macro lines lie within the text, in order', () => {
  fc.assert(
    fc.property(brokenC, (text) => {
      const { regions, renames, macroLines } = toParseable(text);
      let at = 0;
      for (const region of regions) {
        expect(region.start).toBeGreaterThanOrEqual(at);
        expect(region.bodyStart).toBeGreaterThan(region.start);
        expect(region.end).toBeGreaterThan(region.bodyStart);
        at = region.end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
      for (const each of [...renames, ...macroLines]) expect(each.offset).toBeLessThan(text.length);
    }),
  );
});

/** Hostile lines of a megabyte, each made to trip one kind of backtracking. */
const HOSTILE: Readonly<Record<string, string>> = {
  'open parentheses': '('.repeat(1_000_000),
  'open braces': '{'.repeat(1_000_000),
  'calls in calls': `void f(void)\n{\n${'f('.repeat(500_000)}`,
  'closed calls in calls': `void f(void)\n{\n\tx${'(f'.repeat(200_000)}${')'.repeat(200_000)};\n}\n`,
  words: 'word '.repeat(200_000),
  'macros without semicolon': 'M(x)\n'.repeat(200_000),
  'open comment': `/*${' /'.repeat(500_000)}`,
  backslashes: `#define X ${'\\'.repeat(1_000_000)}`,
  'blanks in a define': `#define X(${' '.repeat(1_000_000)}`,
  commas: `int x = f(${','.repeat(1_000_000)});`,
  strings: `f(${'"a" B '.repeat(150_000)});`,
  conditionals: '#if A\n'.repeat(150_000),
  'closed conditionals': `${'#if A\n'.repeat(20_000)}${'#endif\n'.repeat(20_000)}`,
  labels: `void f(void)\n{\n${'a:'.repeat(400_000)}}`,
  'one number': '1'.repeat(1_000_000),
  stars: `f(${'a*'.repeat(400_000)})`,
  'case ranges': `void f(void)\n{\n${'case 1 ... '.repeat(90_000)}}`,
};

test.each(Object.keys(HOSTILE))(
  'a megabyte of %s takes no more than linear time',
  (name) => {
    const text = HOSTILE[name] ?? '';
    const started = performance.now();
    expect(toParseable(text).text).toHaveLength(text.length);
    expect(performance.now() - started).toBeLessThan(10_000);
  },
  30_000,
);
