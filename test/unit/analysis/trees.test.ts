/** What the scanned tree itself tells: architectures, modes of the machine, versions by their code; and damaged or odd sources. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP, UNPROTECTED } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText, type Texts } from './scan-text.js';

/** The findings of a rule with where it is live and latent. */
function where(texts: Record<string, string>, rule: string): readonly string[] {
  return scanText(texts).report.findings.flatMap(({ rule: id, severity, live, latent }) =>
    id === rule ? [`${severity} live on ${live.join() || 'none'}, latent on ${latent.join() || 'none'}`] : [],
  );
}

describe('architectures', () => {
  it.each([
    ['arch/arm64/mm/show.c', 'warning live on arm64, latent on none'],
    ['arch/x86/mm/show.c', 'warning live on x86, latent on none'],
    ['arch/arm/mm/show.c', 'info live on none, latent on arm'],
    ['arch/loongarch/mm/show.c', 'info live on none, latent on loongarch'],
    ['mm/show.c', 'warning live on arm64,powerpc,riscv,s390,x86, latent on none'],
  ])('%s', (file, expected) => {
    expect(where({ [file]: dump('sweep(m);') }, 'kernel-walk/hot-remove')).toEqual([expected]);
  });

  it('code that an architecture does not build is no way to a walk of that architecture', () => {
    const walk = `
unsigned long arch_first_entry(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);

	return p4d_val(*p4d);
}
`;
    const shared = `
static int shared_release(struct inode *inode, struct file *file)
{
	arch_first_entry(current->mm, 0x1000);
	return 0;
}
static const struct file_operations shared_fops = { .release = shared_release, };
`;
    const tree = (select: string): Record<string, string> => ({
      'arch/x86/Kconfig': 'config X86\n\tdef_bool y\n\tselect KVM_SHARED_PART\n',
      'arch/s390/Kconfig': `config S390\n\tdef_bool y\n${select}`,
      'virt/kvm/Kconfig': 'config KVM_SHARED_PART\n\tbool\n',
      'virt/kvm/Makefile.kvm':
        'kvm-y := $(KVM)/kvm_main.o\nkvm-$(CONFIG_KVM_SHARED_PART) += $(KVM)/shared.o\n',
      'virt/kvm/shared.c': shared,
      'arch/s390/mm/walk.c': walk,
    });
    expect(where(tree('\tselect KVM_SHARED_PART\n'), 'user-walk/unlocked')).toEqual([
      'warning live on s390, latent on none',
    ]);
    expect(where(tree(''), 'user-walk/unlocked')).toEqual([]);
  });

  const FREES_TABLES = `
static void free_tables(pmd_t *pmdp)
{
	pmd_clear(pmdp);
	__free_pages(pmd_page(*pmdp), 0);
}
void arch_remove_memory(u64 start, u64 size)
{
	free_tables(pmd_off_k(start));
}
`;
  const tree = (select: string, mmu: string): Record<string, string> => ({
    'arch/Kconfig': 'config HAVE_ARCH_HUGE_VMAP\n\tbool\n',
    'mm/Kconfig': 'config ARCH_ENABLE_MEMORY_HOTREMOVE\n\tbool\n',
    'arch/arm64/Kconfig': `config ARM64\n\tdef_bool y\n${select}`,
    'arch/arm64/mm/mmu.c': mmu,
    'arch/arm64/mm/show.c': dump('sweep(m);'),
    'arch/riscv/Kconfig': 'config RISCV\n\tdef_bool y\n\tselect ARCH_ENABLE_MEMORY_HOTREMOVE\n',
    'arch/riscv/mm/init.c': FREES_TABLES,
  });

  it('by the tree: selected, and with code that frees tables', () => {
    const select = '\tselect ARCH_ENABLE_MEMORY_HOTREMOVE\n';
    expect(where(tree(select, FREES_TABLES), 'kernel-walk/hot-remove')).toEqual([
      'warning live on arm64, latent on none',
    ]);
    expect(where(tree('', FREES_TABLES), 'kernel-walk/hot-remove')).toEqual([
      'info live on none, latent on arm64',
    ]);
    expect(
      where(tree(select, 'void arch_remove_memory(u64 start, u64 size)\n{\n}\n'), 'kernel-walk/hot-remove'),
    ).toEqual(['info live on none, latent on arm64']);
  });

  it('a freer that no architecture of the tree has is no finding', () => {
    const { 'arch/riscv/Kconfig': gone, ...rest } = tree('', FREES_TABLES);
    expect(gone).toBeDefined();
    expect(where(rest, 'kernel-walk/hot-remove')).toEqual([]);
  });
});

describe('versions, by their code', () => {
  const vmalloc = (body: string): string => `
static int vmap_try_huge_pmd(pmd_t *pmd, unsigned long addr, unsigned long end)
{
	${body}
	if (pmd_present(*pmd) && !pmd_free_pte_page(pmd, addr))
		return 0;
	return pmd_set_huge(pmd, 0, prot);
}
`;

  it('the lock of init_mm keeps a huge vmap out only where vmalloc takes it', () => {
    const body = 'mmap_write_lock(&init_mm);\n\tsweep(m);\n\tmmap_write_unlock(&init_mm);';
    const tree = (locks: string): Record<string, string> => ({
      'mm/vmalloc.c': vmalloc(locks),
      'mm/show.c': dump(body),
    });
    expect(hugeVmap(tree('if (!mmap_read_trylock(&init_mm))\n\t\treturn 0;'))).toEqual([]);
    expect(hugeVmap(tree(''))).toEqual(['warning huge-vmap: tables_show > sweep [mmap_lock(init_mm)]']);
    const [finding] = scanText(tree('')).report.findings.filter(({ freer }) => freer === 'huge-vmap');
    expect(finding?.message).toMatch(/: it holds mmap_lock\(init_mm\), which does not keep that out here$/);
    expect(finding).toMatchObject({ missing: [] });
    expect(finding).not.toHaveProperty('placement');
  });
});

describe('modes of the machine', () => {
  // What the tree's own macro makes is read from its definition: here, the table that is registered.
  const powerpc = (start: string): Record<string, string> => ({
    'include/linux/seq_file.h': `
#define DEFINE_SHOW_ATTRIBUTE(__name)					\\
static int __name ## _open(struct inode *inode, struct file *file)	\\
{									\\
	return single_open(file, __name ## _show, inode->i_private);	\\
}									\\
static const struct file_operations __name ## _fops = {		\\
	.open = __name ## _open,					\\
	.read = seq_read,						\\
}
`,
    'arch/powerpc/mm/show.c': `${SWEEP}
static int tables_show(struct seq_file *m, void *v)
{
	sweep(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);

static int start(void)
{
	${start}
	return 0;
}
device_initcall(start);
`,
  });
  const create = 'debugfs_create_file("tables", 0400, NULL, NULL, &tables_fops);';

  it('a file that exists only on the hash MMU meets no freer', () => {
    expect(where(powerpc(`if (!radix_enabled())\n\t\t${create}`), 'kernel-walk/hot-remove')).toEqual([
      'info live on none, latent on powerpc',
    ]);
    expect(
      where(powerpc(`if (radix_enabled())\n\t\treturn 0;\n\t${create}`), 'kernel-walk/hot-remove'),
    ).toEqual(['info live on none, latent on powerpc']);
  });

  it('nor does it where the macro that makes the file is not at hand', () => {
    const lone = (start: string): Texts => {
      const texts = powerpc(start);
      return { 'arch/powerpc/mm/show.c': texts['arch/powerpc/mm/show.c'] ?? '' };
    };
    const without = where(lone(`if (!radix_enabled())\n\t\t${create}`), 'kernel-walk/hot-remove');
    expect(without).toEqual(['info live on none, latent on powerpc']);
    const either = where(lone(create), 'kernel-walk/hot-remove');
    expect(either).toEqual(['warning live on powerpc, latent on none']);
  });

  it('a file of either MMU, or of radix, does', () => {
    expect(where(powerpc(create), 'kernel-walk/hot-remove')).toEqual([
      'warning live on powerpc, latent on none',
    ]);
    expect(where(powerpc(`if (radix_enabled())\n\t\t${create}`), 'kernel-walk/hot-remove')).toEqual([
      'warning live on powerpc, latent on none',
    ]);
  });
});

describe('sources as they come', () => {
  it('a lock in one arm of an #ifdef does not cover the other', () => {
    const body = (otherwise: string): string => `
#ifdef CONFIG_MEMORY_HOTPLUG
	get_online_mems();
#else
	${otherwise}
#endif
	sweep(m);`;
    expect(hotRemove(dump(body('seq_puts(m, "static");')))).toEqual([UNPROTECTED]);
    expect(hotRemove(dump(body('get_online_mems();')))).toEqual([]);
  });

  it('a walk in one arm of an #ifdef is a walk', () => {
    expect(hotRemove(dump('#ifdef CONFIG_X\n\tsweep(m);\n#endif'))).toEqual([UNPROTECTED]);
  });

  it('carriage returns', () => {
    const dos = (text: string): string => text.replace(/\n/g, '\r\n');
    expect(hotRemove(dos(dump('sweep(m);')))).toEqual([UNPROTECTED]);
    expect(hotRemove(dos(dump('get_online_mems();\n\tsweep(m);\n\tput_online_mems();')))).toEqual([]);
    const macro = '#define tables_lock() \\\n\tget_online_mems()\n';
    expect(hotRemove(dos(SWEEP + macro + show('tables_lock();\n\tsweep(m);')))).toEqual([]);
  });

  it('broken code around a good function', () => {
    const broken = 'static int half(struct seq_file *m\n{\n\tif (m->\n}\n\n';
    expect(hotRemove(`${dump('sweep(m);')}\n${broken}`)).toEqual([UNPROTECTED]);
    expect(hotRemove(`${dump('get_online_mems();\n\tsweep(m);')}\n${broken}`)).toEqual([]);
  });

  it('a line half typed before the walk', () => {
    expect(hotRemove(dump('m->count = \n\tsweep(m);'))).toEqual([UNPROTECTED]);
  });

  it('comments and strings are no code', () => {
    expect(
      hotRemove(dump('/* get_online_mems(); */\n\tseq_puts(m, "get_online_mems()");\n\tsweep(m);')),
    ).toEqual([UNPROTECTED]);
    expect(hotRemove(dump('/* sweep(m); */'))).toEqual(['warning hot-remove: sweep']);
  });

  it('a suppression with its reason, and one without', () => {
    const allowed = (comment: string): readonly string[] =>
      scanText(
        dump('sweep(m);').replace('\t\tpgd_t *pgd = pgd', `\t\t${comment}\n\t\tpgd_t *pgd = pgd`),
      ).report.findings.map(({ rule }) => rule);
    expect(allowed('/* walkrace: allow kernel-walk/hot-remove: this board has no hotplug */')).not.toContain(
      'kernel-walk/hot-remove',
    );
    expect(allowed('/* nothing */')).toContain('kernel-walk/hot-remove');
  });
});
