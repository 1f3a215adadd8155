/** A freer asks a function that an option decides about, as khugepaged asks whether a VMA may have huge pages. */
import { describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { sessionOf } from '../analysis/scan-text.js';

const WALK = `
void look(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pmd_t *pmd;
	pte_t *pte;

	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	pte = pte_offset_kernel(pmd, addr);
	note(pte_val(READ_ONCE(*pte)));
}
`;

const FREER = `
void remove_tables(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pmd_t *pmd;
	pte_t *pte;

	if (!may_remove(addr) || pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	pte = pte_offset_kernel(pmd, addr);
	pmd_clear(pmd);
	flush_tlb_kernel_range(addr, addr + PMD_SIZE);
	pte_free_kernel(&init_mm, pte);
}
`;

const HEADER = `
#ifdef CONFIG_REMOVAL
bool may_remove(unsigned long addr);
#else
static inline bool may_remove(unsigned long addr)
{
	return false;
}
#endif
`;

const REAL = `
bool may_remove(unsigned long addr)
{
	if (addr & removal_mask)
		return false;
	return true;
}
`;

function replay(files: Readonly<Record<string, string>>): ReplayReport {
  return sessionOf({
    'mm/walk.c': WALK,
    'mm/freer.c': FREER,
    'include/linux/removal.h': HEADER,
    ...files,
  }).replay({
    file: 'mm/walk.c',
    function: 'look',
    against: { file: 'mm/freer.c', function: 'remove_tables' },
    arch: 'x86',
    with: [],
  });
}

describe('a freer calls what is a stub in kernels without an option', () => {
  it('and what kernels with it have decides', () => {
    expect(replay({ 'mm/removal.c': REAL })).toMatchObject({
      verdict: 'confirmed',
      kinds: ['use-after-free', 'bogus-descent', 'null-descent'],
    });
  });

  it('and the stub does where there is nothing else', () => {
    const report = replay({});
    expect(report.verdict).toBe('not-replayable');
    expect(report.reason).toContain('no entry of a page table is left');
  });
});
