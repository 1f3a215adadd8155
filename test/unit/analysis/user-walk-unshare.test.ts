/** user-walk/unshare: a table of pmds that two processes share, and that one of them gives up. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const found = (texts: Texts | string, replay = false): readonly string[] =>
  scanText(texts, { replay }).findings.filter((line) => line.includes(' unshare: '));

/** Counts the huge pages of a VMA; `open` and `close` stand around each look. */
const count = (open: string, close: string): string => `
static unsigned long count_huge(struct vm_area_struct *vma, bool shared)
{
	unsigned long addr, n = 0;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += PMD_SIZE) {
		pte_t *ptep;

		${open}
		ptep = hugetlb_walk(vma, addr, PMD_SIZE);
		if (ptep && !huge_pte_none(huge_ptep_get(vma->vm_mm, addr, ptep)))
			n++;
		${close}
	}
	return n;
}
`;

const ioctl = (body: string, before: string): string => `${before}
static long huge_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	long n = 0;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma) {
		${body}
	}
	mmap_read_unlock(mm);
	return n;
}
static const struct file_operations huge_fops = { .unlocked_ioctl = huge_ioctl, };
`;

const CALL = 'n = count_huge(vma, cmd);';

describe('a look at the entry of a huge page', () => {
  it('under the mmap lock alone: another process may have the table of pmds unshared', () => {
    expect(found(ioctl(CALL, count('', '')), true)).toEqual([
      'error confirmed unshare: huge_ioctl > count_huge [mmap_lock(current->mm):read]',
    ]);
  });

  it.each([
    ['the hugetlb lock of the VMA', 'hugetlb_vma_lock_read(vma);', 'hugetlb_vma_unlock_read(vma);'],
    [
      'the reverse map of the file',
      'i_mmap_lock_read(vma->vm_file->f_mapping);',
      'i_mmap_unlock_read(vma->vm_file->f_mapping);',
    ],
  ])('under %s', (_, lock, unlock) => {
    expect(found(ioctl(CALL, count(lock, unlock)))).toEqual([]);
    expect(found(ioctl(`${lock}\n\t\t${CALL}\n\t\t${unlock}`, count('', '')))).toEqual([]);
  });

  it('the lock of the VMA is let go before the look', () => {
    const text = ioctl(
      `hugetlb_vma_lock_read(vma);\n\t\thugetlb_vma_unlock_read(vma);\n\t\t${CALL}`,
      count('', ''),
    );
    expect(found(text)).toEqual(['warning unshare: huge_ioctl > count_huge [mmap_lock(current->mm):read]']);
  });

  it('is told beside a way for information on which the mmap lock is missing', () => {
    const unseen = `
static long count_thing(struct thing *thing)
{
	struct vm_area_struct *vma = find_vma(current->mm, thing->addr);

	return vma ? count_huge(vma, true) : 0;
}
static const struct thing_ops counting = { .count = count_thing, };
`;
    const { findings } = scanText(`${ioctl(CALL, count('', ''))}${unseen}`);
    expect(findings).toEqual([
      'info unlocked: count_thing > count_huge',
      'warning unshare: huge_ioctl > count_huge [mmap_lock(current->mm):read]',
    ]);
  });

  it('where the lock is taken on some ways, it is taken to be needed on no other: information', () => {
    const text = count(
      'if (shared)\n\t\t\thugetlb_vma_lock_read(vma);',
      'if (shared)\n\t\t\thugetlb_vma_unlock_read(vma);',
    );
    expect(found(ioctl(CALL, text))).toEqual([
      'info unshare: huge_ioctl > count_huge [mmap_lock(current->mm):read]',
    ]);
  });

  it('of VMAs of any kind: which are of hugetlb memory the callers know, and it is information', () => {
    const text = count('if (!is_vm_hugetlb_page(vma))\n\t\t\tbreak;', '');
    expect(found(ioctl(CALL, text))).toEqual([
      'info unshare: huge_ioctl > count_huge [mmap_lock(current->mm):read]',
    ]);
  });
});

it('the entry is handed to a function that is not seen: replay can not refute it', () => {
  const text = `
static void each_huge(struct vm_area_struct *vma, void (*look)(pte_t *ptep))
{
	pte_t *ptep = hugetlb_walk(vma, vma->vm_start, PMD_SIZE);

	if (ptep)
		look(ptep);
}
`;
  expect(found(ioctl('each_huge(vma, seen_elsewhere);', text), true)).toEqual([
    'warning unknown unshare: huge_ioctl > each_huge [mmap_lock(current->mm):read]',
  ]);
});
