/*
 * A model of apply_to_page_range() (mm/memory.c): a function is called for each pte of a range. Kernel ptes are reached
 * without a lock. Written for this tool. Where a table is missing, one would be allocated: no freer matters there.
 */

static int apply_to_ptes(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, unsigned long end,
			 pte_fn_t fn, void *data)
{
	spinlock_t *ptl;
	pte_t *table, *pte;
	int err = 0;

	if (mm == &init_mm)
		table = pte_offset_kernel(pmd, addr);
	else
		table = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!table)
		return -EINVAL;
	pte = table;
	do {
		err = fn(pte++, addr, data);
		if (err)
			break;
	} while (addr += PAGE_SIZE, addr != end);
	if (mm != &init_mm)
		pte_unmap_unlock(table, ptl);
	return err;
}

static int apply_to_pmds(struct mm_struct *mm, pud_t *pud, unsigned long addr, unsigned long end,
			 pte_fn_t fn, void *data)
{
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned long next;
	int err = 0;

	do {
		next = pmd_addr_end(addr, end);
		if (pmd_none(*pmd))
			continue;
		if (pmd_leaf(*pmd))
			return -EINVAL;
		err = apply_to_ptes(mm, pmd, addr, next, fn, data);
		if (err)
			break;
	} while (pmd++, addr = next, addr != end);
	return err;
}

static int apply_to_puds(struct mm_struct *mm, p4d_t *p4d, unsigned long addr, unsigned long end,
			 pte_fn_t fn, void *data)
{
	pud_t *pud = pud_offset(p4d, addr);
	unsigned long next;
	int err = 0;

	do {
		next = pud_addr_end(addr, end);
		if (pud_none(*pud))
			continue;
		if (pud_leaf(*pud))
			return -EINVAL;
		err = apply_to_pmds(mm, pud, addr, next, fn, data);
		if (err)
			break;
	} while (pud++, addr = next, addr != end);
	return err;
}

static int apply_to_p4ds(struct mm_struct *mm, pgd_t *pgd, unsigned long addr, unsigned long end,
			 pte_fn_t fn, void *data)
{
	p4d_t *p4d = p4d_offset(pgd, addr);
	unsigned long next;
	int err = 0;

	do {
		next = p4d_addr_end(addr, end);
		if (p4d_none(*p4d))
			continue;
		err = apply_to_puds(mm, p4d, addr, next, fn, data);
		if (err)
			break;
	} while (p4d++, addr = next, addr != end);
	return err;
}

int apply_to_page_range(struct mm_struct *mm, unsigned long start, unsigned long size, pte_fn_t fn, void *data)
{
	unsigned long addr = start;
	unsigned long end = start + size;
	unsigned long next;
	pgd_t *pgd;
	int err = 0;

	if (start >= end)
		return -EINVAL;
	pgd = pgd_offset(mm, addr);
	do {
		next = pgd_addr_end(addr, end);
		if (pgd_none(*pgd))
			continue;
		err = apply_to_p4ds(mm, pgd, addr, next, fn, data);
		if (err)
			break;
	} while (pgd++, addr = next, addr != end);
	return err;
}

int apply_to_existing_page_range(struct mm_struct *mm, unsigned long start, unsigned long size, pte_fn_t fn,
				 void *data)
{
	return apply_to_page_range(mm, start, size, fn, data);
}
