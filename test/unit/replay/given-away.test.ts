/** A walk that lets go the lock of its callers, as a fault does before it is tried again: C in, the verdict out. */
import { describe, expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';

/** In the manner of a fault: one of two locks is held, and a flag tells which. */
const fault = (waits: string, goesOn = ''): string => `
static inline void let_go(struct vm_fault *vmf)
{
	if (vmf->flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vmf->vma);
	else
		mmap_read_unlock(vmf->vma->vm_mm);
}

static vm_fault_t see_fault(struct vm_fault *vmf)
{
	pmd_t pmd = READ_ONCE(*vmf->pmd);

	if (pmd_none(pmd))
		return 0;
	if (has_to_wait(vmf)) {
		${waits}
		${goesOn}
		return VM_FAULT_RETRY;
	}
	see(pte_val(*pte_offset_kernel(&pmd, vmf->address)));
	return 0;
}

static void fault(struct vm_area_struct *vma, unsigned long addr, unsigned int flags)
{
	struct vm_fault vmf = { .vma = vma, .address = addr, .flags = flags };

	mmap_read_lock(vma->vm_mm);
	vmf.pmd = pmd_off(vma->vm_mm, addr);
	if (see_fault(&vmf) & VM_FAULT_RETRY)
		return;
	mmap_read_unlock(vma->vm_mm);
}
`;
const replay = (text: string) =>
  sessionOf({ [FILE]: text }).replay({
    file: FILE,
    function: 'see_fault',
    freer: 'munmap',
    with: [],
    arch: 'x86',
  });

describe('a lock that the callers know to be gone', () => {
  test('is let go once, and no bug', () => {
    const report = replay(fault('mmap_read_unlock(vmf->vma->vm_mm);'));
    expect(report).toMatchObject({ verdict: 'refuted', kinds: [] });
  });

  test('what is read behind that is not kept', () => {
    const report = replay(
      fault(
        'mmap_read_unlock(vmf->vma->vm_mm);',
        'see(pte_val(*pte_offset_kernel(vmf->pmd, vmf->address)));',
      ),
    );
    expect(report).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  });
});

describe('a flag that tells which of two locks is held', () => {
  test('tells of the one that the callers hold, and that is said', () => {
    const report = replay(fault('let_go(vmf);'));
    expect(report).toMatchObject({ verdict: 'refuted', kinds: [] });
    expect(report.assumptions.map(({ text }) => text)).toContain(
      '"vmf->flags & FAULT_FLAG_VMA_LOCK" is false: else a lock would be let go that the callers do not hold',
    );
  });

  test('the other is still held behind it, so a walk that goes on is a race', () => {
    const goesOn = 'see(pte_val(*pte_offset_kernel(vmf->pmd, vmf->address)));';
    expect(replay(fault('let_go(vmf);', goesOn)).verdict).toBe('confirmed');
  });

  test('wherever it is asked', () => {
    const report = replay(
      fault(`if (vmf->flags & FAULT_FLAG_VMA_LOCK)
			see(pte_val(*pte_offset_kernel(vmf->pmd + 1, vmf->address)));
		let_go(vmf);
		if (vmf->flags & FAULT_FLAG_VMA_LOCK)
			see(pte_val(*pte_offset_kernel(vmf->pmd, vmf->address)));`),
    );
    expect(report).toMatchObject({ verdict: 'refuted', kinds: [] });
  });
});

test('a lock that the walk never takes, and that its callers are not seen to hold, is not let go', () => {
  const report = replay(fault('vma_end_read(vmf->vma);'));
  expect(report).toMatchObject({ verdict: 'refuted', kinds: [] });
});

test('a lock of its own that it lets go twice is told', () => {
  const twice = fault('i_mmap_lock_read(m); i_mmap_unlock_read(m); i_mmap_unlock_read(m);');
  expect(replay(twice).kinds).toEqual(['double-unlock']);
});
