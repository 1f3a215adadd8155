/** A pointer that is set to one table or to another: what both tables agree on is known. */
import { expect, it } from 'vitest';
import { linkedProgram, visible } from './c.js';

const WALK = (second: string) => `
static int see_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	spin_lock(&walk->mm->page_table_lock);
	see(pmd_val(*pmd));
	spin_unlock(&walk->mm->page_table_lock);
	return 0;
}

static int see_hole(unsigned long addr, unsigned long next, int depth, struct mm_walk *walk)
{
	return 0;
}

static const struct mm_walk_ops plain = { .pmd_entry = see_pmd };
static const struct mm_walk_ops other = { ${second} };

static int walk_pmds(pud_t *pud, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	const struct mm_walk_ops *ops = walk->ops;
	pmd_t *pmd = pmd_offset(pud, addr);
	int err = 0;

	if (ops->pmd_entry)
		err = ops->pmd_entry(pmd, addr, end, walk);
	if (!err && ops->pte_entry)
		see(pte_val(*pte_offset_kernel(pmd, addr)));
	return err;
}

static int walk_mm(struct mm_struct *mm, unsigned long addr, unsigned long end, const struct mm_walk_ops *ops, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = mm, .private = private };

	if (check(&walk))
		return -EINVAL;
	return walk_pmds(pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr), addr, end, &walk);
}

static void start(struct vm_area_struct *vma, struct stats *stats)
{
	const struct mm_walk_ops *ops = &plain;

	if (vma->vm_file)
		ops = &other;
	walk_mm(vma->vm_mm, vma->vm_start, vma->vm_end, ops, stats);
}`;

const see = (second: string): readonly string[] => {
  const program = linkedProgram(WALK(second), { kernelRoot: undefined, userRoot: 'top' });
  if (typeof program === 'string') throw new Error(program);
  return visible(program.steps).map((op) => op.replace(/^load \w+ = .*\((\w+).*\)$/, 'load $1'));
};

it('the same callback in both: it is called, and what neither has is not', () => {
  expect(see('.pmd_entry = see_pmd, .pte_hole = see_hole')).toEqual([
    'load pud',
    'lock page_table_lock(mm) write',
    'load pmd',
    'unlock page_table_lock(mm) write',
  ]);
});

it('a callback that only one has may be called', () => {
  expect(see('.pmd_entry = see_pmd, .pte_entry = see_pte')).toContain('load pte');
});
