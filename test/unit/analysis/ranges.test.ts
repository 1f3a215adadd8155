/** Whose the walked range is: a sweep that nobody owns and an address that somebody chooses are told, an owner's range is not. */
import { describe, expect, it } from 'vitest';
import { show } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText } from './scan-text.js';

/** A walk of one address, that is computed by `address`. */
const point = (params: string, address: string): string => `
int look(${params})
{
	unsigned long addr = ${address};
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d;

	if (pgd_none(*pgd))
		return 0;
	p4d = p4d_offset(pgd, addr);
	return !p4d_none(*p4d) && !pud_none(*pud_offset(p4d, addr));
}
EXPORT_SYMBOL_GPL(look);
`;

describe('a range that an object pins', () => {
  it.each([
    ['page_address()', 'struct page *page', '(unsigned long)page_address(page)'],
    ['folio_address()', 'struct folio *folio', '(unsigned long)folio_address(folio)'],
    ['a vmalloc area', 'struct vm_struct *area', '(unsigned long)area->addr'],
    ['a vmap area', 'struct vmap_area *va', 'va->va_start'],
    ['an allocated page', 'void', '__get_free_page(GFP_KERNEL)'],
    ['allocated memory', 'size_t size', '(unsigned long)kmalloc(size, GFP_KERNEL)'],
    ['what PAGE_OFFSET maps of it', 'unsigned long phys', 'PAGE_OFFSET + phys'],
    ['a fixmap slot', 'int slot', '__fix_to_virt(slot)'],
    ['the fixmap', 'void', 'FIXADDR_START'],
    ['the kernel image', 'void', '(unsigned long)_text'],
    ['an address of nobody known', 'unsigned long where', 'where'],
  ])('%s', (_, params, address) => {
    const { findings, walkers } = scanText(point(params, address));
    expect(findings).toEqual([]);
    expect(walkers).toEqual(['look: kernel; look []']);
  });

  it('that the caller has', () => {
    expect(
      scanText(`${point('unsigned long where', 'where')
        .replace('int look', 'static int look')
        .replace(/EXPORT.*/, '')}
int of_page(struct page *page)
{
	return look((unsigned long)page_address(page));
}
`).findings,
    ).toEqual([]);
  });
});

describe('an address that somebody chooses', () => {
  const file = (given: string): string => `${point('unsigned long where', 'where')
    .replace('int look', 'static int look')
    .replace(/EXPORT.*/, '')}
static ssize_t look_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	unsigned long where;

	${given}
	look(where);
	return count;
}
static const struct file_operations look_fops = { .write = look_write, };
`;

  it.each([
    ['kstrtoul_from_user()', 'if (kstrtoul_from_user(from, count, 16, &where))\n\t\treturn -EINVAL;'],
    ['kstrtoul()', 'if (kstrtoul(buf, 16, &where))\n\t\treturn -EINVAL;'],
    ['copy_from_user()', 'if (copy_from_user(&where, from, sizeof(where)))\n\t\treturn -EFAULT;'],
    ['simple_strtoul()', 'where = simple_strtoul(buf, NULL, 16);'],
    ['sscanf()', 'if (sscanf(buf, "%lx", &where) != 1)\n\t\treturn -EINVAL;'],
    ['get_user()', 'if (get_user(where, (unsigned long __user *)from))\n\t\treturn -EFAULT;'],
    [
      'a member of a struct that copy_from_user() fills',
      'struct request req;\n\n\tif (copy_from_user(&req, from, sizeof(req)))\n\t\treturn -EFAULT;\n\twhere = req.start;',
    ],
    ['the position in the file', 'where = position_to_address(*pos - HEADER);'],
  ])('%s', (_, given) => {
    expect(hotRemove(file(given))).toEqual(['warning hot-remove: look_write > look']);
    expect(
      hotRemove(
        file(given).replace('\tlook(where);', '\tget_online_mems();\n\tlook(where);\n\tput_online_mems();'),
      ),
    ).toEqual([]);
  });

  it('the argument of an ioctl', () => {
    const ioctl = (argument: string): string => `${point('unsigned long where', 'where')
      .replace('int look', 'static int look')
      .replace(/EXPORT.*/, '')}
static long look_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return look(${argument});
}
static const struct file_operations look_fops = { .unlocked_ioctl = look_ioctl, };
`;
    expect(hotRemove(ioctl('arg'))).toEqual(['warning hot-remove: look_ioctl > look']);
    expect(hotRemove(ioctl('cmd'))).toEqual([]);
  });

  it('a number that is written to a simple attribute, through a function and a struct', () => {
    expect(
      hotRemove(`
struct target {
	unsigned long where;
};

${point('struct target *target', 'target->where')
  .replace('int look', 'static int look')
  .replace(/EXPORT.*/, '')}
static int look_at(unsigned long where)
{
	struct target target = { .where = where };

	return look(&target);
}

static int look_set(void *data, u64 val)
{
	unsigned long where = val;

	return look_at(where);
}
DEFINE_DEBUGFS_ATTRIBUTE(look_fops, NULL, look_set, "%llu\\n");
`),
    ).toEqual(['warning hot-remove: look_set > look_at > look']);
  });

  it('a faulting address is in use, and looked at where no lock can be taken: for information', () => {
    expect(
      hotRemove(`${point('unsigned long where', 'where')
        .replace('int look', 'static int look')
        .replace(/EXPORT.*/, '')}
void fault(struct pt_regs *regs)
{
	look(read_cr2());
}
`),
    ).toEqual(['info hot-remove: fault > look']);
  });

  it('not one that the file knows itself', () => {
    expect(hotRemove(file('where = (unsigned long)page_address(shown_page);'))).toEqual([]);
  });
});

describe('a sweep', () => {
  const loop = (start: string, end: string): string =>
    show(`
	unsigned long addr;

	for (addr = ${start}; addr < ${end}; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(addr);

		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, addr)));
	}`);

  it.each([
    ['from PAGE_OFFSET up', 'PAGE_OFFSET', 'PAGE_END', 1],
    ['of the linear map', '_PAGE_OFFSET(vabits_actual)', 'PAGE_END', 1],
    ['of vmalloc, where memory hot-remove frees nothing', 'VMALLOC_START', 'VMALLOC_END', 0],
    ['from vmalloc up', 'VMALLOC_START', 'ULONG_MAX', 1],
    ['of the memory map', 'VMEMMAP_START', 'VMEMMAP_END', 1],
    ['of the modules, where it frees nothing either', 'MODULES_VADDR', 'MODULES_END', 0],
    ['of the fixmap, which stays', 'FIXADDR_START', 'FIXADDR_TOP', 0],
    ['of one vmalloc area', '(unsigned long)area->addr', '(unsigned long)area->addr + area->size', 0],
  ])('%s', (_, start, end, count) => {
    expect(hotRemove(loop(start, end))).toHaveLength(count);
  });

  it.each([
    ['of vmalloc', 'VMALLOC_START', 'VMALLOC_END', 1],
    ['of the modules', 'MODULES_VADDR', 'MODULES_END', 1],
    ['of the linear map, where a huge vmap frees nothing', 'PAGE_OFFSET', 'PAGE_END', 0],
    ['of the memory map, where it frees nothing either', 'VMEMMAP_START', 'VMEMMAP_END', 0],
  ])('%s, for huge vmaps', (_, start, end, count) => {
    expect(hugeVmap(loop(start, end))).toHaveLength(count);
  });

  it('from a pointer that is NULL until it has memory is none', () => {
    expect(
      scanText(`
void seal(size_t size)
{
	void *image = NULL;

	image = jit_memory(size);
	if (image)
		apply_to_page_range(&init_mm, (unsigned long)image, size, seal_pte, NULL);
}
EXPORT_SYMBOL_GPL(seal);
`).findings,
    ).toEqual([]);
  });

  it('over the whole top table, by its entries', () => {
    const text = (index: string): string =>
      show(`
	pgd_t *pgd = pgd_offset_k(0);
	int i;

	for (i = 0; i < PTRS_PER_PGD; i++, pgd++) {
		if (!pgd_none(*pgd))
			seq_printf(m, "%d %llx", i, (u64)p4d_val(*p4d_offset(pgd, ${index})));
	}`);
    expect(hotRemove(text('i * PGDIR_SIZE'))).toEqual(['warning hot-remove: tables_show']);
  });

  it('over a list of ranges that a struct gives', () => {
    const text = `
struct range { unsigned long start, end; };

static void walk_ranges(struct seq_file *m, const struct range *range)
{
	while (range->start != range->end) {
		pgd_t *pgd = pgd_offset_k(range->start);

		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, range->start)));
		range++;
	}
}
${show('walk_ranges(m, all_ranges);')}`;
    expect(hotRemove(text)).toEqual(['warning hot-remove: tables_show > walk_ranges']);
  });

  it('the reason says whose the range is', () => {
    const { report } = scanText(loop('PAGE_OFFSET', 'PAGE_END'));
    expect(report.findings[0]?.reason).toBe(
      'PAGE_OFFSET: a range that nobody owns; reading a file of debugfs or procfs',
    );
  });
});

describe('a range that was asked for', () => {
  const file = (ask: string): readonly string[] =>
    hugeVmap(`${point('unsigned long where', 'where')
      .replace('int look', 'static int look')
      .replace(/EXPORT.*/, '')}
static ssize_t peek_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned long where = *pos;

	${ask}
	return 0;
}
static const struct proc_ops peek_ops = { .proc_read = peek_read, };
`);
  const TOLD = ['warning huge-vmap: peek_read > look'];

  it('and that it is not in is no danger', () => {
    expect(file('if (!is_vmalloc_or_module_addr((void *)where))\n\t\tlook(where);')).toEqual([]);
    expect(file('if (is_vmalloc_addr((void *)where))\n\t\tlook(where);')).toEqual(TOLD);
    expect(file('if (is_vmalloc_addr((void *)where))\n\t\tcount++;\n\tlook(where);')).toEqual(TOLD);
  });

  it('by the kind of the area it lies in', () => {
    const kinds = (last: string): string =>
      `if (area->type == KCORE_VMALLOC)\n\t\tcount++;\n\telse if (area->type != KCORE_USER)\n\t\t${last}`;
    expect(file(kinds('look(where);'))).toEqual([]);
    expect(file('if (area->type == KCORE_VMALLOC)\n\t\tlook(where);')).toEqual(TOLD);
  });
});
