/** Walks that are handed to a generic walker: what is held around the call holds in its callbacks. */
import { describe, expect, it } from 'vitest';
import { show } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText } from './scan-text.js';

const OPS = `
static int note_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	seq_printf(walk->private, "%lx %llx\\n", addr, (u64)pmd_val(*pmd));
	return 0;
}
static const struct mm_walk_ops note_ops = { .pmd_entry = note_pmd, };
`;

describe('walk_page_range_novma() and its kin', () => {
  const CALLS: readonly string[] = [
    'walk_page_range_novma(&init_mm, PAGE_OFFSET, MODULES_END, &note_ops, NULL, m);',
    'walk_kernel_page_table_range(PAGE_OFFSET, MODULES_END, &note_ops, NULL, m);',
    'walk_kernel_page_table_range_lockless(PAGE_OFFSET, MODULES_END, &note_ops, NULL, m);',
    'walk_page_range_debug(&init_mm, PAGE_OFFSET, MODULES_END, &note_ops, NULL, m);',
  ];

  it.each(CALLS)('%s is a walk', (call) => {
    expect(hotRemove(OPS + show(call))).toEqual(['warning hot-remove: tables_show']);
    expect(hotRemove(OPS + show(`get_online_mems();\n\t${call}\n\tput_online_mems();`))).toEqual([]);
  });

  it('of a process is no matter of the kernel tables', () => {
    const walk = (mm: string): string => `walk_page_range(${mm}, 0, TASK_SIZE, &note_ops, m);`;
    expect(scanText(OPS + show(walk('current->mm'))).report.findings.map(({ rule }) => rule)).not.toContain(
      'kernel-walk/hot-remove',
    );
  });

  it('of a range that somebody owns', () => {
    const call = 'walk_page_range_novma(&init_mm, (unsigned long)area->addr, end, &note_ops, NULL, m);';
    expect(hotRemove(OPS + show(call))).toEqual([]);
  });

  it('with the lock of init_mm for write, both modes apart', () => {
    const body = (mode: string): string =>
      `mmap_${mode}_lock(&init_mm);\n\t${CALLS[0] ?? ''}\n\tmmap_${mode}_unlock(&init_mm);`;
    expect(hugeVmap(OPS + show(body('write')))).toEqual([]);
    expect(hugeVmap(OPS + show(body('read')))).toEqual([
      'warning huge-vmap: tables_show [mmap_lock(init_mm):read]',
    ]);
  });
});

describe('a dumper in the manner of ptdump', () => {
  const dumper = (lock: string, unlock: string): string => `${OPS}
static void dump_walk(struct dump_state *st, struct mm_struct *mm)
{
	const struct dump_range *range = st->range;

	${lock}
	while (range->start != range->end) {
		walk_page_range_novma(mm, range->start, range->end, &note_ops, NULL, st);
		range++;
	}
	${unlock}
}
`;

  it('takes the locks itself: its callers need none', () => {
    const text =
      dumper('get_online_mems();\n\tmmap_write_lock(mm);', 'mmap_write_unlock(mm);\n\tput_online_mems();') +
      show('dump_walk(m->private, &init_mm);');
    expect(scanText(text).findings).toEqual([]);
  });

  it('takes only that of the mm: what its callers hold counts', () => {
    const text = (body: string): readonly string[] =>
      scanText(dumper('mmap_write_lock(mm);', 'mmap_write_unlock(mm);') + show(body)).findings;
    expect(text('dump_walk(m->private, &init_mm);')).toEqual([
      'warning hot-remove: tables_show > dump_walk [mmap_lock(init_mm)]',
    ]);
    expect(text('get_online_mems();\n\tdump_walk(m->private, &init_mm);\n\tput_online_mems();')).toEqual([]);
  });
});

describe('apply_to_page_range()', () => {
  const APPLY = `
static int note_pte(pte_t *pte, unsigned long addr, void *data)
{
	seq_printf(data, "%llx", (u64)pte_val(*pte));
	return 0;
}
`;

  it('over everything is a sweep', () => {
    const call = 'apply_to_existing_page_range(&init_mm, PAGE_OFFSET, size, note_pte, m);';
    expect(hotRemove(APPLY + show(call))).toEqual(['warning hot-remove: tables_show']);
    expect(hotRemove(APPLY + show(`get_online_mems();\n\t${call}\n\tput_online_mems();`))).toEqual([]);
  });

  it('over an own area is not', () => {
    expect(
      scanText(
        `${APPLY}
int set_up(struct vm_struct *area)
{
	return apply_to_page_range(&init_mm, (unsigned long)area->addr, area->size, note_pte, NULL);
}
`,
      ).findings,
    ).toEqual([]);
  });
});

describe('a callback with a walk of its own', () => {
  it('runs under what its caller holds', () => {
    const text = (lock: string, unlock: string): string => `
static int for_each_node(int (*fn)(int nid, void *data), void *data)
{
	return fn(0, data);
}
static int one_node(int nid, void *data)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(addr);

		if (!pgd_none(*pgd))
			seq_printf(data, "%llx", (u64)p4d_val(*p4d_offset(pgd, addr)));
	}
	return 0;
}
${show(`${lock}\n\tfor_each_node(one_node, m);\n\t${unlock}`)}`;
    expect(hotRemove(text('', ''))).toHaveLength(1);
    expect(hotRemove(text('get_online_mems();', 'put_online_mems();'))).toEqual([]);
  });
});

describe('a function that is given the table of a walker, and has it walked', () => {
  const text = (taken: string, given: string): string => `
static void find_table(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);

	pr_info("%lx\\n", pud_val(*pud_offset(p4d, addr)));
}

static int note_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	find_table(walk->mm, addr);
	return 0;
}

static void walk_one(struct mm_struct *mm, unsigned long addr, struct mm_walk_ops *ops)
{
	${taken}
}

${given}
`;
  const onStack = `
SYSCALL_DEFINE1(note, unsigned long, addr)
{
	struct mm_walk_ops ops = { .pmd_entry = note_pmd };

	walk_one(current->mm, addr, &ops);
	return 0;
}`;
  const forAll = `
static struct mm_walk_ops note_ops = { .pmd_entry = note_pmd };

SYSCALL_DEFINE1(note, unsigned long, addr)
{
	walk_one(current->mm, addr, &note_ops);
	return 0;
}`;
  const walk = 'walk_page_range(mm, addr, addr + 1, ops, NULL);';
  const locked = `mmap_read_lock(mm);\n\t${walk}\n\tmmap_read_unlock(mm);`;
  const told = (taken: string, given: string): readonly string[] =>
    scanText(text(taken, given)).findings.filter((line) => line.includes('find_table'));

  it.each([
    ['on the stack', onStack],
    ['of the file', forAll],
  ])('a table %s', (_, given) => {
    expect(told(locked, given)).toEqual([]);
    expect(told(walk, given)).toEqual(['warning unlocked: sys_note > walk_one > note_pmd > find_table']);
  });
});
