/** Hover on a name of the knowledge tables: a line of C with a mark under the name, and what is told of it. */
import { describe, expect, test } from 'vitest';
import { describeName } from '../../../src/server/features/known-names.js';
import { freersOf, levelsIn } from '../../../src/server/features/levels.js';

/** The line is asked at its `|`. */
function told(marked: string): string {
  const character = marked.indexOf('|');
  return describeName(marked.replace('|', ''), character).join('\n');
}

describe('a lock call', () => {
  test('tells what it takes, what that keeps out and what not, each with its source', () => {
    const text = told('\tget_on|line_mems();');
    expect(text).toMatch(/^\*\*`get_online_mems\(\)`\*\* takes `mem_hotplug_lock` for read: /);
    expect(text).toMatch(/Keeps out:\n\n- `memory-hot-remove`.*\*`mm\/memory_hotplug\.c:/);
    expect(text).toMatch(/Does not keep out:\n\n- `huge-vmap`: no memory is removed/);
    expect(text).toMatch(/Nor: `munmap`/);
  });
  test('of init_mm is told as such, of another mm without what holds for init_mm alone', () => {
    const kernel = told('\tmmap_write_|lock(&init_mm);');
    const user = told('\tmmap_write_|lock(mm);');
    expect(kernel).toContain('`set-memory-collapse`');
    expect(kernel).not.toBe(user);
    expect(user).toMatch(/Keeps out:\n\n(?:- .*\n)*- `munmap`/);
  });
  test('that lets go, or may fail, says so', () => {
    expect(told('put_online_mem|s();')).toMatch(/lets go of `mem_hotplug_lock`/);
    expect(told('if (!mmap_read_try|lock(mm))')).toContain('for read, or fails');
  });
  test('of a lock that no row knows keeps out nobody that is known', () => {
    expect(told('mutex_lo|ck(&cpa_lock);')).toContain('Keeps out no freer that is known:');
  });
  test('as a guard is the same lock', () => {
    expect(told('\tguard(mutex_in|tr)(&dump_lock);') + told('\tscoped_guard(r|cu) {')).toContain(
      'takes `rcu`',
    );
    expect(told('\tguard(unheard_|of)(&x);')).toBe('');
  });
});

test.each([
  ['pmd = pmd_off|set(pud, addr);', 'reads the entry above again, and points into the `pmd` table'],
  ['if (pmd_no|ne(*pmd))', 'nothing is read'],
  ['pte = pte_offset_m|ap(pmd, addr);', 'NULL where the table is gone, which has to be checked'],
  ['page = pfn_to_online_p|age(pfn);', 'it says nothing about later'],
  ['set_p|md(pmd, __pmd(0));', 'writes one `pmd` entry'],
])('a primitive: %s', (line, sentence) => {
  expect(told(line)).toContain(sentence);
});

test('where a meaning depends on the tree, each is told with what it depends on', () => {
  expect(told('pte_offset_m|ap(pmd, addr)').split('\n').length).toBeGreaterThan(1);
  expect(told('pte_offset_m|ap(pmd, addr)')).toMatch(/\(not where “/);
});

test.each(['se|q_printf(m, "x");', 'int add|r;', '  |', 'pmd_offset|;'])('nothing is told of %s', (line) => {
  expect(told(line)).toBe('');
});

test('levels are those of the calls in the text, and where a leaf is asked for', () => {
  const lines = [
    'p4d = p4d_offset(pgd_offset_k(addr), addr);',
    'pud = pud_offset(p4d, addr);',
    'if (pud_leaf(*pud))',
  ];
  expect(levelsIn(lines)).toEqual({ levels: ['pgd', 'p4d', 'pud'], leaves: ['pud'] });
  expect(levelsIn(['return 0;'])).toEqual({ levels: [], leaves: [] });
});

test('freers are those of the tables and ranges that are walked', () => {
  expect(freersOf('kernel', ['vmalloc'])).toEqual(['huge-vmap']);
  expect(freersOf('kernel', ['linear'])).toContain('memory-hot-remove');
  expect(freersOf('user', ['user'])).not.toContain('memory-hot-remove');
  expect(freersOf('pfn', [])).toEqual(['memory-hot-remove', 'memory-offline']);
});
