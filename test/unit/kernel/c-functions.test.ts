import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOnly, functionsOf } from '../../../src/core/kernel/c-functions.js';
import { evaluate, parseKconfig } from '../../../src/core/kernel/kconfig.js';

const TEXT = `
#include <x.h>
static int first(int a,
		 int b)
{
	return a;
}

struct thing { int x; };
static const struct ops table = {
	.call = first,
};

#ifdef CONFIG_X
void __init second(void)
	__releases(lock)
{
	first(1, 2);
}
#else
void second(void)
{
}
#endif
`;

describe('functions by the shape of the text', () => {
  test('name and body, both arms of a condition, no initialisers', () => {
    const found = functionsOf(TEXT);
    expect([...found.keys()]).toEqual(['first', 'second']);
    expect(found.get('first')).toContain('int b)\n{\n\treturn a;\n}');
    expect(found.get('second')?.match(/\{/g)).toHaveLength(2);
  });

  test('words in comments and strings are no code; lengths and lines stay', () => {
    const text = 'a /* pmd_clear(\n) */ b // free(\n"c free(\\"x" d';
    expect(codeOnly(text)).not.toMatch(/free|pmd_clear|c f/);
    expect(codeOnly(text)).toHaveLength(text.length);
    expect(codeOnly(text).split('\n')).toHaveLength(3);
  });
});

describe('hostile text', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '\n',
    '\n{',
    '\n}',
    ';',
    '"',
    '/*',
    '*/',
    '#if',
    'f',
    ' ',
    '\\',
    'config X',
    'if A',
    '&&',
    '!',
    '\t',
    'help',
  );
  const text = fc.array(pieces, { maxLength: 400 }).map((parts) => parts.join(''));

  test('nothing throws, whatever the text', () => {
    fc.assert(
      fc.property(text, (each) => {
        functionsOf(codeOnly(each));
        parseKconfig(each);
        evaluate(each, () => 'maybe');
      }),
    );
  });

  test.each([
    ['opening parentheses', '('],
    ['names', 'f('],
    ['braces at the margin', '\n{'],
    ['comment openings', '/*'],
    ['quotes', '"\\'],
  ])('a megabyte of %s is read in a moment', (_name, piece) => {
    const long = piece.repeat(1_000_000 / piece.length);
    const started = performance.now();
    functionsOf(codeOnly(long));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
