/**
 * Walkers in C, ours, in kernel style: each stands for a manner of walking. MM is where the walk starts: the mm whose tables are
 * walked, `&init_mm` for the kernel's.
 */

/**
 * In the manner of arm64's dump of 2019 (arch/arm64/mm/dump.c before generic ptdump): the entry is read for the check, and
 * p?d_offset() reads it again for the descent.
 */
export const DUMP_OF_2019 = `
static void walk_ptes(struct seq_file *m, pmd_t *pmdp, unsigned long start, unsigned long end)
{
	unsigned long addr = start;
	pte_t *ptep = pte_offset_kernel(pmdp, start);

	do {
		seq_printf(m, "%llx\\n", pte_val(READ_ONCE(*ptep)));
	} while (ptep++, addr += PAGE_SIZE, addr != end);
}

static void walk_pmds(struct seq_file *m, pud_t *pudp, unsigned long start, unsigned long end)
{
	unsigned long next, addr = start;
	pmd_t *pmdp = pmd_offset(pudp, start);

	do {
		pmd_t pmd = READ_ONCE(*pmdp);

		next = pmd_addr_end(addr, end);
		if (pmd_none(pmd) || pmd_leaf(pmd))
			seq_printf(m, "%llx\\n", pmd_val(pmd));
		else
			walk_ptes(m, pmdp, addr, next);
	} while (pmdp++, addr = next, addr != end);
}

static void walk_puds(struct seq_file *m, p4d_t *p4dp, unsigned long start, unsigned long end)
{
	unsigned long next, addr = start;
	pud_t *pudp = pud_offset(p4dp, start);

	do {
		pud_t pud = READ_ONCE(*pudp);

		next = pud_addr_end(addr, end);
		if (pud_none(pud) || pud_leaf(pud))
			seq_printf(m, "%llx\\n", pud_val(pud));
		else
			walk_pmds(m, pudp, addr, next);
	} while (pudp++, addr = next, addr != end);
}

static void walk(struct seq_file *m, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	walk_puds(m, p4d_offset(pgd_offset(MM, start), start), start, end);
}
`;

/** Each entry is read once, and the value that was checked is the one that is followed. */
export const SINGLE_FETCH = `
static void walk(struct seq_file *m, struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	pud_t *pudp, pud;
	pmd_t *pmdp, pmd;
	pte_t *ptep, pte;

	for (; addr < end; addr += PAGE_SIZE) {
		pudp = pud_offset(p4d_offset(pgd_offset(MM, addr), addr), addr);
		pud = READ_ONCE(*pudp);
		if (pud_none(pud) || pud_leaf(pud))
			continue;
		pmdp = pmd_offset_lockless(pudp, pud, addr);
		pmd = READ_ONCE(*pmdp);
		if (pmd_none(pmd) || pmd_leaf(pmd))
			continue;
		ptep = (pte_t *)pmd_page_vaddr(pmd) + pte_index(addr);
		pte = READ_ONCE(*ptep);
		seq_printf(m, "%llx\\n", pte_val(pte));
	}
}
`;

/** In the manner of today's ptdump (mm/ptdump.c): callbacks that the generic walker calls; its body is not here. */
export const PTDUMP = `
static int dump_pud(pud_t *pud, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	pud_t val = READ_ONCE(*pud);

	if (pud_leaf(val)) {
		note_page(walk->private, addr, 2, pud_val(val));
		walk->action = ACTION_CONTINUE;
	}
	return 0;
}

static int dump_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	pmd_t val = READ_ONCE(*pmd);

	if (pmd_leaf(val)) {
		note_page(walk->private, addr, 3, pmd_val(val));
		walk->action = ACTION_CONTINUE;
	}
	return 0;
}

static int dump_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	note_page(walk->private, addr, 4, pte_val(ptep_get_lockless(pte)));
	return 0;
}

static const struct mm_walk_ops dump_ops = {
	.pud_entry = dump_pud,
	.pmd_entry = dump_pmd,
	.pte_entry = dump_pte,
};

static void walk(struct seq_file *m, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	walk_page_range_debug(MM, start, end, &dump_ops, NULL, m);
}
`;

/** In the manner of gup_fast() (mm/gup.c): single fetches, and the caller's interrupts off. */
export const GUP_FAST = `
static int walk_ptes(pmd_t pmd, pmd_t *pmdp, unsigned long addr)
{
	pte_t *ptep, pte;

	ptep = pte_offset_map(&pmd, addr);
	if (!ptep)
		return 0;
	pte = ptep_get_lockless(ptep);
	if (pte_present(pte))
		see(pte);
	pte_unmap(ptep);
	return 1;
}

static int walk_pmds(pud_t *pudp, pud_t pud, unsigned long addr)
{
	pmd_t *pmdp = pmd_offset_lockless(pudp, pud, addr);
	pmd_t pmd = pmdp_get_lockless(pmdp);

	if (!pmd_present(pmd) || pmd_leaf(pmd))
		return 0;
	return walk_ptes(pmd, pmdp, addr);
}

static void walk(struct seq_file *m, struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	pud_t *pudp = pud_offset(p4d_offset(pgd_offset(MM, addr), addr), addr);
	pud_t pud = READ_ONCE(*pudp);

	if (!pud_present(pud) || pud_leaf(pud))
		return;
	walk_pmds(pudp, pud, addr);
}
`;

/** A point walk of a user mm that maps its table of ptes, and looks whether that worked (mandatory since 6.5). */
export const PTE_OFFSET_MAP = `
static void walk(struct seq_file *m, struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(MM, addr), addr), addr);
	pmd_t *pmd;
	pte_t *pte;

	if (pud_none_or_clear_bad(pud))
		return;
	pmd = pmd_offset(pud, addr);
	pte = pte_offset_map(pmd, addr);
	if (!pte)
		return;
	see(ptep_get(pte));
	pte_unmap(pte);
}
`;

/** Calls before and after the walk. */
export interface Around {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The rows of the tables. */
export const AROUND: readonly Around[] = [
  { name: 'nothing', before: '', after: '' },
  { name: 'get_online_mems', before: 'get_online_mems();', after: 'put_online_mems();' },
  { name: 'rcu_read_lock', before: 'rcu_read_lock();', after: 'rcu_read_unlock();' },
  { name: 'irqs off', before: 'local_irq_save(flags);', after: 'local_irq_restore(flags);' },
  {
    name: 'page_table_lock',
    before: 'spin_lock(&MM->page_table_lock);',
    after: 'spin_unlock(&MM->page_table_lock);',
  },
  { name: 'mmap read', before: 'mmap_read_lock(MM);', after: 'mmap_read_unlock(MM);' },
  { name: 'mmap write', before: 'mmap_write_lock(MM);', after: 'mmap_write_unlock(MM);' },
  {
    name: 'mems + mmap write',
    before: 'get_online_mems();\n\tmmap_write_lock(MM);',
    after: 'mmap_write_unlock(MM);\n\tput_online_mems();',
  },
  {
    name: 'rcu, then mems',
    before: 'rcu_read_lock();\n\tget_online_mems();',
    after: 'put_online_mems();\n\trcu_read_unlock();',
  },
];

/** A function of C that takes what is to be held, walks, and lets go: the last function of the text. */
export function within(walker: string, { before, after }: Around, tables: 'kernel' | 'user'): string {
  const text = `${walker}
static int show(struct seq_file *m, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	unsigned long flags;

	${before}
	walk(m, mm, start, end);
	${after}
	return 0;
}
`;
  const mm = tables === 'kernel' ? '&init_mm' : 'mm';
  return text
    .replaceAll('&MM->', tables === 'kernel' ? '&init_mm.' : '&mm->')
    .replaceAll('MM', (_, at: number) =>
      /\w/.test(text[at - 1] ?? '') || /\w/.test(text[at + 2] ?? '') ? 'MM' : mm,
    );
}
