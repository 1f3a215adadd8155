/** freer/free-before-clear and freer/unlocked: code that frees tables of the kernel. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const foundBy = (rule: string, texts: Texts | string): readonly string[] =>
  scanText(texts, { whole: true }).findings.filter((line) => line.includes(` ${rule}: `));
const early = (texts: Texts | string): readonly string[] => foundBy('free-before-clear', texts);
const unlocked = (texts: Texts | string): readonly string[] => foundBy('unlocked', texts);

/** A function that is given a table of ptes and the pmd that points to it. */
const freeTable = (body: string): string => `
static void free_table(pte_t *ptes, pmd_t *pmd, unsigned long addr)
{
	struct page *page = pmd_page(*pmd);
	pte_t *first = pte_offset_kernel(pmd, addr);

${body}
}
`;

describe('a table that is freed before its entry is cleared', () => {
  it.each([
    ['by the entry', 'free_pagetable(pmd_page(*pmd), 0);'],
    ['by its page', '__free_page(page);'],
    ['by a pointer into it', 'pte_free_kernel(&init_mm, ptes);'],
    ['by what the architecture makes of the entry', 'pte_free(mm, pmd_table_of(*pmd));'],
    ['by where the descent went', 'free_hotplug_pgtable_page(virt_to_page(first));'],
    ['by a function of the architecture that says so', 'vmem_pte_free((unsigned long *)pmd_deref(*pmd));'],
  ])('%s; after the clearing it is fine', (_, free) => {
    expect(early(freeTable(`\t${free}\n\tpmd_clear(pmd);`))).toEqual(['info free-before-clear: free_table']);
    expect(early(freeTable(`\tpmd_clear(pmd);\n\tflush_tlb_all();\n\t${free}`))).toEqual([]);
  });

  it('with locks and tests in between is the same', () => {
    const body = (free: string, clear: string): string =>
      freeTable(
        `\tif (PageReserved(page))\n\t\tfree_reserved_page(page);\n\telse\n\t\t${free}\n\tspin_lock(&init_mm.page_table_lock);\n\t${clear}\n\tspin_unlock(&init_mm.page_table_lock);`,
      );
    expect(early(body('__free_page(page);', 'pmd_clear(pmd);'))).toHaveLength(1);
    expect(early(body('__free_page(page);', ''))).toEqual([]);
  });

  it('freed after a grace period, or into the gather of a flush, is not freed yet', () => {
    expect(early(freeTable('\tpte_free_defer(&init_mm, page);\n\tpmd_clear(pmd);'))).toEqual([]);
  });

  it('tables further down are freed by who is given the entries of this one', () => {
    expect(early(freeTable('\tfree_lower_tables(first, pmd, addr);\n\tpmd_clear(pmd);'))).toEqual([]);
  });

  it('another page is no matter', () => {
    expect(early(freeTable('\tkfree(spare_table(addr));\n\tpmd_clear(pmd);'))).toEqual([]);
  });

  it('in a loop: cleared and then freed in each round', () => {
    const loop = (first: string, then: string): string =>
      freeTable(
        `\tfor (; addr; addr--, pmd++) {\n\t\tpage = pmd_page(*pmd);\n\t\t${first}\n\t\t${then}\n\t}`,
      );
    expect(early(loop('__free_page(page);', 'pmd_clear(pmd);'))).toHaveLength(1);
    expect(early(loop('pmd_clear(pmd);', '__free_page(page);'))).toEqual([]);
  });
});

const INSTALL = (before: string, after: string): string => `
static int try_huge(pmd_t *pmd, unsigned long addr, phys_addr_t phys, pgprot_t prot)
{
	int ret = 0;

	if (!IS_ALIGNED(phys, PMD_SIZE))
		return 0;
	${before}
	if (!pmd_present(*pmd) || pmd_free_pte_page(pmd, addr))
		ret = pmd_set_huge(pmd, phys, prot);
	${after}
	return ret;
}
int map_range(pmd_t *pmd, unsigned long addr, phys_addr_t phys, pgprot_t prot)
{
	return try_huge(pmd, addr, phys, prot);
}
static int map_probe(struct platform_device *pdev)
{
	return map_range(pdev->pmd, pdev->addr, pdev->phys, PAGE_KERNEL);
}
static struct platform_driver map_driver = { .probe = map_probe };
`;

describe('a freer without its half of the protocol', () => {
  it('an install of a huge page takes the mmap lock of init_mm, which dumps hold for write', () => {
    expect(unlocked(INSTALL('', ''))).toEqual(['warning unlocked: map_probe > map_range > try_huge']);
    expect(
      unlocked(INSTALL('if (!mmap_read_trylock(&init_mm))\n\t\treturn 0;', 'mmap_read_unlock(&init_mm);')),
    ).toEqual([]);
  });

  it('as a scope, or for write, is as good', () => {
    expect(unlocked(INSTALL('guard(mmap_read_lock)(&init_mm);', ''))).toEqual([]);
    expect(unlocked(INSTALL('mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'))).toEqual([]);
  });

  it("another mm's lock is not it, nor is the page table lock, nor one that is let go first", () => {
    const locks = [
      ['mmap_read_lock(current->mm);', 'mmap_read_unlock(current->mm);'],
      ['spin_lock(&init_mm.page_table_lock);', 'spin_unlock(&init_mm.page_table_lock);'],
      ['mmap_read_lock(&init_mm);\n\tmmap_read_unlock(&init_mm);', ''],
    ] as const;
    for (const [enter, leave] of locks) expect(unlocked(INSTALL(enter, leave))).toHaveLength(1);
  });

  it('is nothing to say where no dump of the tree holds the other half', () => {
    const dump = (lock: string): string => `
void ptdump_walk_pgd(struct ptdump_state *st, struct mm_struct *mm, pgd_t *pgd)
{
	${lock}
	walk_page_range_novma(mm, 0, ~0UL, &ptdump_ops, pgd, st);
}
`;
    const tree = (lock: string): Texts => ({
      'mm/memory.c': 'int x;\n',
      'mm/x.c': INSTALL('', ''),
      'mm/ptdump.c': dump(lock),
    });
    expect(unlocked(tree('mmap_write_lock(mm);'))).toHaveLength(1);
    expect(unlocked(tree('down_read(&mm->mmap_sem);'))).toEqual([]);
  });

  it('is asked of who calls it, not of the call itself: an architecture takes the tables below away by it', () => {
    const below = (name: string): string => `
int ${name}(pud_t *pud, unsigned long addr)
{
	pmd_t *pmd = pmd_offset(pud, addr);

	pmd_free_pte_page(pmd, addr);
	pud_clear(pud);
	pmd_free(NULL, pmd);
	return 1;
}
`;
    expect(unlocked(below('pud_free_pmd_page'))).toEqual([]);
    expect(unlocked(below('take_down'))).toEqual(['warning unlocked: take_down']);
  });

  it('taken by a caller is as good', () => {
    const text = (enter: string, leave: string): string =>
      INSTALL('', '').replace(
        'return try_huge(pmd, addr, phys, prot);',
        `int ret;\n\n\t${enter}\n\tret = try_huge(pmd, addr, phys, prot);\n\t${leave}\n\treturn ret;`,
      );
    expect(unlocked(text('mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'))).toEqual([]);
    expect(unlocked(text('', ''))).toHaveLength(1);
  });

  it.each([
    ['x86', 'CONFIG_X86'],
    ['powerpc', 'CONFIG_PPC'],
  ])('not on %s, which alone is told of', (architecture, option) => {
    const found = scanText(
      INSTALL(
        `#ifndef ${option}\n\tif (!mmap_read_trylock(&init_mm))\n\t\treturn 0;\n#endif`,
        `#ifndef ${option}\n\tmmap_read_unlock(&init_mm);\n#endif`,
      ),
      { whole: true },
    ).report.findings.filter(({ rule }) => rule === 'freer/unlocked');
    expect(found.map(({ live }) => live)).toEqual([[architecture]]);
  });

  it('at boot there is no walker', () => {
    expect(
      unlocked(
        INSTALL('', '')
          .replace('static int map_probe', 'static int __init map_probe')
          .replace(/static struct.*\n/, ''),
      ),
    ).toEqual([]);
  });

  it('removal of memory holds the hotplug lock for write; for read is not enough', () => {
    const remove = (enter: string, leave: string): string => `
static void remove_range(u64 start, u64 size)
{
	${enter}
	arch_remove_memory(start, size, NULL);
	${leave}
}
static int range_remove(struct platform_device *pdev)
{
	remove_range(pdev->start, pdev->size);
	return 0;
}
static struct platform_driver range_driver = { .remove = range_remove };
`;
    expect(unlocked(remove('mem_hotplug_begin();', 'mem_hotplug_done();'))).toEqual([]);
    expect(unlocked(remove('', ''))).toHaveLength(1);
    expect(unlocked(remove('get_online_mems();', 'put_online_mems();'))).toHaveLength(1);
  });
});

describe('a walk that writes entries of the kernel under the lock for read', () => {
  const change = (enter: string, leave: string, body = 'set_pte(pte, __pte(0));'): string => `
static int change_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	${body}
	return 0;
}
static const struct mm_walk_ops change_ops = { .pte_entry = change_pte };

int change_range(unsigned long start, unsigned long end)
{
	int ret;

	${enter}
	ret = walk_page_range(&init_mm, start, end, &change_ops, NULL);
	${leave}
	return ret;
}
`;
  const read = ['mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'] as const;

  it('is told for information: no table goes', () => {
    expect(unlocked(change(...read))).toEqual(['info unlocked: change_range [mmap_lock(init_mm):read]']);
  });

  it('under it for write is fine; so is a walk that only reads', () => {
    expect(unlocked(change('mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'))).toEqual([]);
    expect(unlocked(change(...read, 'note_pte(ptep_get(pte));'))).toEqual([]);
  });
});
