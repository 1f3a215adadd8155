/**
 * A function of the tree as the freer. The freers here are ours, in the manner of arch/arm64/mm/mmu.c (clear, flush, free), of
 * arch/x86/mm/init_64.c (free, then clear), of a huge vmap (given the entry) and of khugepaged (after a grace period).
 */
import { describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { RequestError } from '../../../src/core/session.js';
import { sessionOf } from '../analysis/scan-text.js';

const DECLARATIONS = `
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud = pud_offset(p4d, addr);
	pmd_t *pmd;
	pte_t *pte;
	unsigned long n;
`;

/** Goes over the ptes of kernel tables: nothing is held. */
const WALK = `
void look(unsigned long addr)
{
${DECLARATIONS}
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	pte = pte_offset_kernel(pmd, addr);
	for (n = 0; n < PTRS_PER_PTE; n++, pte++)
		note(pte_val(READ_ONCE(*pte)));
}
`;

/** Takes the tables of a range away; how one table goes is told by `take`. */
const removing = (take: string): string => `
static DEFINE_SPINLOCK(tables_lock);

static void zap_all_ptes(pte_t *pte)
{
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++, pte++)
		pte_clear(&init_mm, 0, pte);
}

void remove_tables(unsigned long addr)
{
${DECLARATIONS}
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	pte = pte_offset_kernel(pmd, addr);
	zap_all_ptes(pte);
	${take}
}
`;
const CLEAR_FIRST =
  'pmd_clear(pmd);\n\tflush_tlb_kernel_range(addr, addr + PMD_SIZE);\n\tpte_free_kernel(&init_mm, pte);';
const FREE_FIRST =
  'pte_free_kernel(&init_mm, pte);\n\tspin_lock(&init_mm.page_table_lock);\n\tpmd_clear(pmd);\n\tspin_unlock(&init_mm.page_table_lock);';
const CALLER = `
void offline_tables(unsigned long addr)
{
	mem_hotplug_begin();
	remove_tables(addr);
	mem_hotplug_done();
}
module_init(offline_tables);
`;

interface Asked {
  readonly walker?: string;
  readonly freer: string;
  readonly name?: string;
  readonly arch?: string;
  readonly with?: readonly string[];
}

function replay({
  walker = WALK,
  freer,
  name = 'remove_tables',
  arch = 'x86',
  with: added = [],
}: Asked): ReplayReport {
  return sessionOf({ 'mm/walk.c': walker, 'mm/freer.c': freer }).replay({
    file: 'mm/walk.c',
    function: 'look',
    against: { file: 'mm/freer.c', function: name },
    arch,
    with: added,
  });
}

describe('a function of the tree frees', () => {
  it('and the walk meets what it frees, step by step in its own lines', () => {
    const report = replay({ freer: removing(CLEAR_FIRST) });
    expect(report).toMatchObject({
      verdict: 'confirmed',
      freer: 'mm/freer.c:remove_tables',
      kinds: ['use-after-free', 'bogus-descent', 'null-descent', 'stale-leaf'],
    });
    const freed = report.trace.find(({ mark }) => mark === 'freed');
    expect(freed).toMatchObject({ text: 'free pte0', function: 'remove_tables' });
    expect(freed?.at).toMatch(/^mm\/freer\.c:\d+$/);
    expect(freed?.code).toBe('pte_free_kernel(&init_mm, pte);');
  });

  it('interrupts off keep a flush by IPI waiting, if the entry was cleared before', () => {
    const off = { with: ['local_irq_save'] };
    expect(replay({ freer: removing(CLEAR_FIRST), ...off }).kinds).not.toContain('use-after-free');
    expect(replay({ freer: removing(CLEAR_FIRST), arch: 'arm64', ...off }).kinds).toContain('use-after-free');
    expect(replay({ freer: removing(FREE_FIRST), ...off }).kinds).toContain('use-after-free');
  });

  it('what all of its callers hold is around it, and said', () => {
    const freer = removing(CLEAR_FIRST) + CALLER;
    const report = replay({ freer });
    expect(report.verdict).toBe('confirmed');
    expect(report.assumptions.map(({ text }) => text)).toContain(
      'all callers of remove_tables() hold mem_hotplug_lock',
    );
    expect(replay({ freer, with: ['get_online_mems'] }).verdict).toBe('refuted');
    expect(replay({ freer, name: 'offline_tables', with: ['get_online_mems'] }).verdict).toBe('refuted');
    const other = `${freer}\nvoid other(unsigned long addr)\n{\n\tremove_tables(addr);\n}\nmodule_init(other);\n`;
    expect(replay({ freer: other, with: ['get_online_mems'] }).verdict).toBe('confirmed');
  });

  it('what it asserts at its top is held, whoever calls it; what it asserts on one way is not', () => {
    const asserting = removing(CLEAR_FIRST).replace(
      /if \(pud_none/,
      'mmap_assert_write_locked(&init_mm);\n\tif (pud_none',
    );
    expect(replay({ freer: asserting, with: ['mmap_read_lock(&init_mm)'] }).verdict).toBe('refuted');
    expect(replay({ freer: asserting }).assumptions.map(({ text }) => text)).toContain(
      'all callers of remove_tables() hold mmap_lock(init_mm)',
    );
    const sometimes = removing(CLEAR_FIRST).replace(
      /if \(pud_none/,
      'if (addr)\n\t\tmmap_assert_write_locked(&init_mm);\n\tif (pud_none',
    );
    expect(replay({ freer: sometimes, with: ['mmap_read_lock(&init_mm)'] }).verdict).toBe('confirmed');
  });

  it('what it frees after a grace period is there for a reader', () => {
    const freer = removing(
      'pmd_t old = pmdp_huge_get_and_clear(&init_mm, addr, pmd);\n\tpte_free_defer(&init_mm, pmd_pgtable(old));',
    );
    expect(replay({ freer }).kinds).toContain('use-after-free');
    expect(replay({ freer, with: ['rcu_read_lock'] }).kinds).not.toContain('use-after-free');
  });

  it('one that is given an entry takes the table below it', () => {
    const freer = `
int take_table(pmd_t *pmd, unsigned long addr)
{
	pte_t *pte = (pte_t *)pmd_page_vaddr(*pmd);

	pmd_clear(pmd);
	flush_tlb_kernel_range(addr, addr + PAGE_SIZE);
	pte_free_kernel(&init_mm, pte);
	return 1;
}
`;
    expect(replay({ freer, name: 'take_table' })).toMatchObject({ verdict: 'confirmed' });
  });

  it('one that frees at last what it has put on a list', () => {
    const freer = (flush: string): string => `
static void take(pmd_t *pmd, struct list_head *taken)
{
	pmd_t old = *pmd;

	pmd_clear(pmd);
	list_add(&page_ptdesc(pmd_page(old))->pt_list, taken);
}

void collapse(unsigned long addr)
{
${DECLARATIONS}
	struct ptdesc *table, *next;
	LIST_HEAD(taken);

	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	take(pmd, &taken);
	${flush}
	list_for_each_entry_safe(table, next, &taken, pt_list) {
		list_del(&table->pt_list);
		pagetable_free(table);
	}
}
`;
    const asked = { name: 'collapse', with: ['local_irq_save'] };
    expect(replay({ freer: freer('flush_tlb_all();'), name: 'collapse' }).kinds).toContain('use-after-free');
    expect(replay({ freer: freer('flush_tlb_all();'), ...asked }).kinds).not.toContain('use-after-free');
    expect(replay({ freer: freer(''), ...asked }).kinds).toContain('use-after-free');
  });

  it('one that counts what the model does not have has few states', () => {
    const freer = removing(CLEAR_FIRST).replace(
      'zap_all_ptes(pte);',
      'struct batch b;\n\tb.count = 0;\n\twhile (next_file(addr)) {\n\t\tspin_lock(&tables_lock);\n\t\tif (b.count > 0)\n\t\t\tflush_tlb_all();\n\t\tb.count++;\n\t\tspin_unlock(&tables_lock);\n\t}\n\tzap_all_ptes(pte);',
    );
    const report = replay({ freer });
    expect(report.verdict).toBe('confirmed');
    expect(report.assumptions.map(({ text }) => text)).toContain('"b.count" counts to 2 at most');
    expect(report.states).toBeLessThan(20_000);
  });

  it('one that only takes empty tables finds an empty one, and says so', () => {
    const freer = `
void take_if_empty(pte_t *start, pmd_t *pmd)
{
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		if (!pte_none(start[i]))
			return;
	pmd_clear(pmd);
	pte_free_kernel(&init_mm, start);
}
`;
    const report = replay({ freer, name: 'take_if_empty' });
    expect(report.verdict).toBe('confirmed');
    expect(report.assumptions.map(({ text }) => text)).toContain(
      'the first table of ptes is empty when the freer begins',
    );
  });
});

describe('a function that is no freer', () => {
  it('is told to free nothing', () => {
    const report = replay({ freer: WALK.replace('look', 'remove_tables') });
    expect(report).toMatchObject({
      verdict: 'not-replayable',
      reason:
        'remove_tables() frees no table, nor does what it calls; note() takes or drops no lock and touches no table: its body is not at hand',
    });
  });

  it('is told to be wrong by itself', () => {
    const freer = removing('pte_free_kernel(&init_mm, pte);\n\tpte_clear(&init_mm, addr, pte);');
    expect(replay({ freer }).reason).toMatch(
      /^by itself remove_tables\(\) goes wrong in the model, so that it would prove nothing: use-after-free at mm\/freer\.c:\d+$/,
    );
  });

  it('is not there, or frees other tables', () => {
    expect(() => replay({ freer: removing(CLEAR_FIRST), name: 'remove_table' })).toThrow(RequestError);
    expect(() => replay({ freer: removing(CLEAR_FIRST), name: 'remove_table' })).toThrow(
      /did you mean remove_tables\(\)/,
    );
    const user = WALK.replace('pgd_offset_k(addr)', 'pgd_offset(vma->vm_mm, addr)').replace(
      'unsigned long addr)',
      'struct vm_area_struct *vma, unsigned long addr)',
    );
    expect(() => replay({ walker: user, freer: removing(CLEAR_FIRST) })).toThrow(
      'remove_tables() frees kernel tables; this walk is over user ones',
    );
  });
});
