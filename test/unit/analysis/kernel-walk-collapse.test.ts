/** kernel-walk/collapse: large pages of the kernel that come together again, and the tables that they replace. */
import { describe, expect, it } from 'vitest';
import { show } from './kernel-c.js';
import { scanText, type Texts } from './scan-text.js';

const found = (texts: Texts | string): readonly string[] =>
  scanText(texts).findings.filter((line) => line.includes(' collapse: '));

/** A walk over the linear map alone: no huge vmap is installed there. */
const SWEEP = `
static void sweep(struct seq_file *m)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < VMALLOC_START; addr += PMD_SIZE) {
		pgd_t *pgdp = pgd_offset_k(addr);
		p4d_t *p4dp = p4d_offset(pgdp, addr);
		pud_t *pudp = pud_offset(p4dp, addr);
		pmd_t *pmdp = pmd_offset(pudp, addr);

		if (pmd_none(*pmdp) || pmd_leaf(*pmdp))
			continue;
		seq_printf(m, "%lx\n", pte_val(*pte_offset_kernel(pmdp, addr)));
	}
}
`;

describe('tables of the kernel below large pages', () => {
  const sweep = (lock: string, unlock: string): Texts => ({
    'arch/x86/mm/x.c': SWEEP + show(`${lock}\n\tsweep(m);\n\t${unlock}`),
  });

  it('nothing is held', () => {
    expect(found(sweep('', ''))).toEqual(['warning collapse: tables_show > sweep']);
  });

  it.each(['read', 'write'])('the mmap lock of init_mm for %s keeps it out', (mode) => {
    expect(found(sweep(`mmap_${mode}_lock(&init_mm);`, `mmap_${mode}_unlock(&init_mm);`))).toEqual([]);
  });

  it.each([
    ['get_online_mems();', 'put_online_mems();', 'mem_hotplug_lock'],
    ['mmap_read_lock(current->mm);', 'mmap_read_unlock(current->mm);', 'mmap_lock(current->mm):read'],
    ['rcu_read_lock();', 'rcu_read_unlock();', 'rcu'],
  ])('%s does not', (lock, unlock, held) => {
    expect(found(sweep(lock, unlock))).toEqual([`warning collapse: tables_show > sweep [${held}]`]);
  });

  it('in a tree that collapses without a lock, nothing does', () => {
    const tree = (lock: string): Texts => ({
      ...sweep('mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'),
      'arch/x86/mm/init_64.c': 'int nothing;\n',
      'arch/x86/mm/pat/set_memory.c': `static void cpa_collapse_large_pages(struct cpa_data *cpa)\n{\n\t${lock}\n}\n`,
    });
    expect(found(tree('mmap_write_lock(&init_mm);'))).toEqual([]);
    expect(found(tree('flush_tlb_all();'))).toHaveLength(1);
  });

  it('of another architecture: nothing is said', () => {
    expect(found({ 'arch/arm64/mm/x.c': SWEEP + show('sweep(m);') })).toEqual([]);
  });

  it('in a tree that does not collapse: nothing is said', () => {
    expect(
      found({
        ...sweep('', ''),
        'arch/x86/mm/init_64.c': 'int nothing;\n',
        'arch/x86/Kconfig': 'config X86\n\tdef_bool y\n',
        'arch/x86/mm/pat/set_memory.c': 'static void split(void)\n{\n}\n',
      }),
    ).toEqual([]);
  });

  it('where a huge vmap install may come as well: the lock for write that it asks for is enough', () => {
    const all = SWEEP.replace('VMALLOC_START', 'VMALLOC_END');
    expect(scanText({ 'arch/x86/mm/x.c': all + show('sweep(m);') }).findings).toEqual([
      'warning hot-remove: tables_show > sweep',
      'warning huge-vmap: tables_show > sweep',
    ]);
  });
});
