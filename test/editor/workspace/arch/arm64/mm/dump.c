// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for a page-table dump as arm64 had one in 2019, before it could hot-remove memory: it walks the kernel's tables from
 * a debugfs file, and holds nothing. Written for the tests.
 */
#include <linux/debugfs.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/seq_file.h>

struct dump_state {
	struct seq_file *seq;
	unsigned long start;
};

static void note_entry(struct dump_state *st, unsigned long addr, int level, u64 val)
{
	seq_printf(st->seq, "%d %lx %llx\n", level, addr, val);
}

static void dump_pte(struct dump_state *st, pmd_t *pmdp, unsigned long start)
{
	pte_t *ptep = pte_offset_kernel(pmdp, 0UL);
	unsigned long addr;
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++, ptep++) {
		addr = start + i * PAGE_SIZE;
		note_entry(st, addr, 4, READ_ONCE(pte_val(*ptep)));
	}
}

static void dump_pmd(struct dump_state *st, pud_t *pudp, unsigned long start)
{
	pmd_t *pmdp = pmd_offset(pudp, 0UL);
	unsigned long addr;
	int i;

	for (i = 0; i < PTRS_PER_PMD; i++, pmdp++) {
		pmd_t pmd = READ_ONCE(*pmdp);

		addr = start + i * PMD_SIZE;
		if (pmd_none(pmd) || pmd_leaf(pmd))
			note_entry(st, addr, 3, pmd_val(pmd));
		else
			dump_pte(st, pmdp, addr);
	}
}

static void dump_pud(struct dump_state *st, p4d_t *p4dp, unsigned long start)
{
	pud_t *pudp = pud_offset(p4dp, 0UL);
	unsigned long addr;
	int i;

	for (i = 0; i < PTRS_PER_PUD; i++, pudp++) {
		pud_t pud = READ_ONCE(*pudp);

		addr = start + i * PUD_SIZE;
		if (pud_none(pud) || pud_leaf(pud))
			note_entry(st, addr, 2, pud_val(pud));
		else
			dump_pmd(st, pudp, addr);
	}
}

static void dump_pgd(struct dump_state *st)
{
	pgd_t *pgdp = pgd_offset_k(st->start);
	unsigned long addr;
	int i;

	for (i = 0; i < PTRS_PER_PGD; i++, pgdp++) {
		pgd_t pgd = READ_ONCE(*pgdp);

		addr = st->start + i * PGDIR_SIZE;
		if (pgd_none(pgd))
			note_entry(st, addr, 0, pgd_val(pgd));
		else
			dump_pud(st, p4d_offset(pgdp, addr), addr);
	}
}

static int dump_show(struct seq_file *m, void *v)
{
	struct dump_state st = {
		.seq = m,
		.start = PAGE_OFFSET,
	};

	dump_pgd(&st);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump);

static int __init dump_init(void)
{
	debugfs_create_file("kernel_page_tables", 0400, NULL, NULL, &dump_fops);
	return 0;
}
device_initcall(dump_init);
