/** On which architectures a walk meets a freer: what its callers are built for counts, too. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP } from './kernel-c.js';
import { hotRemove, scanText, type Texts } from './scan-text.js';

const COMMON = { 'mm/dump.c': SWEEP.replace('static ', '') };
const LOCKED = show('get_online_mems();\n\tsweep(m);\n\tput_online_mems();');

const live = (texts: Texts): readonly (readonly string[])[] =>
  scanText(texts)
    .report.findings.filter(({ rule }) => rule === 'kernel-walk/hot-remove')
    .map((finding) => finding.live);

describe('a common walk', () => {
  it('is live on the architectures of the callers that do not hold the lock', () => {
    expect(
      live({
        ...COMMON,
        'arch/x86/mm/debug.c': show('sweep(m);'),
        'arch/arm64/mm/debug.c': show('sweep(m);'),
        'arch/s390/mm/debug.c': LOCKED,
      }),
    ).toEqual([['arm64', 'x86']]);
  });

  it('is latent where only architectures without the freer call it so', () => {
    expect(
      hotRemove({ ...COMMON, 'arch/sparc/mm/debug.c': show('sweep(m);'), 'arch/s390/mm/debug.c': LOCKED }),
    ).toEqual(['info hot-remove: tables_show > sweep']);
  });

  it('is live everywhere when a common file calls it', () => {
    expect(live({ ...COMMON, 'mm/debug.c': show('sweep(m);') })[0]).toContain('powerpc');
  });

  it('is not meant by an architecture that has one of its own', () => {
    expect(
      hotRemove({
        ...COMMON,
        'arch/x86/mm/debug.c': show('sweep(m);'),
        'arch/x86/mm/dump.c': 'void sweep(struct seq_file *m)\n{\n\tseq_puts(m, "none");\n}\n',
        'arch/s390/mm/debug.c': LOCKED,
      }),
    ).toEqual([]);
  });
});

describe('a file that is only built in kernels without the freer', () => {
  const tree = (makefile: string): Texts => ({
    'arch/arm64/Kconfig': 'config ARM64\n\tdef_bool y\n\tselect HAVE_ARCH_HUGE_VMAP\n',
    'arch/Kconfig': 'config HAVE_ARCH_HUGE_VMAP\n\tbool\n',
    'arch/arm64/include/asm/vmalloc.h':
      'static inline bool arch_vmap_pmd_supported(pgprot_t prot)\n{\n\treturn !IS_ENABLED(CONFIG_PTDUMP_DEBUGFS);\n}\n',
    'arch/arm64/mm/mmu.c': `int pmd_free_pte_page(pmd_t *pmdp, unsigned long addr)
{
	pte_t *table = pte_offset_kernel(pmdp, addr);

	pmd_clear(pmdp);
	pte_free_kernel(NULL, table);
	return 1;
}
`,
    'arch/arm64/mm/Makefile': makefile,
    'arch/arm64/mm/ptdump_debugfs.c': dump('sweep(m);'),
  });
  const hugeVmap = (texts: Texts): readonly string[] =>
    scanText(texts).report.findings.map(({ severity, rule, reason }) => `${severity} ${rule}: ${reason}`);

  it('meets none', () => {
    expect(hugeVmap(tree('obj-$(CONFIG_PTDUMP_DEBUGFS)\t+= ptdump_debugfs.o\n'))).toEqual([]);
  });

  it.each([
    ['always', 'obj-y += ptdump_debugfs.o\n'],
    ['with another option', 'obj-$(CONFIG_PTDUMP_CORE) += ptdump_debugfs.o\n'],
  ])('another is live: built %s', (_, makefile) => {
    expect(hugeVmap(tree(makefile))[0]).toMatch(/^warning kernel-walk\/huge-vmap/);
  });
});
