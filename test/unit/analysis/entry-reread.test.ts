/** entry/reread: checks by several reads, which prove nothing together. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const messages = (text: string): readonly string[] =>
  scanText(text)
    .report.findings.filter(({ rule }) => rule === 'entry/reread')
    .map(({ message }) => message.replace(/: it need not.*/, ''));

/** Looks at the entry of an address, with this on the way from the pud to the pmd. */
const walk = (check: string, before = ''): readonly string[] =>
  messages(`
static int look_at(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	pud_t *pud, pudval;
	pmd_t *pmd;
	spinlock_t *ptl;

	${before}
	pud = pud_offset(p4d_offset(pgd_offset(vma->vm_mm, addr), addr), addr);
	${check}
	pmd = pmd_offset(pud, addr);
	return pmd_present(pmdp_get(pmd));
}`);

const FOUND = ['look_at() reads an entry again that it has looked at'];

describe('not none and not huge', () => {
  it('by two reads prove nothing', () => {
    expect(walk('if (pud_none(*pud))\n return 0;\nif (pud_leaf(*pud))\n return 1;')).toEqual(FOUND);
    expect(walk('if (pud_leaf(*pud) || pud_none(*pud))\n return 0;')).toEqual(FOUND);
    expect(walk('if (!pud_present(*pud))\n return 0;\nif (pud_leaf(*pud))\n return 1;')).toEqual(FOUND);
  });

  it('by one read show that it is a table, which stays', () => {
    expect(walk('pudval = pudp_get(pud);\nif (pud_none(pudval) || pud_leaf(pudval))\n return 0;')).toEqual(
      [],
    );
    expect(
      walk(
        'pudval = READ_ONCE(*pud);\nif (!pud_present(pudval))\n return 0;\nif (pud_leaf(pudval))\n return 1;',
      ),
    ).toEqual([]);
    expect(walk('if (pud_none_or_clear_bad(pud))\n return 0;')).toEqual([]);
  });

  it('are not asked together where there are no huge pages', () => {
    expect(walk('if (pud_none(*pud) || pud_bad(*pud))\n return 0;')).toEqual([]);
    expect(walk('if (pud_none(*pud))\n return 0;')).toEqual([]);
  });

  it('after a split is none by another read', () => {
    expect(walk('split_huge_pud(vma, pud, addr);\nif (pud_none(*pud))\n return 0;')).toEqual(FOUND);
    expect(walk('split_huge_pud(vma, pud, addr);\nif (pud_none_or_clear_bad(pud))\n return 0;')).toEqual([]);
  });

  it('of another entry say nothing of this one', () => {
    expect(walk('if (pud_none(*pud))\n return 0;\npud++;\nif (pud_leaf(*pud))\n return 1;')).toEqual([]);
  });
});

describe('what keeps the entry as it is', () => {
  const TWICE = 'if (pud_none(*pud))\n return 0;\nif (pud_leaf(*pud))\n return 1;';

  it('the lock of the table', () => {
    expect(walk(`ptl = pud_lock(mm, pud);\n${TWICE}`)).toEqual([]);
  });

  it('the mmap lock for write, not for read', () => {
    expect(walk(TWICE, 'mmap_assert_write_locked(mm);')).toEqual([]);
    expect(walk(TWICE, 'mmap_assert_locked(mm);')).toEqual(FOUND);
  });

  it('that they are the tables of the kernel is another question', () => {
    expect(
      messages(`
static int look_at(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	if (pud_none(*pud))
		return 0;
	if (pud_leaf(*pud))
		return 1;
	return pmd_present(*pmd_offset(pud, addr));
}`),
    ).toEqual([]);
  });
});

describe('an entry that is handed on', () => {
  const walker = (check: string, condition = 'walk->vma'): readonly string[] =>
    messages(`
static int walk_pmds(pud_t *pud, unsigned long addr, struct mm_walk *walk)
{
	pmd_t *pmd;

	${check}
	pmd = pmd_offset(pud, addr);
	return pmd_present(pmdp_get(pmd));
}
static int walk_puds(unsigned long addr, struct mm_walk *walk)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(walk->mm, addr), addr), addr);

	if (!(${condition}))
		return 0;
	split_huge_pud(walk->vma, pud, addr);
	if (pud_none(*pud))
		return 0;
	return walk_pmds(pud, addr, walk);
}`);

  it('is read again by the function that gets it', () => {
    expect(walker('')).toEqual(['walk_pmds() reads an entry again that walk_puds() has looked at']);
  });

  it('is looked at again there, by one read: that is the fix', () => {
    expect(
      walker(
        'pud_t pudval = pudp_get(pud);\n\n\tif (!pud_present(pudval) || pud_leaf(pudval))\n\t\treturn 0;',
      ),
    ).toEqual([]);
  });
});
