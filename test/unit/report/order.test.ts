/** The same findings in the same order, however they came. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atLeast, countBySeverity, inOrder } from '../../../src/core/report/order.js';
import { finding } from './findings.js';

const some = fc.array(
  fc
    .record({
      file: fc.constantFrom('a.c', 'b.c', 'B.c'),
      line: fc.integer({ min: 1, max: 12 }),
      column: fc.integer({ min: 1, max: 3 }),
      rule: fc.constantFrom('lock/wrong', 'kernel-walk/hot-remove'),
      id: fc.stringMatching(/^[0-9a-f]{2}$/),
    })
    .map(finding),
);

test('any order in, one order out', () => {
  fc.assert(
    fc.property(
      some.chain((findings) =>
        fc.tuple(fc.constant(findings), fc.shuffledSubarray(findings, { minLength: findings.length })),
      ),
      ([findings, shuffled]) => {
        expect(inOrder(shuffled)).toEqual(inOrder(findings));
      },
    ),
  );
});

test('lines are numbers: 10 comes after 9', () => {
  expect(inOrder([finding({ line: 10 }), finding({ line: 9 })]).map(({ line }) => line)).toEqual([9, 10]);
});

test('what is less grave than asked is left out', () => {
  const all = (['info', 'error', 'warning'] as const).map((severity) => finding({ severity }));
  expect(atLeast(all, 'warning').map(({ severity }) => severity)).toEqual(['error', 'warning']);
  expect(countBySeverity(all).map(({ count }) => count)).toEqual([1, 1, 1]);
});
