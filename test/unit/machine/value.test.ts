/** Values: what C's operators mean for integers, entries, pointers, symbols and what the model does not know. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { BinaryOperator } from '../../../src/core/program/ir.js';
import { binary } from '../../../src/core/machine/arithmetic.js';
import * as V from '../../../src/core/machine/value.js';

const pte0 = V.tableOf(2);
const at = (index: number): V.Value => V.pointer(1, index);

describe('values', () => {
  it.each<readonly [string, V.Value, BinaryOperator, V.Value, V.Value]>([
    ['none is 0 for arithmetic', V.NONE, '&', 5, 0],
    ['none is 0 for comparison', V.NONE, '==', 0, 1],
    ['a table is not NULL', pte0, '!=', 0, 1],
    ['a table is itself', pte0, '==', V.tableOf(2), 1],
    ['bits of a table are not modelled', pte0, '&', 1, V.UNKNOWN],
    ['but no bit is no bit', V.UNKNOWN, '&', 0, 0],
    ['pointers move', at(0), '+', 1, at(1)],
    ['to before the first entry', at(0), '-', 1, at(-1)],
    ['and back', at(-1), '+', 1, at(0)],
    ['which is no further', at(-1), '-', 1, V.UNKNOWN],
    ['it is less than the first', at(-1), '<', at(0), 1],
    ['and back', at(1), '-', 1, at(0)],
    ['and have a distance', at(3), '-', at(1), 2],
    ['pointers of one table compare', at(0), '<', at(1), 1],
    ['of two tables do not', at(0), '<', V.pointer(2, 1), V.UNKNOWN],
    ['a pointer of unknown index equals perhaps', at(V.ANY_INDEX), '==', at(0), V.UNKNOWN],
    ['past the end is after all that is not', at(3), '<', at(V.FAR), 1],
    ['which of two past the end is further, nobody knows', at(V.FAR), '<', at(V.FAR), V.UNKNOWN],
    ['nor whether they are one', at(V.FAR), '==', at(V.FAR), V.UNKNOWN],
    ['they have no distance', at(V.FAR), '-', at(1), V.UNKNOWN],
    ['further is past the end', at(V.FAR), '+', 3, at(V.FAR)],
    ['back from there is anywhere', at(V.FAR), '-', 1, at(V.ANY_INDEX)],
    ['symbols are equal by name', V.symbol(1), '==', V.symbol(2), 0],
    ['an enumerator may be any number', V.symbol(1), '==', 3, V.UNKNOWN],
    ['division by 0 is unknown', 1, '/', 0, V.UNKNOWN],
    ['what does not fit is unknown', 0x1fff_ffff, '+', 1, V.UNKNOWN],
  ])('%s', (_, left, operator, right, expected) => {
    expect(binary(operator, left, right)).toBe(expected);
  });

  it.each<readonly [string, V.Value, V.Value]>([
    ['a table', pte0, V.pointer(2, 0)],
    ['none', V.NONE, V.THROUGH_NONE],
    ['NULL', 0, V.THROUGH_NONE],
    ['a leaf', V.LEAF, V.THROUGH_LEAF],
    ['a bad entry', V.BAD, V.THROUGH_BAD],
    ['a pointer: it is indexed', at(1), at(1)],
    ['the unknown', V.UNKNOWN, V.UNKNOWN],
  ])('descent through %s', (_, entry, expected) => {
    expect(V.descend(entry, 0)).toBe(expected);
  });

  it('an unknown index points to any entry', () => {
    expect(V.descend(pte0, V.UNKNOWN)).toBe(V.pointer(2, V.ANY_INDEX));
    expect(V.element(2, V.UNKNOWN)).toBe(V.pointer(2, V.ANY_INDEX));
  });

  it('a register keeps that a pointer is past the end, not how far', () => {
    const kept = (index: number): V.Value => V.keep(V.pointer(1, index), [9, 2]);
    expect([-1, 0, 1, 2].map(kept)).toEqual([-1, 0, 1, 2].map((index) => V.pointer(1, index)));
    expect([3, 40, V.FAR].map(kept)).toEqual([0, 0, 0].map(() => V.pointer(1, V.FAR)));
    expect(kept(V.ANY_INDEX)).toBe(V.pointer(1, V.ANY_INDEX));
    expect(V.keep(40, [1])).toBe(40);
  });

  it('tests of entries: bad is no table, a folded level always is one', () => {
    const row = (value: V.Value, folded = false): string =>
      (['none', 'present', 'leaf', 'table', 'bad'] as const)
        .map((what) => V.test(what, value, folded))
        .join(' ');
    expect(row(V.NONE)).toBe('1 0 0 0 1');
    expect(row(V.LEAF)).toBe('0 1 1 0 1');
    expect(row(V.BAD)).toBe('0 1 0 0 1');
    expect(row(pte0)).toBe('0 1 0 1 0');
    expect(row(V.NONE, true)).toBe('0 1 0 1 0');
    expect(V.test('none', V.UNKNOWN, false)).toBe(V.UNKNOWN);
  });

  it('two bytes keep every value, and integers from -4096 to 12287', () => {
    fc.assert(fc.property(fc.integer({ min: -4096, max: 12287 }), (n) => V.unpack(V.pack(n)) === n));
    fc.assert(
      fc.property(
        fc.nat({ max: V.MAX_PAGES - 1 }),
        fc.nat({ max: V.ANY_INDEX }),
        (page, index) => V.unpack(V.pack(V.pointer(page, index))) === V.pointer(page, index),
      ),
    );
    for (const value of [
      V.UNKNOWN,
      V.NONE,
      V.LEAF,
      V.BAD,
      V.THROUGH_NONE,
      V.THROUGH_LEAF,
      V.THROUGH_BAD,
      pte0,
      V.symbol(7),
    ]) {
      expect(V.unpack(V.pack(value))).toBe(value);
    }
    expect(V.unpack(V.pack(12288))).toBe(V.UNKNOWN);
    expect(V.unpack(V.pack(-4097))).toBe(V.UNKNOWN);
  });
});
