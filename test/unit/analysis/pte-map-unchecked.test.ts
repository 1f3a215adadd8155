/** pte-map/unchecked: what a walk does with the NULL that pte_offset_map() may give. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

/** A callback of a generic walk over user tables, with this body. */
const callback = (body: string): string => `
static int count_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	spinlock_t *ptl;
	pte_t *pte;
	int ret = 0;

${body}
	return ret;
}
`;

const LOOP = `
	for (; addr != end; pte++, addr += PAGE_SIZE)
		count_one(ptep_get(pte));
	pte_unmap_unlock(pte - 1, ptl);
`;
const MAP = 'pte = pte_offset_map_lock(walk->mm, pmd, addr, &ptl);';

const unchecked = (body: string): readonly string[] =>
  scanText(callback(body)).findings.filter((line) => line.includes('unchecked'));

describe('the result of a map', () => {
  it('used as it comes is found', () => {
    expect(unchecked(`${MAP}${LOOP}`)).toEqual(['warning unchecked: count_pte_range']);
  });

  it('tested first is fine', () => {
    expect(unchecked(`${MAP}\nif (!pte) {\n walk->action = ACTION_AGAIN;\n return 0;\n}${LOOP}`)).toEqual([]);
    expect(unchecked(`${MAP}\nif (unlikely(!pte))\n return -EAGAIN;${LOOP}`)).toEqual([]);
    expect(unchecked(`${MAP}\nif (pte == NULL)\n goto out;${LOOP}\nout:`)).toEqual([]);
    expect(unchecked(`${MAP}\nif (pte) {${LOOP}}`)).toEqual([]);
  });

  it('tested the wrong way round is found', () => {
    expect(unchecked(`${MAP}\nif (pte)\n return 0;${LOOP}`)).toHaveLength(1);
  });

  it('tested after its first use is found', () => {
    expect(unchecked(`${MAP}\ncount_one(ptep_get(pte));\nif (!pte)\n return 0;${LOOP}`)).toHaveLength(1);
  });

  it('that was noted in an error code and left by it is fine; without the leaving it is found', () => {
    const noted = `${MAP}\nif (!pte)\n ret = -EAGAIN;`;
    expect(unchecked(`${noted}\nif (ret)\n return ret;${LOOP}`)).toEqual([]);
    expect(unchecked(`${noted}${LOOP}`)).toHaveLength(1);
  });

  it('that is tried again until it is there is fine', () => {
    expect(unchecked(`again:\n${MAP}\nif (!pte)\n goto again;${LOOP}`)).toEqual([]);
  });

  it('copied and then tested by its copy is fine; tested by another pointer it is found', () => {
    const copied = 'pte_t *start = pte_offset_map_lock(walk->mm, pmd, addr, &ptl);\npte = start;';
    expect(unchecked(`${copied}\nif (!start)\n return 0;${LOOP}`)).toEqual([]);
    expect(unchecked(`${copied}\nif (!pmd)\n return 0;${LOOP}`)).toHaveLength(1);
  });

  it('asserted by BUG_ON() is fine', () => {
    expect(unchecked(`${MAP}\nBUG_ON(!pte);${LOOP}`)).toEqual([]);
  });

  it('mapped without the lock is the same', () => {
    expect(unchecked('pte = pte_offset_map(pmd, addr);\ncount_one(ptep_get(pte));\npte_unmap(pte);')).toEqual(
      ['warning unchecked: count_pte_range'],
    );
  });

  it('counted up in a loop is used, even if another function looks at the entry', () => {
    const handed = (check: string): string =>
      `${MAP}\n${check}\nfor (; addr != end; pte++, addr += PAGE_SIZE)\n count_entry(pte, walk);`;
    expect(unchecked(handed(''))).toHaveLength(1);
    expect(unchecked(handed('if (!pte)\n return 0;'))).toEqual([]);
  });

  it('given to a helper that does not look is found; the helper may be the one that looks', () => {
    const helper = (check: string): string =>
      `static void count_entry(pte_t *entry)\n{\n${check}\n count_one(ptep_get(entry));\n}\n`;
    const lines = (check: string): readonly string[] =>
      scanText(helper(check) + callback(`${MAP}\ncount_entry(pte);\npte_unmap_unlock(pte, ptl);`)).findings;
    expect(lines('')).toEqual(['warning unchecked: count_pte_range']);
    expect(lines('if (!entry)\n return;')).toEqual([]);
  });

  it('of pte_offset_kernel() is never NULL', () => {
    expect(unchecked('pte = pte_offset_kernel(pmd, addr);\ncount_one(ptep_get(pte));')).toEqual([]);
  });
});

describe('a tree in which the map can not fail', () => {
  /** Where the newer tree defines __pte_offset_map(), this one has nothing of the kind. */
  const OLD = { 'mm/pgtable-generic.c': 'void pgd_clear_bad(pgd_t *pgd)\n{\n\tpgd_clear(pgd);\n}\n' };

  it('is told by its source, and nothing is found', () => {
    const { findings } = scanText({ ...OLD, 'mm/x.c': callback(`${MAP}${LOOP}`) });
    expect(findings.filter((line) => line.includes('unchecked'))).toEqual([]);
  });
});

describe('a map under the lock of the callers', () => {
  /** What an architecture does when an entry was set: it looks for the entry again. */
  const SET = `
void preload(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmd)
{
	pte_t *pte = pte_offset_map(pmd, addr);

	write_translation(pte_val(*pte));
	pte_unmap(pte);
}
`;
  const lines = (texts: Texts | string): readonly string[] =>
    scanText(texts).findings.filter((line) => line.includes('unchecked'));
  const fault = (before: string, after: string): string => `${SET}
static vm_fault_t peek_fault(struct vm_fault *vmf)
{
	spinlock_t *ptl = pte_lockptr(vmf->vma->vm_mm, vmf->pmd);

	${before}
	preload(vmf->vma, vmf->address, vmf->pmd);
	${after}
	return 0;
}
static const struct vm_operations_struct peek_ops = { .fault = peek_fault, };
`;

  it('is told for information; without the lock it is a warning', () => {
    expect(lines(fault('spin_lock(ptl);', 'spin_unlock(ptl);'))).toEqual(['info unchecked: preload']);
    expect(lines(fault('', ''))).toEqual(['warning unchecked: preload']);
  });

  it('the hook that mm calls when it has set an entry is under that lock', () => {
    const hook = (name: string): readonly string[] =>
      lines({
        'mm/x.c': SET,
        'arch/mips/include/asm/pgtable.h': `
static inline void ${name}(struct vm_fault *vmf, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	preload(vma, addr, pmd_off(vma->vm_mm, addr));
}
`,
      });
    expect(hook('update_mmu_cache_range')).toEqual(['info unchecked: preload']);
    expect(hook('look_again')).toEqual(['warning unchecked: preload']);
  });
});
