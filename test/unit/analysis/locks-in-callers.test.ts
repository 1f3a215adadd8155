/** The lock is taken by somebody else: callers however far up, wrappers, helpers that let go, assertions. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP, UNPROTECTED } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText } from './scan-text.js';

/** `sweep` under so many functions, of which the topmost is the debugfs file; `locked` says which of them takes the lock. */
function tower(levels: number, locked: number | undefined): string {
  const body = (callee: string, level: number): string =>
    level === locked
      ? `get_online_mems();\n\t${callee}(m);\n\tput_online_mems();`
      : `seq_puts(m, "level ${level}");\n\t${callee}(m);`;
  const floors = Array.from({ length: levels - 1 }, (_, index) => index + 1).map(
    (level) =>
      `static void level${level}(struct seq_file *m)\n{\n\t${body(level === 1 ? 'sweep' : `level${level - 1}`, level)}\n}\n`,
  );
  return SWEEP + floors.join('\n') + show(body(levels === 1 ? 'sweep' : `level${levels - 1}`, levels));
}

describe('the lock is taken in a caller', () => {
  it.each([1, 2, 3, 5])('%i levels up', (levels) => {
    expect(hotRemove(tower(levels, levels))).toEqual([]);
    expect(hotRemove(tower(levels, 1))).toEqual([]);
    expect(hotRemove(tower(levels, undefined))).toHaveLength(1);
  });

  it('in another file', () => {
    const files = (body: string): Record<string, string> => ({
      'mm/sweep.c': SWEEP.replace('static void', 'void'),
      'mm/show.c': `void sweep(struct seq_file *m);\n${show(body)}`,
    });
    expect(hotRemove(files('get_online_mems();\n\tsweep(m);\n\tput_online_mems();'))).toEqual([]);
    expect(hotRemove(files('sweep(m);'))).toEqual([UNPROTECTED]);
  });

  it('by an inline function of a header', () => {
    const files = (lock: string): Record<string, string> => ({
      'include/linux/tables.h': `
static inline void tables_lock(void)
{
	get_online_mems();
}
static inline void tables_unlock(void)
{
	put_online_mems();
}
`,
      'mm/show.c': `#include <linux/tables.h>\n${dump(lock)}`,
    });
    expect(hotRemove(files('tables_lock();\n\tsweep(m);\n\ttables_unlock();'))).toEqual([]);
    expect(hotRemove(files('tables_unlock();\n\tsweep(m);'))).toEqual([UNPROTECTED]);
  });

  it('by one of two callers: the other is told, with its chain', () => {
    const text = (other: string): string => `${SWEEP}
static int a_show(struct seq_file *m, void *v)
{
	get_online_mems();
	sweep(m);
	put_online_mems();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(a);

static int b_show(struct seq_file *m, void *v)
{
	${other}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(b);
`;
    expect(hotRemove(text('sweep(m);'))).toEqual(['warning hot-remove: b_show > sweep']);
    expect(hotRemove(text('get_online_mems();\n\tsweep(m);\n\tput_online_mems();'))).toEqual([]);
    expect(scanText(text('sweep(m);')).walkers).toEqual([
      'sweep: kernel; a_show > sweep [mem_hotplug_lock]; b_show > sweep []',
    ]);
  });

  it('each of two locks by another function', () => {
    const text = (inner: string): string => `${SWEEP}
static void inner(struct seq_file *m)
{
	${inner}
}
${show('get_online_mems();\n\tinner(m);\n\tput_online_mems();')}`;
    expect(
      scanText(text('mmap_write_lock(&init_mm);\n\tsweep(m);\n\tmmap_write_unlock(&init_mm);')).findings,
    ).toEqual([]);
    expect(scanText(text('sweep(m);')).findings).toEqual([
      'warning huge-vmap: tables_show > inner > sweep [mem_hotplug_lock]',
    ]);
  });

  it('an mm that is passed down keeps its name', () => {
    const text = (mm: string): string => `
static void inner(struct seq_file *m, struct mm_struct *mm)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset(mm, addr);

		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, addr)));
	}
}
static void outer(struct seq_file *m, struct mm_struct *which)
{
	mmap_write_lock(which);
	inner(m, ${mm});
	mmap_write_unlock(which);
}
${show('outer(m, &init_mm);')}`;
    expect(hugeVmap(text('which'))).toEqual([]);
    expect(hugeVmap(text('current->mm'))).toEqual([]);
    expect(hugeVmap(text('&init_mm'))).toEqual([]);
  });
});

describe('wrappers', () => {
  const wrappers = `
static void tables_lock(struct mm_struct *mm)
{
	get_online_mems();
	mmap_write_lock(mm);
}
static void tables_unlock(struct mm_struct *mm)
{
	mmap_write_unlock(mm);
	put_online_mems();
}
`;
  const scan = (body: string): readonly string[] => scanText(SWEEP + wrappers + show(body)).findings;

  it('that take the locks for their caller', () => {
    expect(scan('tables_lock(&init_mm);\n\tsweep(m);\n\ttables_unlock(&init_mm);')).toEqual([]);
    expect(scan('tables_lock(&init_mm);\n\ttables_unlock(&init_mm);\n\tsweep(m);')).toHaveLength(2);
  });

  it('that take them of the mm that they are given', () => {
    expect(scan('tables_lock(current->mm);\n\tsweep(m);\n\ttables_unlock(current->mm);')).toEqual([
      'warning huge-vmap: tables_show > sweep [mem_hotplug_lock, mmap_lock(current->mm)]',
    ]);
  });

  it('that take the lock or return an error', () => {
    const may = `
static int tables_lock_killable(struct mm_struct *mm)
{
	get_online_mems();
	if (!mmap_write_lock_killable(mm))
		return 0;
	put_online_mems();
	return -EINTR;
}
`;
    const with_ = (body: string): readonly string[] =>
      scanText(SWEEP + may + show(`${body}\n\tmmap_write_unlock(&init_mm);\n\tput_online_mems();`)).findings;
    expect(with_('if (tables_lock_killable(&init_mm))\n\t\treturn -EINTR;\n\tsweep(m);')).toEqual([]);
    expect(with_('tables_lock_killable(&init_mm);\n\tsweep(m);')).toHaveLength(2);
  });

  it('that are a bool trylock', () => {
    const may = `
static bool tables_trylock(void)
{
	if (!mmap_write_trylock(&init_mm))
		return false;
	return true;
}
`;
    const with_ = (body: string): readonly string[] => hugeVmap(SWEEP + may + show(body));
    expect(with_('if (tables_trylock())\n\t\tsweep(m);')).toEqual([]);
    expect(with_('if (!tables_trylock())\n\t\tsweep(m);')).toEqual([
      'warning huge-vmap: tables_show > sweep',
    ]);
  });

  it('of wrappers', () => {
    const more = `
static void all_lock(void)
{
	tables_lock(&init_mm);
}
`;
    const whole = show('all_lock();\n\tsweep(m);\n\ttables_unlock(&init_mm);');
    expect(scanText(SWEEP + wrappers + more + whole).findings).toEqual([]);
  });

  it('that let go and take again: what was seen before may be gone, but the walk behind is covered', () => {
    const relax = `
static void relax(struct seq_file *m)
{
	put_online_mems();
	cond_resched();
	get_online_mems();
}
`;
    expect(
      hotRemove(SWEEP + relax + show('get_online_mems();\n\trelax(m);\n\tsweep(m);\n\tput_online_mems();')),
    ).toEqual([]);
  });

  it('that let go of what the caller holds', () => {
    const drop = `
static void done(struct seq_file *m)
{
	put_online_mems();
	seq_puts(m, "done");
}
`;
    expect(hotRemove(SWEEP + drop + show('get_online_mems();\n\tdone(m);\n\tsweep(m);'))).toEqual([
      UNPROTECTED,
    ]);
    expect(hotRemove(SWEEP + drop + show('get_online_mems();\n\tsweep(m);\n\tdone(m);'))).toEqual([]);
  });
});

describe('assertions are preconditions', () => {
  const asserting = (assertion: string): string => `${SWEEP}
static void sweep_locked(struct seq_file *m)
{
	${assertion}
	sweep(m);
}
`;

  it.each([
    'lockdep_assert_held(&mem_hotplug_lock);',
    'lockdep_assert_held_read(&mem_hotplug_lock);',
    'percpu_rwsem_assert_held(&mem_hotplug_lock);',
  ])('%s holds nothing when the caller does not', (assertion) => {
    expect(hotRemove(asserting(assertion) + show('sweep_locked(m);'))).toEqual([
      'warning hot-remove: tables_show > sweep_locked > sweep',
    ]);
    expect(
      hotRemove(asserting(assertion) + show('get_online_mems();\n\tsweep_locked(m);\n\tput_online_mems();')),
    ).toEqual([]);
  });

  it('of a mode', () => {
    const text = asserting('mmap_assert_write_locked(&init_mm);');
    expect(hugeVmap(text + show('mmap_write_lock(&init_mm);\n\tsweep_locked(m);'))).toEqual([]);
    expect(hugeVmap(text + show('mmap_read_lock(&init_mm);\n\tsweep_locked(m);'))).toEqual([
      'warning huge-vmap: tables_show > sweep_locked > sweep [mmap_lock(init_mm):read]',
    ]);
  });

  it('are believed where no caller is seen', () => {
    const exported = `${SWEEP}
void sweep_exported(struct seq_file *m)
{
	lockdep_assert_held(&mem_hotplug_lock);
	sweep(m);
}
EXPORT_SYMBOL_GPL(sweep_exported);
`;
    expect(hotRemove(exported)).toEqual([]);
    expect(hotRemove(exported.replace(/\tlockdep.*\n/, ''))).toEqual([
      'warning hot-remove: sweep_exported > sweep',
    ]);
  });
});
