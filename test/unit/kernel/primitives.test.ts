import { describe, expect, test } from 'vitest';
import { PRIMITIVES, primitiveOf, primitivesOf } from '../../../src/core/kernel/primitives.js';
import { CAPABILITIES } from '../../../src/core/kernel/capabilities.js';

const meaning = (name: string, ...capabilities: string[]) => primitiveOf(name, new Set(capabilities));

describe('the table of primitives', () => {
  test('a descent reads its parent entry; a lockless one follows the value that was read', () => {
    expect(meaning('pmd_offset')).toMatchObject({ kind: 'descent', to: 'pmd', entry: 0, address: 1 });
    expect(meaning('pmd_offset_lockless')).toMatchObject({
      kind: 'descent-by-value',
      to: 'pmd',
      value: 1,
      address: 2,
    });
    expect(meaning('pud_pgtable')).toMatchObject({ kind: 'descent-by-value', to: 'pmd', value: 0 });
  });

  test('pgd_offset() says whose tables are walked, pgd_offset_k() always the kernel’s', () => {
    expect(meaning('pgd_offset')).toMatchObject({ kind: 'root', mm: 0 });
    expect(meaning('pgd_offset_k')).toMatchObject({ kind: 'root', mm: 'init_mm' });
  });

  test('pte_offset_map() enters RCU and may fail since 6.5, and did neither before', () => {
    expect(meaning('pte_offset_map', 'pte-map-can-fail')).toMatchObject({ rcu: true, nullable: true });
    expect(meaning('pte_offset_map')).toMatchObject({ rcu: false, nullable: false });
    expect(meaning('pte_unmap', 'pte-map-can-fail')).toMatchObject({ rcu: true });
    expect(meaning('pte_unmap')).toMatchObject({ rcu: false });
  });

  test('walk_page_range() of 5.3 and of 5.4 take different arguments', () => {
    expect(meaning('walk_page_range')).toMatchObject({ start: 0, end: 1, ops: 2 });
    expect(meaning('walk_page_range', 'walk-ops')).toMatchObject({ mm: 0, start: 1, end: 2, ops: 3 });
  });

  test('a lone file is judged by the newest kernel', () => {
    expect(primitiveOf('pte_offset_map')).toMatchObject({ nullable: true });
  });

  test('a leaf is no table: pXd_bad() and pXd_none_or_clear_bad() say so', () => {
    expect(meaning('pmd_bad')).toMatchObject({ tests: ['bad', 'leaf'] });
    expect(meaning('pud_none_or_clear_bad')).toMatchObject({
      kind: 'read-test',
      tests: ['none', 'bad', 'leaf'],
    });
  });

  test('no name has two rows that hold in one tree', () => {
    const conditions = (name: string) => primitivesOf(name).map(({ when }) => (when ?? []).join(' '));
    for (const { name } of PRIMITIVES) {
      const all = conditions(name);
      if (all.length === 1) continue;
      expect(all, name).toHaveLength(2);
      const [yes = '', no = ''] = [...all].sort((a, b) => a.length - b.length);
      expect(`!${yes}`, name).toBe(no);
    }
  });

  test('rows depend only on capabilities that exist', () => {
    const known = new Set(CAPABILITIES.map(({ id }) => id));
    const used = PRIMITIVES.flatMap(({ when }) => when ?? []).map((each) => each.replace('!', ''));
    expect(used.filter((each) => !known.has(each))).toEqual([]);
  });

  test('all the call sites that a whole-tree scan looks for are rows', () => {
    const searched =
      `pgd_offset_k pgd_offset_pgd pgd_offset p4d_offset pud_offset pmd_offset pte_offset_kernel pte_offset_map
      pte_offset_map_lock pmd_off_k virt_to_kpte walk_page_range walk_page_range_novma walk_page_range_debug
      walk_kernel_page_table_range apply_to_page_range apply_to_existing_page_range`.split(/\s+/);
    expect(searched.filter((name) => primitivesOf(name).length === 0)).toEqual([]);
  });
});
