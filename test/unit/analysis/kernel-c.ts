/** Pieces of C that many cases share: a walk over the kernel's tables that nobody owns, and a debugfs file that starts it. */

/** Goes over everything from PAGE_OFFSET up, and takes no lock. */
export const SWEEP = `
static void sweep(struct seq_file *m)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(addr);
		p4d_t *p4d;
		pud_t *pud;
		pmd_t *pmd;

		if (pgd_none(*pgd))
			continue;
		p4d = p4d_offset(pgd, addr);
		if (p4d_none(*p4d))
			continue;
		pud = pud_offset(p4d, addr);
		if (pud_none(*pud))
			continue;
		pmd = pmd_offset(pud, addr);
		seq_printf(m, "%lx %llx\\n", addr, (u64)pmd_val(*pmd));
	}
}
`;

/** `tables_show()`, reached by reading a debugfs file, with this body. */
export const show = (body: string): string => `
static int tables_show(struct seq_file *m, void *v)
{
	${body.trim()}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);
`;

/** The sweep, and a debugfs file that starts it. */
export const dump = (body: string): string => SWEEP + show(body);

/** What the debugfs file of {@link dump} is told of when nothing is held. */
export const UNPROTECTED = 'warning hot-remove: tables_show > sweep';
