/** user-walk/collapse: a table of ptes that goes although the mapping stays. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const found = (texts: Texts | string): readonly string[] =>
  scanText(texts).findings.filter((line) => line.includes(' collapse: '));

/** Reads the pte of an address of the process, in this way; under the mmap lock for read unless it says otherwise. */
const read = (body: string, lock = 'mmap_read_lock(mm);', unlock = 'mmap_read_unlock(mm);'): string => `
static u64 read_pte(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud = pud_offset(p4d, addr);
	pmd_t *pmd = pmd_offset(pud, addr);
	spinlock_t *ptl;
	pte_t *pte;
	u64 val = 0;

	if (pmd_none(*pmd) || pmd_trans_huge(*pmd))
		return 0;
	${body.trim()}
	return val;
}
static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	unsigned long flags;

	${lock}
	read_pte(mm, addr);
	${unlock}
	return 0;
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`;

const PLAIN = 'pte = pte_offset_kernel(pmd, addr);\n\tval = pte_val(ptep_get(pte));';
const MAPPED = `
	pte = pte_offset_map(pmd, addr);
	if (!pte)
		return 0;
	val = pte_val(ptep_get(pte));
	pte_unmap(pte);`;
const LOCKED = `
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!pte)
		return 0;
	val = pte_val(ptep_get(pte));
	pte_unmap_unlock(pte, ptl);`;

const BAD = 'warning collapse: peek_ioctl > read_pte [mmap_lock(current->mm):read]';

describe('a table of ptes of user memory', () => {
  it('the mmap lock keeps the tables above it, and not itself', () => {
    expect(found(read(PLAIN))).toEqual([BAD]);
  });

  it('not even for write', () => {
    expect(found(read(PLAIN, 'mmap_write_lock(mm);', 'mmap_write_unlock(mm);'))).toEqual([
      'warning collapse: peek_ioctl > read_pte [mmap_lock(current->mm)]',
    ]);
  });

  it('mapped: in RCU, and NULL when it went', () => {
    expect(found(read(MAPPED))).toEqual([]);
  });

  it('mapped and locked', () => {
    expect(found(read(LOCKED))).toEqual([]);
  });

  it('read after it was unmapped', () => {
    const late = `
	pte = pte_offset_map(pmd, addr);
	if (!pte)
		return 0;
	pte_unmap(pte);
	val = pte_val(ptep_get(pte));`;
    expect(found(read(late))).toEqual([BAD]);
  });

  it('with interrupts off, as fast GUP does it: the freer waits', () => {
    expect(found(read(PLAIN, 'local_irq_save(flags);', 'local_irq_restore(flags);'))).toEqual([]);
  });

  it.each([
    ['for read: the collapse is a reader, too', 'read'],
    ['for write: collapse_pte_mapped_thp() does not take it', 'write'],
  ])('under the reverse map lock of the file %s', (_, mode) => {
    expect(
      found(read(PLAIN, `i_mmap_lock_${mode}(mapping);`, `i_mmap_unlock_${mode}(mapping);`)),
    ).toHaveLength(1);
  });

  it('of hugetlb memory is not collapsed', () => {
    expect(found(read('pte = pte_offset_huge(pmd, addr);\n\tval = pte_val(ptep_get(pte));'))).toEqual([]);
  });

  it('the ways on which the mmap lock is not taken are told by user-walk/unlocked alone', () => {
    const tree = (lock: string, unlock: string): Texts => ({
      'mm/x.c': read(PLAIN, lock, unlock),
      'mm/khugepaged.c': `static void retract_page_tables(struct address_space *mapping)\n{\n\tmmap_write_trylock(mm);\n}\n`,
    });
    const told = (texts: Texts): readonly string[] =>
      scanText(texts).findings.filter((line) => line.includes(' collapse: ') || line.includes(' unlocked: '));
    expect(told(tree('if (cmd)\n\t\tmmap_read_lock(mm);', 'if (cmd)\n\t\tmmap_read_unlock(mm);'))).toEqual([
      'warning unlocked: peek_ioctl > read_pte',
    ]);
    expect(told(tree('', ''))).toEqual(['warning unlocked: peek_ioctl > read_pte']);
  });

  it('a tree whose collapse takes the mmap lock for write is kept out by a reader', () => {
    const tree = (lock: string): Texts => ({
      'mm/x.c': read(PLAIN),
      'mm/khugepaged.c': `static void retract_page_tables(struct address_space *mapping)\n{\n\t${lock}\n}\n`,
    });
    expect(found(tree('i_mmap_lock_write(mapping);\n\tif (mmap_write_trylock(mm))\n\t\treturn;'))).toEqual(
      [],
    );
    expect(found(tree('i_mmap_lock_read(mapping);'))).toHaveLength(1);
  });

  it('nothing is held at all: that is told once, by the other rule', () => {
    expect(scanText(read(PLAIN, '', '')).findings).toEqual(['warning unlocked: peek_ioctl > read_pte']);
  });
});
