/** lock/ends-too-early: pointers into tables that are used after what kept the table. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const found = (body: string): readonly string[] =>
  scanText(`
static int look_at(struct mm_struct *mm, struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	spinlock_t *ptl;
	pte_t *pte, *start, entry;
	bool unlocked = false;
	int ret = 0;

${body}
	return ret;
}
`)
    .report.findings.filter(({ rule }) => rule === 'lock/ends-too-early')
    .map(({ message }) => message.replace(/ (of|in) line \d+/g, ''));

const AFTER_RELEASE = ['look_at() uses a pointer after the release'];
const AFTER_DROP = ['look_at() uses a pointer after a call that may drop the lock'];
const MAP = 'pte = pte_offset_map_lock(mm, pmd, addr, &ptl);\nif (!pte)\n return 0;';

describe('a mapped pointer', () => {
  it('read before it is unmapped is fine, after it is found', () => {
    expect(
      found(`${MAP}\nentry = ptep_get(pte);\npte_unmap_unlock(pte, ptl);\nret = pte_present(entry);`),
    ).toEqual([]);
    expect(found(`${MAP}\npte_unmap_unlock(pte, ptl);\nentry = ptep_get(pte);`)).toEqual(AFTER_RELEASE);
  });

  it('written after it is found, too', () => {
    expect(
      found(`${MAP}\nentry = ptep_get(pte);\npte_unmap_unlock(pte, ptl);\nset_pte_at(mm, addr, pte, entry);`),
    ).toEqual(AFTER_RELEASE);
  });

  it('ends for all its copies, however they were counted up', () => {
    const walk = (undo: string): string =>
      `${MAP}\nstart = pte;\nfor (; addr < vma->vm_end; pte++, addr += PAGE_SIZE)\n count_one(ptep_get(pte));\n${undo}`;
    expect(found(walk('entry = ptep_get(start);\npte_unmap_unlock(start, ptl);'))).toEqual([]);
    expect(found(walk('pte_unmap_unlock(pte - 1, ptl);\nentry = ptep_get(start);'))).toEqual(AFTER_RELEASE);
  });

  it('that is mapped again is good again', () => {
    const again = 'pte_unmap_unlock(pte, ptl);\ncond_resched();\n';
    expect(found(`${MAP}\n${again}${MAP}\nentry = ptep_get(pte);\npte_unmap_unlock(pte, ptl);`)).toEqual([]);
    expect(found(`${MAP}\n${again}entry = ptep_get(pte);`)).toEqual(AFTER_RELEASE);
  });

  it('is told with what is held where it is used, not with what was', () => {
    const body =
      'mmap_read_unlock(mm);\nmmap_read_lock(mm);\nret = pmd_present(*pmd);\nmmap_read_unlock(mm);';
    const { findings } = scanText(`
static int look_at(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd;
	int ret;

	mmap_read_lock(mm);
	pmd = mm_find_pmd(mm, addr);
${body}
	return ret;
}
`).report;
    expect(
      findings
        .filter(({ rule }) => rule === 'lock/ends-too-early')
        .map(({ held, chain }) => [held, chain[0]?.held]),
    ).toEqual([[['mmap_lock(mm):read'], ['mmap_lock(mm):read']]]);
  });

  it('without its lock, but still mapped, may be read', () => {
    expect(found(`${MAP}\nspin_unlock(ptl);\nentry = ptep_get_lockless(pte);\npte_unmap(pte);`)).toEqual([]);
  });

  it('that is unmapped on one way only, and used on the other, is fine', () => {
    const walk = (skip: string): string =>
      `${MAP}\nif (addr & 1) {\n pte_unmap_unlock(pte, ptl);\n ${skip}\n}\nentry = ptep_get(pte);\npte_unmap_unlock(pte, ptl);`;
    expect(found(walk('return 0;'))).toEqual([]);
    expect(found(walk('ret = 1;'))).toEqual(AFTER_RELEASE);
  });

  it('that is compared, or freed of its name, is not used', () => {
    expect(found(`${MAP}\npte_unmap_unlock(pte, ptl);\nif (pte == start)\n ret = 1;\npte = NULL;`)).toEqual(
      [],
    );
  });
});

describe('a table', () => {
  const DOWN = 'pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr), addr);';

  it('that is read under the lock under which it was found is fine; after it is found', () => {
    expect(found(`mmap_read_lock(mm);\n${DOWN}\nret = pmd_none(*pmd);\nmmap_read_unlock(mm);`)).toEqual([]);
    expect(found(`mmap_read_lock(mm);\n${DOWN}\nmmap_read_unlock(mm);\nret = pmd_none(*pmd);`)).toEqual(
      AFTER_RELEASE,
    );
  });

  it('that was found before the lock was taken again is found', () => {
    const again = 'mmap_read_unlock(mm);\ncond_resched();\nmmap_read_lock(mm);\n';
    const end = 'ret = pmd_none(*pmd);\nmmap_read_unlock(mm);';
    expect(found(`mmap_read_lock(mm);\n${DOWN}\n${again}${end}`)).toEqual(AFTER_RELEASE);
    expect(found(`mmap_read_lock(mm);\n${DOWN}\n${again}${DOWN}\n${end}`)).toEqual([]);
  });

  it('that another protection still keeps is fine', () => {
    expect(
      found(
        `mmap_read_lock(mm);\nrcu_read_lock();\n${DOWN}\nrcu_read_unlock();\nret = pmd_none(*pmd);\nmmap_read_unlock(mm);`,
      ),
    ).toEqual([]);
  });

  it('of a caller that holds the lock is not judged by what is taken and let go here', () => {
    expect(
      found(`${DOWN}\nrcu_read_lock();\nnote_all(mm);\nrcu_read_unlock();\nret = pmd_none(*pmd);`),
    ).toEqual([]);
  });
});

describe('a call that drops the lock and takes it again', () => {
  const DOWN = 'pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr), addr);';

  it('ends what was found before it', () => {
    expect(found(`${DOWN}\nret = fixup_user_fault(mm, addr, 0, &unlocked);\nret = pmd_none(*pmd);`)).toEqual(
      AFTER_DROP,
    );
    expect(found(`ret = fixup_user_fault(mm, addr, 0, &unlocked);\n${DOWN}\nret = pmd_none(*pmd);`)).toEqual(
      [],
    );
  });

  it('does not, where it may not drop it', () => {
    expect(found(`${DOWN}\nret = fixup_user_fault(mm, addr, 0, NULL);\nret = pmd_none(*pmd);`)).toEqual([]);
  });
});

describe('the frame of an entry', () => {
  /** In the manner of mm/memory.c:generic_access_phys of 5.10, and of 6.1. */
  const access = (behind: string, map = 'ioremap_prot(phys, len, prot)'): readonly string[] =>
    found(`unsigned long prot;
	resource_size_t phys;
	void *at;

	if (follow_phys(vma, addr, FOLL_WRITE, &prot, &phys))
		return -EINVAL;
	at = ${map};
	${behind}
	memcpy_fromio(buf, at, len);
	iounmap(at);`);

  it('that is mapped when its lock has been let go is somebody else’s by then', () => {
    expect(access('')).toEqual([
      'look_at() maps a frame after follow_phys() has let go of the lock of its entry',
    ]);
    expect(access('', 'memremap(phys + offset_in_page(addr), len, MEMREMAP_WB)')).toHaveLength(1);
  });

  it('is its own where the entry is looked at again, or nothing is mapped by it', () => {
    expect(
      access('if (follow_phys(vma, addr, FOLL_WRITE, &prot, &again) || again != phys)\n\t\treturn 0;'),
    ).toEqual([]);
    expect(access(`${MAP}\n\tentry = ptep_get(pte);\n\tpte_unmap_unlock(pte, ptl);`)).toEqual([]);
    expect(access('', 'ioremap(res->start, len)')).toEqual([]);
  });
});
