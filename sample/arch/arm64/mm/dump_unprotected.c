// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands for the page-table dump of arm64 in 2019: it walks the linear map from a debugfs file and holds nothing. When memory is
 * removed meanwhile, a table is freed under the walk.
 *
 * Walkrace: error, kernel-walk/hot-remove, confirmed (use-after-free). The fix is in dump_hotplug_lock.c.
 */
#include <linux/debugfs.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/seq_file.h>

static void note_entry(struct seq_file *m, unsigned long addr, int level, u64 val)
{
	seq_printf(m, "%d 0x%016lx 0x%016llx\n", level, addr, val);
}

static void dump_pte(struct seq_file *m, pmd_t *pmdp, unsigned long start)
{
	pte_t *ptep = pte_offset_kernel(pmdp, 0UL);
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++, ptep++) {
		unsigned long addr = start + i * PAGE_SIZE;

		note_entry(m, addr, 4, pte_val(READ_ONCE(*ptep)));
	}
}

static void dump_pmd(struct seq_file *m, pud_t *pudp, unsigned long start)
{
	pmd_t *pmdp = pmd_offset(pudp, 0UL);
	int i;

	for (i = 0; i < PTRS_PER_PMD; i++, pmdp++) {
		unsigned long addr = start + i * PMD_SIZE;
		pmd_t pmd = READ_ONCE(*pmdp);

		if (pmd_none(pmd) || pmd_sect(pmd))
			note_entry(m, addr, 3, pmd_val(pmd));
		else
			dump_pte(m, pmdp, addr);
	}
}

static void dump_pud(struct seq_file *m, pgd_t *pgdp, unsigned long start)
{
	pud_t *pudp = pud_offset(pgdp, 0UL);
	int i;

	for (i = 0; i < PTRS_PER_PUD; i++, pudp++) {
		unsigned long addr = start + i * PUD_SIZE;
		pud_t pud = READ_ONCE(*pudp);

		if (pud_none(pud) || pud_sect(pud))
			note_entry(m, addr, 2, pud_val(pud));
		else
			dump_pmd(m, pudp, addr);
	}
}

static void dump_pgd(struct seq_file *m, unsigned long start)
{
	pgd_t *pgdp = pgd_offset_k(start);
	int i;

	for (i = pgd_index(start); i < PTRS_PER_PGD; i++, pgdp++) {
		unsigned long addr = start + i * PGDIR_SIZE;
		pgd_t pgd = READ_ONCE(*pgdp);

		if (pgd_none(pgd))
			note_entry(m, addr, 1, pgd_val(pgd));
		else
			dump_pud(m, pgdp, addr);
	}
}

static int dump_unprotected_show(struct seq_file *m, void *v)
{
	dump_pgd(m, PAGE_OFFSET);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump_unprotected);

static int __init dump_unprotected_init(void)
{
	debugfs_create_file("dump_unprotected_page_tables", 0400, NULL, NULL, &dump_unprotected_fops);
	return 0;
}
device_initcall(dump_unprotected_init);
