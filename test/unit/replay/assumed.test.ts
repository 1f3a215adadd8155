/** What is taken for granted of the callers: that they hold their locks, that they own their range; and how to ask what if not. */
import { describe, expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';
const TEXT = `
static int see_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	pte_t *pte = pte_offset_map(pmd, addr);

	if (!pte)
		return 0;
	see(ptep_get(pte));
	pte_unmap(pte);
	return 0;
}

static const struct mm_walk_ops see_ops = { .pmd_entry = see_pmd };

int see_vma(struct vm_area_struct *vma)
{
	mmap_read_lock(vma->vm_mm);
	walk_page_vma(vma, &see_ops, NULL);
	mmap_read_unlock(vma->vm_mm);
	return 0;
}

int see_own(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	if (pud_none(*pud))
		return 0;
	see(pmd_val(*pmd_offset(pud, addr)));
	return 0;
}
`;

const session = sessionOf({ [FILE]: TEXT });
const kinds = (report: {
  readonly assumptions: readonly { readonly kind: string; readonly text: string }[];
}) => report.assumptions.map(({ kind, text }) => `${kind}: ${text}`);

describe('a callback, which is given an entry', () => {
  const walk = { file: FILE, function: 'see_pmd', freer: 'munmap', with: [], arch: 'x86' } as const;

  test('runs under what its callers hold, and that is told', () => {
    const report = session.replay(walk);
    expect(report.verdict).toBe('refuted');
    expect(kinds(report)).toContain('caller-locks: the callers of see_pmd() hold mmap_lock(mm) for read');
  });

  test('without what it does not hold, it is as it was, and says so', () => {
    const report = session.replay({ ...walk, without: ['get_online_mems', 'mmap_read_lock'] });
    expect(kinds(report)).toContain(
      'caller-locks: mem_hotplug_lock is not held here: that it is left out changes nothing',
    );
    expect(kinds(report).filter((each) => each.includes('mmap_lock'))).toEqual([]);
  });

  test('without it, it is a race', () => {
    const report = session.replay({ ...walk, without: ['mmap_read_lock'] });
    expect(report).toMatchObject({
      verdict: 'confirmed',
      consequence: 'use-after-free',
      without: ['mmap_lock'],
    });
    expect(kinds(report).filter((each) => each.startsWith('caller-locks'))).toEqual([]);
  });
});

describe('a function that is given an entry by several', () => {
  const SHARED = `
static int see_pud(pud_t *pud, unsigned long addr)
{
	return pud_none(*pud) ? 0 : see(pmd_val(*pmd_offset(pud, addr)));
}

int see_mapped(struct vm_area_struct *vma, unsigned long addr)
{
	pud_t *pud;

	mmap_read_lock(vma->vm_mm);
	pud = pud_offset(p4d_offset(pgd_offset(vma->vm_mm, addr), addr), addr);
	see_pud(pud, addr);
	mmap_read_unlock(vma->vm_mm);
	return 0;
}

int see_shared(struct vm_area_struct *vma, unsigned long addr)
{
	pud_t *pud;

	i_mmap_lock_write(vma->vm_file->f_mapping);
	pud = pud_offset(p4d_offset(pgd_offset(vma->vm_mm, addr), addr), addr);
	see_pud(pud, addr);
	i_mmap_unlock_write(vma->vm_file->f_mapping);
	return 0;
}
`;
  const OPEN = `
SYSCALL_DEFINE1(see, unsigned long, addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(current->mm, addr), addr), addr);

	return see_pud(pud, addr);
}
`;
  const replay = (text: string) =>
    sessionOf({ [FILE]: text }).replay({
      file: FILE,
      function: 'see_pud',
      freer: 'munmap',
      with: [],
      arch: 'x86',
    });

  test('is kept where each of them keeps the freer out by a lock of its own', () => {
    const report = replay(SHARED);
    expect(report.verdict).toBe('refuted');
    expect(kinds(report)).toContain('caller-locks: the callers of see_pud() hold mmap_lock(mm) for read');
  });

  test('and is not where one that a system call reaches holds nothing', () => {
    expect(replay(SHARED + OPEN)).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  });
});

describe('a callback for ptes', () => {
  const PTES = `
static int see_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	see(ptep_get(pte));
	return 0;
}

static const struct mm_walk_ops ptes_ops = { .pte_entry = see_pte };

int see_ptes(struct vm_area_struct *vma)
{
	mmap_read_lock(vma->vm_mm);
	walk_page_vma(vma, &ptes_ops, NULL);
	mmap_read_unlock(vma->vm_mm);
	return 0;
}

static const struct mm_walk_ops kernel_ops = { .pte_entry = see_kernel_pte };

static int see_kernel_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	see(ptep_get(pte));
	return 0;
}

int see_kernel(unsigned long start, unsigned long end)
{
	mmap_write_lock(&init_mm);
	walk_page_range_novma(&init_mm, start, end, &kernel_ops, NULL, NULL);
	mmap_write_unlock(&init_mm);
	return 0;
}
`;
  const over = sessionOf({ [FILE]: PTES });
  const replay = (name: string, freer: 'thp-collapse' | 'huge-vmap', without: readonly string[] = []) =>
    over.replay({ file: FILE, function: name, freer, with: [], without, arch: 'x86' });

  test('runs under the lock of its table, that the generic walker takes: no collapse comes between', () => {
    const report = replay('see_pte', 'thp-collapse');
    expect(report.verdict).toBe('refuted');
    expect(kinds(report)).toEqual(
      expect.arrayContaining([
        'caller-locks: the callers of see_pte() hold ptl',
        'caller-locks: the callers of see_pte() hold rcu for read',
      ]),
    );
  });

  test('the mmap lock would not be enough for it', () => {
    const without = ['spin_lock(ptl)', 'rcu_read_lock'];
    expect(replay('see_pte', 'thp-collapse', without).verdict).toBe('confirmed');
  });

  test('outside of VMAs it has no such lock', () => {
    const report = replay('see_kernel_pte', 'huge-vmap');
    expect(kinds(report).filter((each) => each.includes('hold ptl'))).toEqual([]);
  });
});

describe('a walk that takes its lock by itself', () => {
  const walk = { file: FILE, function: 'see_vma', freer: 'munmap', with: [], arch: 'x86' } as const;

  test('is refuted with it, and confirmed without', () => {
    expect(session.replay(walk).verdict).toBe('refuted');
    expect(session.replay({ ...walk, without: ['mmap_read_lock(mm)'] }).verdict).toBe('confirmed');
  });

  test('nothing that can be taken, nothing that can be left out', () => {
    expect(() => session.replay({ ...walk, without: ['see'] })).toThrow('"see" is no protection');
  });

  test.each([
    ['rcu', 'did you mean rcu_read_lock or '],
    ['mem_hotplug_lock', 'did you mean get_online_mems or '],
    ['get_online_mem', 'did you mean get_online_mems'],
    ['page_table_lock', 'did you mean spin_lock(page_table_lock)?'],
    ['spin_lock', 'of which lock?'],
    ['see', 'some that can: '],
  ])('the name of what exists is given in place of %s', (name, hint) => {
    expect(() => session.replay({ ...walk, without: [name] })).toThrow(hint);
    expect(() => session.replay({ ...walk, with: [name] })).toThrow(hint);
  });
});

describe('the caller owns its range', () => {
  const walk = { file: FILE, function: 'see_own', freer: 'huge-vmap', with: [], arch: 'x86' } as const;

  test('is not taken for granted', () => {
    const report = session.replay(walk);
    expect(report).toMatchObject({ verdict: 'confirmed' });
    expect(report.ownsRange).toBeUndefined();
  });

  test('where it is, no freer harms the walk; it is the first of the assumptions', () => {
    const report = session.replay({ ...walk, ownsRange: true });
    expect(report).toMatchObject({ verdict: 'refuted', kinds: [], ownsRange: true });
    expect(report.assumptions[0]).toMatchObject({ kind: 'owner' });
  });
});
