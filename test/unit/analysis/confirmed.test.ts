/** Findings that replay has judged: what is confirmed is an error, what no interleaving harms is told for information. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP } from './kernel-c.js';
import { scanText } from './scan-text.js';

const judged = (text: string): readonly string[] => scanText(text, { replay: true }).findings;

describe('replay judges what the analysis suspects', () => {
  it('a sweep from a debugfs file is an error', () => {
    expect(judged(dump('sweep(m);'))).toContain('error confirmed hot-remove: tables_show > sweep');
  });

  it('a table of puds that not every architecture has is judged where there is one', () => {
    const text = `
static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	p4d_t *p4d = p4d_offset(pgd_offset(current->mm, addr), addr);

	return p4d_none(*p4d) ? 0 : pud_val(*pud_offset(p4d, addr));
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`;
    expect(judged(text)).toEqual(['error confirmed unlocked: peek_ioctl']);
  });

  it('nobody is seen to call it: a warning', () => {
    const text = `${SWEEP}\nvoid sweep_all(struct seq_file *m)\n{\n\tsweep(m);\n}\nEXPORT_SYMBOL_GPL(sweep_all);\n`;
    expect(judged(text)).toContain('warning confirmed hot-remove: sweep_all > sweep');
  });

  it('what the callers hold is held in the replay', () => {
    const [finding] = scanText(dump('get_online_mems();\n\tsweep(m);\n\tput_online_mems();'), {
      replay: true,
    }).report.findings;
    expect(finding).toMatchObject({ freer: 'huge-vmap', held: ['mem_hotplug_lock'] });
  });

  it('a walk that never leaves the top table meets no freer: that table stays', () => {
    const text = (rest: string): string =>
      show(`
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(addr);

		seq_printf(m, "%llx", (u64)pgd_val(*pgd));
		${rest}
	}`);
    expect(scanText(text(''))).toMatchObject({
      findings: [],
      walkers: ['tables_show: kernel; tables_show []'],
    });
    expect(scanText(text('note_p4d(m, *p4d_offset(pgd, addr));')).findings).toHaveLength(2);
    expect(scanText(text('note_pgd(m, pgd);')).findings).toHaveLength(2);
  });

  it('with both locks there is nothing to judge', () => {
    expect(
      judged(
        dump(
          'get_online_mems();\n\tmmap_write_lock(&init_mm);\n\tsweep(m);\n\tmmap_write_unlock(&init_mm);\n\tput_online_mems();',
        ),
      ),
    ).toEqual([]);
  });
});
