/** Lists of tables, in the manner of a freer that takes tables out one by one, flushes once and then frees them all. */
import { describe, expect, test } from 'vitest';
import { lowered, linkedProgram, visible } from './c.js';

const COLLECTS = `
static void take(pmd_t *pmd, struct list_head *taken)
{
	pmd_t old = *pmd;

	set_pmd(pmd, __pmd(0));
	list_add(&page_ptdesc(pmd_page(old))->pt_list, taken);
}

void take_all(pmd_t *pmd)
{
	struct ptdesc *table, *next;
	LIST_HEAD(taken);

	take(pmd, &taken);
	flush_tlb_all();
	list_for_each_entry_safe(table, next, &taken, pt_list) {
		list_del(&table->pt_list);
		pagetable_free(table);
	}
}
`;

describe('a list of tables', () => {
  test('gives back what was put on it, in another function too: no assumption is needed', () => {
    const program = linkedProgram(COLLECTS);
    if (typeof program === 'string') throw new Error(program);
    expect(visible(program.steps).slice(-4)).toEqual([
      expect.stringMatching(/^load \w+ = \*\w+ \(pmd/),
      expect.stringMatching(/^store \*\w+ = /),
      'flush',
      expect.stringMatching(/^free /),
    ]);
    expect(program.assumptions.map(({ text }) => text).join('\n')).not.toContain('any number of times');
  });

  test('of which nothing is known has tables that are not known', () => {
    const text = lowered(
      'struct ptdesc *table;\n\tlist_for_each_entry(table, &pgd_list, pt_list)\n\t\tpagetable_free(table);',
    );
    expect(text).toContain('::pgd_list.tables');
    expect(text).toContain('free table');
  });
});

test('a list of anything else is data: its loop goes round any number of times', () => {
  const text = lowered(
    'struct page *page;\n\tLIST_HEAD(pages);\n\tlist_add(&page->lru, &pages);\n\tlist_for_each_entry(page, &pages, lru)\n\t\tsee(page);',
  );
  expect(text).toContain('any number of times');
});

describe('a table that goes into the mmu_gather', () => {
  const take = 'pmd_clear(pmd);\n\tpte_free_tlb(tlb, token, addr);';

  test('is freed after a grace period where the tree frees user tables so', () => {
    expect(lowered(take, new Set(['rcu-table-free']))).toMatch(/store \*pmd = none[^]*\n.*free_rcu \S*token/);
  });

  test('is freed after the flush where it does not', () => {
    expect(lowered(take, new Set())).toMatch(/store \*pmd = none[^]*\n.*flush\n.*free \S*token/);
  });
});
