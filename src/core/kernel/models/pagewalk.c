/*
 * A model of the generic page table walker (mm/pagewalk.c since 5.4), for walks in a tree or file that has no body of it.
 * Written for this tool: what matters is which entries are read how often, when the callbacks run, and which locks are
 * asserted and taken. It is read by the same lowering as kernel code.
 */

static int walk_ptes(pmd_t *pmd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	spinlock_t *ptl;
	pte_t *table, *pte;
	int err = 0;

	if (walk->no_vma)
		table = pte_offset_kernel(pmd, addr);
	else
		table = pte_offset_map_lock(walk->mm, pmd, addr, &ptl);
	if (!table) {
		walk->action = ACTION_AGAIN;
		return 0;
	}
	for (pte = table; addr != end; pte++, addr += PAGE_SIZE) {
		err = ops->pte_entry(pte, addr, addr + PAGE_SIZE, walk);
		if (err)
			break;
	}
	if (!walk->no_vma)
		pte_unmap_unlock(table, ptl);
	return err;
}

static int walk_pmds(pud_t *pud, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned long next;
	int err = 0;

	do {
again:
		next = pmd_addr_end(addr, end);
		if (pmd_none(*pmd)) {
			if (ops->pte_hole)
				err = ops->pte_hole(addr, next, 3, walk);
			if (err)
				return err;
			continue;
		}
		walk->action = ACTION_SUBTREE;
		if (ops->pmd_entry)
			err = ops->pmd_entry(pmd, addr, next, walk);
		if (err)
			return err;
		if (walk->action == ACTION_AGAIN)
			goto again;
		if (walk->action == ACTION_CONTINUE || !ops->pte_entry)
			continue;
		if (pmd_leaf(*pmd) || !pmd_present(*pmd))
			continue;
		err = walk_ptes(pmd, addr, next, walk);
		if (err)
			return err;
		if (walk->action == ACTION_AGAIN)
			goto again;
	} while (pmd++, addr = next, addr != end);
	return 0;
}

static int walk_puds(p4d_t *p4d, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	pud_t *pud = pud_offset(p4d, addr);
	unsigned long next;
	int err = 0;

	do {
again:
		next = pud_addr_end(addr, end);
		if (pud_none(*pud)) {
			if (ops->pte_hole)
				err = ops->pte_hole(addr, next, 2, walk);
			if (err)
				return err;
			continue;
		}
		walk->action = ACTION_SUBTREE;
		if (ops->pud_entry)
			err = ops->pud_entry(pud, addr, next, walk);
		if (err)
			return err;
		if (walk->action == ACTION_AGAIN)
			goto again;
		if (walk->action == ACTION_CONTINUE || (!ops->pmd_entry && !ops->pte_entry))
			continue;
		if (pud_leaf(*pud) || !pud_present(*pud))
			continue;
		err = walk_pmds(pud, addr, next, walk);
		if (err)
			return err;
	} while (pud++, addr = next, addr != end);
	return 0;
}

static int walk_p4ds(pgd_t *pgd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	p4d_t *p4d = p4d_offset(pgd, addr);
	unsigned long next;
	int err = 0;

	do {
		next = p4d_addr_end(addr, end);
		if (p4d_none_or_clear_bad(p4d)) {
			if (ops->pte_hole)
				err = ops->pte_hole(addr, next, 1, walk);
			if (err)
				return err;
			continue;
		}
		if (ops->p4d_entry)
			err = ops->p4d_entry(p4d, addr, next, walk);
		if (err)
			return err;
		if (ops->pud_entry || ops->pmd_entry || ops->pte_entry)
			err = walk_puds(p4d, addr, next, walk);
		if (err)
			return err;
	} while (p4d++, addr = next, addr != end);
	return 0;
}

static int walk_pgds(unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	unsigned long next;
	pgd_t *pgd;
	int err = 0;

	if (walk->pgd)
		pgd = walk->pgd + pgd_index(addr);
	else
		pgd = pgd_offset(walk->mm, addr);
	do {
		next = pgd_addr_end(addr, end);
		if (pgd_none_or_clear_bad(pgd)) {
			if (ops->pte_hole)
				err = ops->pte_hole(addr, next, 0, walk);
			if (err)
				return err;
			continue;
		}
		if (ops->pgd_entry)
			err = ops->pgd_entry(pgd, addr, next, walk);
		if (err)
			return err;
		if (ops->p4d_entry || ops->pud_entry || ops->pmd_entry || ops->pte_entry)
			err = walk_p4ds(pgd, addr, next, walk);
		if (err)
			return err;
	} while (pgd++, addr = next, addr != end);
	return 0;
}

/* Inside VMAs: the range is taken to be covered by one. */
int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		    const struct mm_walk_ops *ops, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = mm, .private = private };

	if (start >= end)
		return -EINVAL;
	mmap_assert_locked(mm);
	return walk_pgds(start, end, &walk);
}

int walk_page_range_mm_unsafe(struct mm_struct *mm, unsigned long start, unsigned long end,
			      const struct mm_walk_ops *ops, void *private)
{
	return walk_page_range(mm, start, end, ops, private);
}

int walk_page_range_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			const struct mm_walk_ops *ops, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = vma->vm_mm, .vma = vma, .private = private };

	if (start >= end)
		return -EINVAL;
	mmap_assert_locked(vma->vm_mm);
	return walk_pgds(start, end, &walk);
}

int walk_page_range_vma_unsafe(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			       const struct mm_walk_ops *ops, void *private)
{
	return walk_page_range_vma(vma, start, end, ops, private);
}

int walk_page_vma(struct vm_area_struct *vma, const struct mm_walk_ops *ops, void *private)
{
	return walk_page_range_vma(vma, vma->vm_start, vma->vm_end, ops, private);
}

int walk_page_mapping(struct address_space *mapping, pgoff_t first_index, pgoff_t nr,
		      const struct mm_walk_ops *ops, void *private)
{
	struct vm_area_struct *vma;
	int err = 0;

	i_mmap_assert_locked(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, first_index, first_index + nr - 1) {
		struct mm_walk walk = { .ops = ops, .mm = vma->vm_mm, .vma = vma, .private = private };

		err = walk_pgds(vma->vm_start, vma->vm_end, &walk);
		if (err)
			break;
	}
	return err;
}

int walk_page_range_novma(struct mm_struct *mm, unsigned long start, unsigned long end,
			  const struct mm_walk_ops *ops, pgd_t *pgd, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = mm, .pgd = pgd, .private = private, .no_vma = true };

	if (start >= end)
		return -EINVAL;
	mmap_assert_locked(mm);
	return walk_pgds(start, end, &walk);
}

int walk_page_range_debug(struct mm_struct *mm, unsigned long start, unsigned long end,
			  const struct mm_walk_ops *ops, pgd_t *pgd, void *private)
{
	mmap_assert_write_locked(mm);
	mmap_assert_write_locked(&init_mm);
	return walk_page_range_novma(mm, start, end, ops, pgd, private);
}

int walk_kernel_page_table_range(unsigned long start, unsigned long end,
				 const struct mm_walk_ops *ops, pgd_t *pgd, void *private)
{
	return walk_page_range_novma(&init_mm, start, end, ops, pgd, private);
}

int walk_kernel_page_table_range_lockless(unsigned long start, unsigned long end,
					  const struct mm_walk_ops *ops, pgd_t *pgd, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = &init_mm, .pgd = pgd, .private = private, .no_vma = true };

	if (start >= end)
		return -EINVAL;
	return walk_pgds(start, end, &walk);
}
