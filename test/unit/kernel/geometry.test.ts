import { describe, expect, test } from 'vitest';
import {
  geometryConstant,
  isFolded,
  isGeometryConstant,
  topLevel,
} from '../../../src/core/kernel/geometry.js';
import { LEVELS } from '../../../src/core/program/ir.js';

const three = { levels: 3, entries: 2 };
const values = (geometry: typeof three, ...names: string[]) =>
  names.map((name) => geometryConstant(name, geometry));

describe('the tiny geometry', () => {
  test('an address counts pte entries', () => {
    expect(values(three, 'PAGE_SIZE', 'PAGE_SHIFT', 'PMD_SIZE', 'PMD_SHIFT', 'PUD_SIZE')).toEqual([
      1, 0, 2, 1, 4,
    ]);
    expect(values({ levels: 5, entries: 4 }, 'PMD_SIZE', 'PUD_SIZE', 'P4D_SIZE', 'PGDIR_SIZE')).toEqual([
      4, 16, 64, 256,
    ]);
  });

  test('three levels: pgd, p4d and pud are one table; pgd keeps the count, pud the tests', () => {
    expect(topLevel(three)).toBe('pud');
    expect(values(three, 'PTRS_PER_PGD', 'PTRS_PER_P4D', 'PTRS_PER_PUD', 'PTRS_PER_PMD')).toEqual([
      2, 1, 1, 2,
    ]);
    expect(values(three, 'PGDIR_SHIFT', 'P4D_SHIFT', 'PUD_SHIFT')).toEqual([2, 2, 2]);
    expect(LEVELS.filter((level) => isFolded(level, three))).toEqual(['pgd', 'p4d']);
  });

  test('five levels: nothing is folded', () => {
    expect(LEVELS.filter((level) => isFolded(level, { levels: 5, entries: 2 }))).toEqual([]);
  });

  test('no shift where entries is no power of two', () => {
    expect(values({ levels: 3, entries: 3 }, 'PMD_SIZE', 'PMD_SHIFT')).toEqual([3, undefined]);
  });

  test('where ranges lie is unknown', () => {
    expect(['TASK_SIZE', 'PAGE_OFFSET', 'VMALLOC_START', 'SECTION_SIZE'].filter(isGeometryConstant)).toEqual(
      [],
    );
    expect(geometryConstant('TASK_SIZE', three)).toBeUndefined();
  });
});
