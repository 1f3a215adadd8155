/** Walks as they were written in 4.18: callbacks in the struct mm_walk itself, mmap_sem, a dump of the tables by hand. The texts are ours. */
import { describe, expect, it } from 'vitest';
import { hotRemove, scanText } from './scan-text.js';

/** What tells that a tree is so old. */
const OLD = {
  Makefile: 'VERSION = 4\nPATCHLEVEL = 18\n',
  'include/linux/mm.h': `struct mm_walk {
	int (*pmd_entry)(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk);
	struct mm_struct *mm;
	void *private;
};
int walk_page_range(unsigned long addr, unsigned long end, struct mm_walk *walk);
`,
};

describe('callbacks in a struct mm_walk', () => {
  const walk = (lock: string, unlock: string, ofFile: string, ofCall: string): string => `
static int note_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	p4d_t *p4d = p4d_offset(pgd_offset(walk->mm, addr), addr);

	return pud_val(*pud_offset(p4d, addr)) != 0;
}
${ofFile}
SYSCALL_DEFINE2(note, unsigned long, from, unsigned long, to)
{
	struct mm_struct *mm = current->mm;
	int err;
	${ofCall}

	${lock}
	err = walk_page_range(from, to, &note_walk);
	${unlock}
	return err;
}
`;
  it.each([
    ['of the caller', '', 'struct mm_walk note_walk = { .pmd_entry = note_pmd, .mm = mm };'],
    ['of the file', 'static struct mm_walk note_walk = { .pmd_entry = note_pmd };', ''],
  ])('%s', (_, ofFile, ofCall) => {
    const told = (lock: string, unlock: string): readonly string[] =>
      scanText({ ...OLD, 'mm/x.c': walk(lock, unlock, ofFile, ofCall) }).findings;
    expect(told('down_read(&mm->mmap_sem);', 'up_read(&mm->mmap_sem);')).toEqual([]);
    expect(told('', '')).toEqual(['warning unlocked: sys_note > note_pmd', 'warning unlocked: sys_note']);
  });
});

describe('the mm in a struct mm_walk', () => {
  const walk = (set: string): Record<string, string> => ({
    ...OLD,
    'mm/x.c': `
static int note_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	seq_printf(walk->private, "%lx\\n", pte_val(*pte));
	return 0;
}

static int note_show(struct seq_file *m, void *v)
{
	${set}
	return walk_page_range(PAGE_OFFSET, ~0UL, &note_walk);
}
DEFINE_SHOW_ATTRIBUTE(note);
`,
  });

  it.each([
    [
      'by its initializer',
      'struct mm_walk note_walk = { .pte_entry = note_pte, .mm = &init_mm, .private = m };',
    ],
    [
      'by assignments',
      'struct mm_walk note_walk = {};\n\n\tnote_walk.pte_entry = note_pte;\n\tnote_walk.mm = &init_mm;\n\tnote_walk.private = m;',
    ],
  ])('%s', (_, set) => {
    expect(hotRemove(walk(set))).toEqual(['warning hot-remove: note_show']);
    expect(hotRemove(walk(set.replace('&init_mm', 'current->mm')))).toEqual([]);
    expect(scanText(walk(set.replace('&init_mm', 'current->mm'))).findings).toEqual([
      'warning unlocked: note_show',
    ]);
  });
});

describe('a dump of the tables from &init_top_pgt', () => {
  const dump = (lock: string, unlock: string): Record<string, string> => ({
    ...OLD,
    'arch/x86/mm/dump_tables.c': `
static void dump_all(struct seq_file *m)
{
	pgd_t *start = (pgd_t *) &init_top_pgt;
	int i;

	for (i = 0; i < PTRS_PER_PGD; i++) {
		p4d_t *p4d = p4d_offset(start, i * PGDIR_SIZE);
		pud_t *pud = pud_offset(p4d, i * PGDIR_SIZE);

		if (!pud_none(*pud))
			seq_printf(m, "%lx\\n", pud_val(*pud));
		start++;
	}
}

static int dump_show(struct seq_file *m, void *v)
{
	${lock}
	dump_all(m);
	${unlock}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump);
`,
  });

  it('is told where nothing keeps hot-remove out', () => {
    expect(hotRemove(dump('', ''))).toEqual(['warning hot-remove: dump_show > dump_all']);
    expect(hotRemove(dump('get_online_mems();', 'put_online_mems();'))).toEqual([]);
  });
});

describe('a dump that hands each table down by value', () => {
  const dump = (lock: string, unlock: string, top = '(pgd_t *) &init_top_pgt'): Record<string, string> => ({
    ...OLD,
    'arch/x86/mm/dump_tables.c': `
static void dump_puds(struct seq_file *m, p4d_t p4d, unsigned long addr)
{
	pud_t *pud = (pud_t *)p4d_page_vaddr(p4d);
	int i;

	for (i = 0; i < PTRS_PER_PUD; i++, pud++)
		seq_printf(m, "%lx\\n", pud_val(*pud));
}

static void dump_all(struct seq_file *m, pgd_t *pgd)
{
#ifdef CONFIG_X86_64
	pgd_t *start = ${top};
#else
	pgd_t *start = swapper_pg_dir;
#endif
	int i;

	if (pgd)
		start = pgd;
	for (i = 0; i < PTRS_PER_PGD; i++) {
		if (!pgd_none(*start))
			dump_puds(m, __p4d(pgd_val(*start)), i * PGDIR_SIZE);
		start++;
	}
}

static int dump_show(struct seq_file *m, void *v)
{
	${lock}
	dump_all(m, NULL);
	${unlock}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump);
`,
  });

  it.each([['(pgd_t *) &init_top_pgt'], ['swapper_pg_dir']])('from %s, where nothing is called', (top) => {
    expect(hotRemove(dump('', '', top))).toEqual(['warning hot-remove: dump_show > dump_all']);
    expect(hotRemove(dump('get_online_mems();', 'put_online_mems();', top))).toEqual([]);
  });
});
