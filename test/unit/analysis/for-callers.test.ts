/** Functions that are known to take a lock for who calls them: that they end with it held is what they are for. */
import { expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const rules = (name: string): readonly string[] =>
  scanText(`
struct vm_area_struct *${name}(struct mm_struct *mm, unsigned long addr, struct pt_regs *regs)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		mmap_read_unlock(mm);
	return vma;
}
`).report.findings.map(({ rule }) => rule);

it('a function of another name leaks it', () => {
  expect(rules('find_something')).toContain('lock/leak');
});

it('one that the tables know holds it for its caller', () => {
  expect(rules('lock_mm_and_find_vma')).not.toContain('lock/leak');
});
