/*
 * A model of the generic page table walker as it was until 5.3: the callbacks are members of struct mm_walk itself, none
 * says how to go on, and the pte table is mapped without its lock.
 */

static int walk_ptes(pmd_t *pmd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	pte_t *pte = pte_offset_map(pmd, addr);
	int err = 0;

	for (;;) {
		err = walk->pte_entry(pte, addr, addr + PAGE_SIZE, walk);
		if (err)
			break;
		addr += PAGE_SIZE;
		if (addr == end)
			break;
		pte++;
	}
	pte_unmap(pte);
	return err;
}

static int walk_pmds(pud_t *pud, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned long next;
	int err = 0;

	do {
again:
		next = pmd_addr_end(addr, end);
		if (pmd_none(*pmd)) {
			if (walk->pte_hole)
				err = walk->pte_hole(addr, next, walk);
			if (err)
				return err;
			continue;
		}
		if (walk->pmd_entry)
			err = walk->pmd_entry(pmd, addr, next, walk);
		if (err)
			return err;
		if (!walk->pte_entry)
			continue;
		if (pmd_trans_unstable(pmd))
			goto again;
		err = walk_ptes(pmd, addr, next, walk);
		if (err)
			return err;
	} while (pmd++, addr = next, addr != end);
	return 0;
}

static int walk_puds(p4d_t *p4d, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	pud_t *pud = pud_offset(p4d, addr);
	unsigned long next;
	int err = 0;

	do {
		next = pud_addr_end(addr, end);
		if (pud_none_or_clear_bad(pud)) {
			if (walk->pte_hole)
				err = walk->pte_hole(addr, next, walk);
			if (err)
				return err;
			continue;
		}
		if (walk->pud_entry)
			err = walk->pud_entry(pud, addr, next, walk);
		if (err)
			return err;
		if (walk->pmd_entry || walk->pte_entry)
			err = walk_pmds(pud, addr, next, walk);
		if (err)
			return err;
	} while (pud++, addr = next, addr != end);
	return 0;
}

static int walk_p4ds(pgd_t *pgd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	p4d_t *p4d = p4d_offset(pgd, addr);
	unsigned long next;
	int err = 0;

	do {
		next = p4d_addr_end(addr, end);
		if (p4d_none_or_clear_bad(p4d)) {
			if (walk->pte_hole)
				err = walk->pte_hole(addr, next, walk);
			if (err)
				return err;
			continue;
		}
		if (walk->pud_entry || walk->pmd_entry || walk->pte_entry)
			err = walk_puds(p4d, addr, next, walk);
		if (err)
			return err;
	} while (p4d++, addr = next, addr != end);
	return 0;
}

static int walk_pgds(unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	pgd_t *pgd = pgd_offset(walk->mm, addr);
	unsigned long next;
	int err = 0;

	do {
		next = pgd_addr_end(addr, end);
		if (pgd_none_or_clear_bad(pgd)) {
			if (walk->pte_hole)
				err = walk->pte_hole(addr, next, walk);
			if (err)
				return err;
			continue;
		}
		if (walk->pud_entry || walk->pmd_entry || walk->pte_entry)
			err = walk_p4ds(pgd, addr, next, walk);
		if (err)
			return err;
	} while (pgd++, addr = next, addr != end);
	return 0;
}

/* Inside VMAs: the range is taken to be covered by one. */
int walk_page_range(unsigned long start, unsigned long end, struct mm_walk *walk)
{
	if (start >= end)
		return -EINVAL;
	if (!walk->mm)
		return -EINVAL;
	mmap_assert_locked(walk->mm);
	return walk_pgds(start, end, walk);
}

int walk_page_vma(struct vm_area_struct *vma, struct mm_walk *walk)
{
	mmap_assert_locked(walk->mm);
	return walk_pgds(vma->vm_start, vma->vm_end, walk);
}
