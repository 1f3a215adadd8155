/** Walks that begin at a table by hand, walks of an exception, and walks that a function does for its callers. */
import { describe, expect, it } from 'vitest';
import { show } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText } from './scan-text.js';

/** From `begin` down, by the entries of the levels. */
const down = (begin: string, address = 'addr'): string => `
	pgd_t *pgd = ${begin};
	p4d_t *p4d;
	pud_t *pud;

	if (pgd_none(*pgd))
		return 0;
	p4d = p4d_offset(pgd, ${address});
	if (p4d_none(*p4d))
		return 0;
	pud = pud_offset(p4d, ${address});
	return !pud_none(*pud);
`;

describe('the top table is taken by hand', () => {
  it.each([
    ['the pgd of init_mm', 'init_mm.pgd + pgd_index(addr)'],
    ['an element of it', '&init_mm.pgd[pgd_index(addr)]'],
    ['the table of the kernel by its name', 'swapper_pg_dir + pgd_index(addr)'],
    ['an element of that', '&swapper_pg_dir[pgd_index(addr)]'],
  ])('%s', (_, begin) => {
    const text = `static int look(unsigned long addr)\n{\n${down(begin)}}\n`;
    const file = (given: string): string => `${text}
static ssize_t look_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	unsigned long addr;

	${given}
	look(addr);
	return count;
}
static const struct file_operations look_fops = { .write = look_write, };
`;
    expect(hotRemove(file('if (kstrtoul_from_user(from, count, 16, &addr))\n\t\treturn -EINVAL;'))).toEqual([
      'warning hot-remove: look_write > look',
    ]);
    expect(hotRemove(file('addr = (unsigned long)page_address(shown);'))).toEqual([]);
  });

  it('and gone over from its first entry to its last', () => {
    expect(
      hotRemove(
        show(`
	pgd_t *pgd = swapper_pg_dir;
	int i;

	for (i = 0; i < PTRS_PER_PGD; i++, pgd++) {
		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, 0)));
	}`),
      ),
    ).toEqual(['warning hot-remove: tables_show']);
  });

  it('and gone over from wherever a struct says to the end', () => {
    const loop = (end: string): string => `
struct state {
	unsigned long start_address;
};

static void walk(struct state *st)
{
	unsigned long addr = st->start_address & PGDIR_MASK;
	pgd_t *pgd = pgd_offset_k(addr);
	unsigned int i;

	for (i = pgd_index(addr); i < ${end}; i++, pgd++, addr += PGDIR_SIZE) {
		if (!p4d_none(*p4d_offset(pgd, 0)))
			note(st, addr);
	}
}
${show('struct state st = { .start_address = first_address, };\n\n\twalk(&st);')}`;
    expect(hotRemove(loop('PTRS_PER_PGD'))).toEqual(['warning hot-remove: tables_show > walk']);
    expect(hotRemove(loop('st->entries'))).toEqual([]);
  });
});

it('a local may be the name of the mm', () => {
  const walk = (mm: string): readonly string[] =>
    scanText(`
int mapped(struct mm_struct *given, unsigned long addr)
{
	struct mm_struct *mm = ${mm};
${down('pgd_offset(mm, addr)')}}
EXPORT_SYMBOL_GPL(mapped);
`).walkers;
  expect(walk('&init_mm')[0]).toMatch(/^mapped: kernel/);
  expect(walk('given')[0]).toMatch(/^mapped: either/);
});

describe('an address that is always the same', () => {
  it('is no sweep though it is the first of a range', () => {
    const sync = (address: string): string => `
void sync_low(void)
{
	pgd_t *pgd = pgd_offset_k(${address});

	memcpy(copy, p4d_offset(pgd, 0), sizeof(p4d_t));
}
EXPORT_SYMBOL_GPL(sync_low);
`;
    expect(scanText(sync('PAGE_OFFSET')).findings).toEqual([]);
    expect(scanText(sync('EFI_VA_END')).findings).toEqual([]);
  });

  it('says nothing of a second walk that goes down elsewhere', () => {
    const { report } = scanText(`
void sync_low(struct page *page)
{
	pgd_t *first = pgd_offset_k(PAGE_OFFSET);
	pgd_t *pgd = pgd_offset_k((unsigned long)page_address(page));

	set_pgd(first, __pgd(0));
	memcpy(copy, p4d_offset(pgd, 0), sizeof(p4d_t));
}
EXPORT_SYMBOL_GPL(sync_low);
`);
    expect(report.findings).toEqual([]);
    expect(report.walkers.map(({ line, judgement }) => [line, judgement])).toEqual([[5, 'owned']]);
  });
});

describe('an exception', () => {
  const LOOK = `static int is_mapped(unsigned long addr)\n{\n${down('init_mm.pgd + pgd_index(addr)')}}\n`;

  it.each([
    [
      'whose handler is called from assembly, with the address',
      'asmlinkage void do_fault(struct pt_regs *regs, unsigned long code, unsigned long addr)\n{\n\tis_mapped(addr);\n}',
    ],
    [
      'whose handler asks the saved registers',
      'asmlinkage void do_fault(struct pt_regs *regs)\n{\n\tis_mapped(regs->badaddr);\n}',
    ],
    [
      'whose handler asks a function for it',
      'asmlinkage void do_fault(struct pt_regs *regs)\n{\n\tunsigned long at = fault_address(regs);\n\n\tis_mapped(at);\n}',
    ],
    [
      'through more functions',
      'static void bad_area(struct pt_regs *regs, unsigned long at)\n{\n\tis_mapped(at);\n}\nvoid do_fault(struct pt_regs *regs)\n{\n\tbad_area(regs, regs->badaddr);\n}',
    ],
  ])('%s: the address is in use, and no lock could be taken', (_, handler) => {
    const found = hotRemove(`${LOOK}\n${handler}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^info hot-remove: do_fault > (bad_area > )?is_mapped$/);
  });

  it('another function that gets an address is its owner', () => {
    expect(
      hotRemove(`${LOOK}\nvoid look(unsigned long code, unsigned long addr)\n{\n\tis_mapped(addr);\n}\n`),
    ).toEqual([]);
  });

  it('may walk the tables that the CPU uses: those of the kernel, too', () => {
    const found = hotRemove(`
static int dump(unsigned long addr)
{
	pgd_t *base = __va(read_cr3_pa());
${down('base + pgd_index(addr)')}}
void do_fault(struct pt_regs *regs, unsigned long addr)
{
	dump(addr);
}
`);
    expect(found).toEqual(['info hot-remove: do_fault > dump']);
  });
});

describe('a function that does a whole walk for its callers', () => {
  const VMALLOC_TO_PAGE = `struct page *vmalloc_to_page(const void *vmalloc_addr)
{
	unsigned long addr = (unsigned long)vmalloc_addr;
	struct page *page = NULL;
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	if (!p4d_none(*p4d))
		page = p4d_page(*p4d);
	return page;
}
EXPORT_SYMBOL(vmalloc_to_page);
`;

  it('says once, for information, that they have to own the range; they are not told each', () => {
    const caller = `
struct page *first_page(struct buffer *buffer)
{
	return vmalloc_to_page(buffer->start);
}
EXPORT_SYMBOL_GPL(first_page);
`;
    expect(hugeVmap({ 'mm/vmalloc.c': VMALLOC_TO_PAGE, 'drivers/x.c': caller })).toEqual([
      'info huge-vmap: first_page > vmalloc_to_page',
    ]);
  });

  it('is a warning for a caller that takes the address from anybody', () => {
    const caller = `
static ssize_t look_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	unsigned long addr;

	if (kstrtoul_from_user(from, count, 16, &addr))
		return -EINVAL;
	shown = vmalloc_to_page((void *)addr);
	return count;
}
static const struct file_operations look_fops = { .write = look_write, };
`;
    expect(hugeVmap({ 'mm/vmalloc.c': VMALLOC_TO_PAGE, 'drivers/x.c': caller })).toEqual([
      'warning huge-vmap: look_write > vmalloc_to_page',
    ]);
  });
});
