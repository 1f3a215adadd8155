/** Values of options, and names that were mistyped. */
import { expect, test } from 'vitest';
import { bounds, count, each, list } from '../../../src/cli/options.js';
import { nearest } from '../../../src/core/report/nearest.js';

test('bounds', () => {
  expect(bounds('states=1000,ms=20')).toEqual({ maxStates: 1000, maxMs: 20 });
  expect(bounds('ms=5')).toEqual({ maxMs: 5 });
  for (const wrong of ['', 'states', 'states=0', 'depth=3', 'states=1e6'])
    expect(() => bounds(wrong)).toThrow('states=N');
});

test('numbers and lists', () => {
  expect(count('12')).toBe(12);
  for (const wrong of ['0', '-1', '1.5', 'x', '']) expect(() => count(wrong)).toThrow('whole number');
  expect(list('x86, arm64,', list('s390'))).toEqual(['s390', 'x86', 'arm64']);
  expect(each('mmap_write_lock(&init_mm)', each('rcu_read_lock'))).toEqual([
    'rcu_read_lock',
    'mmap_write_lock(&init_mm)',
  ]);
});

test('the nearest names, best first, and none where nothing is near', () => {
  const known = ['walk_pte', 'walk_pmd', 'ptdump_walk_pgd', 'note_page'];
  expect(nearest('walk_pdm', known)).toEqual(['walk_pmd', 'walk_pte']);
  expect(nearest('walk_pgd', known)).toContain('ptdump_walk_pgd');
  expect(nearest('completely_else', known)).toEqual([]);
});
