import { expect, test } from 'vitest';
import { isDeeperThan } from '../../../src/core/syntax/depth.js';
import { withTree } from '../../../src/core/syntax/parser.js';
import { parserForTests } from './parser-for-tests.js';

const parser = await parserForTests();

/** Whether the body of a function with this statement is deeper than some levels. */
const isDeeper = (statement: string, levels: number): boolean =>
  withTree(parser, `void f(void)\n{\n\t${statement}\n}\n`, (tree) => {
    const [definition] = tree.definitions;
    if (!definition) throw new Error('there is no function');
    return isDeeperThan(definition.body, levels);
  });

test('the deepest node counts, wherever it is', () => {
  // An expression statement, a call, an argument list, its brackets.
  expect(isDeeper('g();', 3)).toBe(true);
  expect(isDeeper('g();', 4)).toBe(false);
  expect(isDeeper('g(); h(a + b); g();', 4)).toBe(true);
  expect(isDeeper('g(); h(a + b); g();', 5)).toBe(false);
});

test.each([
  ['conditions', 'if (x) '],
  ['operators', '!'],
])('%s add up', (_, piece) => {
  expect(isDeeper(`${piece.repeat(50)}x;`, 50)).toBe(true);
  expect(isDeeper(`${piece.repeat(50)}x;`, 200)).toBe(false);
});
