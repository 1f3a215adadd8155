/** lock/sleep-in-atomic, lock/order, lock/recursive-read: where a lock is waited for, and what is held there. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

/** The findings of one of the three rules, without replay: the machine of the locks alone always runs. */
const foundBy = (rule: string, texts: Texts | string): readonly string[] =>
  scanText(texts, { whole: true }).findings.filter((line) => line.includes(` ${rule}: `));

const sleeps = (texts: Texts | string): readonly string[] => foundBy('sleep-in-atomic', texts);
const order = (texts: Texts | string): readonly string[] => foundBy('order', texts);
const again = (texts: Texts | string): readonly string[] => foundBy('recursive-read', texts);

/** A debugfs file that is shown by this body. */
const show = (body: string): string => `
static int tables_show(struct seq_file *m, void *v)
{
	struct mm_struct *mm = get_task_mm(m->private);
	unsigned long flags;

${body}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);
`;

describe('a lock that sleeps, where nobody may sleep', () => {
  it.each([
    ['an RCU section', 'rcu_read_lock();', 'rcu_read_unlock();'],
    ['a spinlock of its own', 'spin_lock(&dump_lock);', 'spin_unlock(&dump_lock);'],
    ['a page table lock', 'spin_lock(&mm->page_table_lock);', 'spin_unlock(&mm->page_table_lock);'],
    ['interrupts off', 'local_irq_save(flags);', 'local_irq_restore(flags);'],
    ['preemption off', 'preempt_disable();', 'preempt_enable();'],
    ['a lock for readers that spin', 'read_lock(&tasklist_lock);', 'read_unlock(&tasklist_lock);'],
  ])('inside %s; after it, it is fine', (_, enter, leave) => {
    const take = 'get_online_mems();\n\tput_online_mems();';
    expect(sleeps(show(`\t${enter}\n\t${take}\n\t${leave}`))).toHaveLength(1);
    expect(sleeps(show(`\t${enter}\n\t${leave}\n\t${take}`))).toEqual([]);
  });
});

describe('a lock that sleeps, in a function that is called', () => {
  const below = (hold: readonly [string, string]): string => `
static void count_sections(struct seq_file *m)
{
	get_online_mems();
	seq_puts(m, "counting");
	put_online_mems();
}
static void count_all(struct seq_file *m)
{
	count_sections(m);
}
${show(`\t${hold[0]}\n\tcount_all(m);\n\t${hold[1]}`)}`;

  it('two calls below the RCU section: who holds it is told', () => {
    expect(sleeps(below(['rcu_read_lock();', 'rcu_read_unlock();']))).toEqual([
      'warning sleep-in-atomic: tables_show > count_all > count_sections [rcu]',
    ]);
  });

  it('two calls below a mutex is fine', () => {
    expect(sleeps(below(['mutex_lock(&dump_mutex);', 'mutex_unlock(&dump_mutex);']))).toEqual([]);
  });

  it('in another file, which takes it as its own business', () => {
    const files = (enter: string, leave: string): Texts => ({
      'mm/count.c': `
void count_sections(void)
{
	get_online_mems();
	put_online_mems();
}
`,
      'mm/show.c': `void count_sections(void);\n${show(`\t${enter}\n\tcount_sections();\n\t${leave}`)}`,
    });
    expect(sleeps(files('spin_lock(&list_lock);', 'spin_unlock(&list_lock);'))).toHaveLength(1);
    expect(sleeps(files('', ''))).toEqual([]);
  });

  it('from an interrupt handler; from a thread it is fine', () => {
    const text = (start: string): string => `
static irqreturn_t memory_event(int irq, void *data)
{
	get_online_mems();
	put_online_mems();
	return IRQ_HANDLED;
}
static int event_probe(struct platform_device *pdev)
{
	return ${start};
}
static struct platform_driver event_driver = { .probe = event_probe };
`;
    expect(sleeps(text('request_irq(4, memory_event, 0, "memory", pdev)'))).toHaveLength(1);
    expect(sleeps(text('request_threaded_irq(4, NULL, memory_event, 0, "memory", pdev)'))).toEqual([]);
  });
});

describe('a function that asks whether it may sleep', () => {
  const text = (ask: string, [enter, leave]: readonly [string, string]): string => `
static void copy_page_in(struct mm_struct *mm)
{
	${ask}
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
}
${show(`\t${enter}\n\tcopy_page_in(mm);\n\t${leave}`)}`;
  const RCU = ['rcu_read_lock();', 'rcu_read_unlock();'] as const;

  it('is believed, below the one that may not', () => {
    expect(sleeps(text('if (faulthandler_disabled())\n\t\treturn;', RCU))).toEqual([]);
    expect(sleeps(text('if (mm->owner)\n\t\treturn;', RCU))).toHaveLength(1);
  });

  it('may wait for itself all the same', () => {
    const held = ['mmap_read_lock(mm);', 'mmap_read_unlock(mm);'] as const;
    expect(again(text('if (in_interrupt())\n\t\treturn;', held))).toHaveLength(1);
  });
});

describe('a lock that only tries', () => {
  it('does not sleep', () => {
    const body = (take: string): string =>
      show(`\trcu_read_lock();\n\tif (${take})\n\t\tmmap_read_unlock(mm);\n\trcu_read_unlock();`);
    expect(sleeps(body('mmap_read_trylock(mm)'))).toEqual([]);
    expect(sleeps(body('!mmap_read_lock_killable(mm)'))).toHaveLength(1);
  });
});

describe('a lock that is let go first', () => {
  it('by the function, by a helper, or by the scope of a guard', () => {
    const take = 'mmap_read_lock(mm);\n\tmmap_read_unlock(mm);';
    const helper = (body: string): string =>
      `static void leave(void)\n{\n\tspin_unlock(&list_lock);\n}\n${show(body)}`;
    expect(sleeps(helper(`\tspin_lock(&list_lock);\n\tleave();\n\t${take}`))).toEqual([]);
    expect(sleeps(helper(`\tspin_lock(&list_lock);\n\t${take}\n\tleave();`))).toHaveLength(1);
    expect(sleeps(show(`\tscoped_guard(rcu) {\n\t\tseq_puts(m, "");\n\t}\n\t${take}`))).toEqual([]);
    expect(sleeps(show(`\tscoped_guard(rcu) {\n\t\t${take}\n\t}`))).toHaveLength(1);
  });

  it('on one way only: the other way is not told, for it may be impossible', () => {
    const body = `\tif (m->private)\n\t\tspin_lock(&list_lock);\n\tif (!m->private) {\n\t\tmmap_read_lock(mm);\n\t\tmmap_read_unlock(mm);\n\t}`;
    expect(sleeps(show(body))).toEqual([]);
  });

  it('by a callee that drops the lock of its caller and takes it back', () => {
    const text = (drop: string, retake: string): string => `
static void wait_for_mm(struct mm_struct *mm)
{
	${drop}
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	${retake}
}
${show('\tspin_lock(&mm->page_table_lock);\n\twait_for_mm(mm);\n\tspin_unlock(&mm->page_table_lock);')}`;
    expect(sleeps(text('spin_unlock(&mm->page_table_lock);', 'spin_lock(&mm->page_table_lock);'))).toEqual(
      [],
    );
    expect(sleeps(text('', ''))).toHaveLength(1);
  });
});

describe("the kernel's own order", () => {
  const inverted =
    '\tmmap_write_lock(&init_mm);\n\tget_online_mems();\n\tput_online_mems();\n\tmmap_write_unlock(&init_mm);';
  const right =
    '\tget_online_mems();\n\tmmap_write_lock(&init_mm);\n\tmmap_write_unlock(&init_mm);\n\tput_online_mems();';

  it('hotplug lock, then mmap lock: the other way round is told', () => {
    expect(order(show(right))).toEqual([]);
    expect(order(show(inverted))).toEqual(['error order: tables_show [mmap_lock(init_mm)]']);
  });

  it('the old name of the mmap lock is the same lock', () => {
    expect(
      order(
        show(
          '\tdown_read(&mm->mmap_sem);\n\tget_online_mems();\n\tput_online_mems();\n\tup_read(&mm->mmap_sem);',
        ),
      ),
    ).toHaveLength(1);
  });

  it('mmap lock, then the locks of the reverse map', () => {
    const both = (first: string, then: string): string =>
      show(`\t${first}\n\t${then}\n\ti_mmap_unlock_read(m->private);\n\tmmap_read_unlock(mm);`);
    expect(order(both('mmap_read_lock(mm);', 'i_mmap_lock_read(m->private);'))).toEqual([]);
    expect(order(both('i_mmap_lock_read(m->private);', 'mmap_read_lock(mm);'))).toHaveLength(1);
    expect(
      order(both('i_mmap_lock_read(m->private);', 'if (!mmap_read_trylock(mm))\n\t\treturn 0;')),
    ).toEqual([]);
  });

  it('holds across calls', () => {
    const text = (enter: string, leave: string): string => `
static void dump_all(struct seq_file *m)
{
	get_online_mems();
	seq_puts(m, "dump");
	put_online_mems();
}
${show(`\t${enter}\n\tdump_all(m);\n\t${leave}`)}`;
    expect(order(text('mmap_read_lock(mm);', 'mmap_read_unlock(mm);'))).toEqual([
      'error order: tables_show > dump_all [mmap_lock(mm):read]',
    ]);
    expect(order(text('mutex_lock(&dump_mutex);', 'mutex_unlock(&dump_mutex);'))).toEqual([]);
    expect(order(text('lock_device_hotplug();', 'unlock_device_hotplug();'))).toEqual([]);
  });

  it('locks that nothing orders may be taken either way', () => {
    const body = (first: string, then: string): string =>
      show(
        `\tmutex_lock(&${first});\n\tmutex_lock(&${then});\n\tmutex_unlock(&${then});\n\tmutex_unlock(&${first});`,
      );
    expect(order(body('a_mutex', 'b_mutex'))).toEqual([]);
    expect(order(body('b_mutex', 'a_mutex'))).toEqual([]);
  });

  it('does not bind at boot', () => {
    expect(order(`static int __init dump_init(void)\n{\n${inverted}\n\treturn 0;\n}\n`)).toEqual([]);
  });
});

describe('a fair lock that is taken again', () => {
  const twice = (outer: string, inner: string, between = ''): string =>
    show(
      `\t${outer}_lock(mm);\n\t${between}\n\t${inner}_lock(mm);\n\t${inner}_unlock(mm);\n\t${outer}_unlock(mm);`,
    );

  it('for read, by its reader: a writer may come between', () => {
    expect(again(twice('mmap_read', 'mmap_read'))).toEqual([
      'error recursive-read: tables_show [mmap_lock(mm):read]',
    ]);
    expect(again(twice('mmap_read', 'mmap_read', 'mmap_read_unlock(mm);'))).toEqual([]);
    expect(again(twice('mmap_write', 'mmap_read'))).toHaveLength(1);
  });

  it('or not, as a flag of the callers says: an assertion does not tell which', () => {
    const text = (asks: string, enter: string): string => `
static long read_pages(struct mm_struct *mm, int *locked)
{
	long ret;

	if (!mm->total_vm)
		return 0;
	${asks} {
		mmap_read_lock(mm);
		*locked = 1;
	}
	ret = read_some(mm, locked);
	mmap_read_unlock(mm);
	return ret;
}
long read_range(struct mm_struct *mm, int *locked)
{
	${enter}
	return read_pages(mm, locked);
}
`;
    expect(again(text('if (!*locked)', 'mmap_assert_locked(mm);'))).toEqual([]);
    expect(again(text('', 'mmap_assert_locked(mm);'))).toEqual([
      'warning recursive-read: read_range > read_pages [mmap_lock(mm):read (asserted)]',
    ]);
  });

  it('of another object is another lock', () => {
    const body =
      '\tstruct mm_struct *other = m->file;\n\n\tmmap_read_lock(mm);\n\tmmap_read_lock(other);\n\tmmap_read_unlock(other);\n\tmmap_read_unlock(mm);';
    expect(again(show(body))).toEqual([]);
  });

  const common = `
void walk_all(struct seq_file *m, struct mm_struct *mm)
{
	get_online_mems();
	mmap_write_lock(mm);
	seq_puts(m, "walk");
	mmap_write_unlock(mm);
	put_online_mems();
}
`;

  it('by a function that the holder calls, in another file', () => {
    const files = (enter: string, leave: string): Texts => ({
      'mm/common.c': common,
      'mm/show.c': `void walk_all(struct seq_file *m, struct mm_struct *mm);\n${show(`\t${enter}\n\twalk_all(m, mm);\n\t${leave}`)}`,
    });
    expect(again(files('get_online_mems();', 'put_online_mems();'))).toEqual([
      'error recursive-read: tables_show > walk_all [mem_hotplug_lock]',
    ]);
    expect(again(files('', ''))).toEqual([]);
    expect(again(files('mmap_read_lock(mm);', 'mmap_read_unlock(mm);'))).toHaveLength(1);
    expect(again(files('mmap_read_lock(current->mm);', 'mmap_read_unlock(current->mm);'))).toEqual([]);
  });

  it('by a callee that has an mm of its own: the names say nothing', () => {
    const text = (mm: string): string => `
static void walk_task(struct task_struct *task, struct mm_struct *given)
{
	struct mm_struct *mm = ${mm};

	mmap_read_lock(mm);
	mmap_read_unlock(mm);
}
${show('\tmmap_read_lock(mm);\n\twalk_task(m->file, mm);\n\tmmap_read_unlock(mm);')}`;
    expect(again(text('get_task_mm(task)'))).toEqual([]);
    expect(again(text('given'))).toHaveLength(1);
  });

  it('only where its caller says that nobody has it', () => {
    const text = (locked: string): string => `
static void walk_mm(struct mm_struct *mm, bool locked)
{
	if (!locked)
		mmap_read_lock(mm);
	if (!locked)
		mmap_read_unlock(mm);
}
${show(`\tmmap_read_lock(mm);\n\twalk_mm(mm, ${locked});\n\tmmap_read_unlock(mm);`)}`;
    expect(again(text('true'))).toEqual([]);
    expect(again(text('false'))).toHaveLength(1);
  });

  it('not where a callee has told that it let go of it: through a flag of the caller, however far it is passed', () => {
    const text = (retake: string): string => `
static long pages_of(struct mm_struct *mm, int *locked)
{
	long ret = fault_in(mm, locked);

	if (${retake})
		return ret;
	mmap_read_lock(mm);
	*locked = 1;
	return ret;
}
${show('\tint locked = 1;\n\n\tmmap_read_lock(mm);\n\tpages_of(mm, &locked);\n\tif (locked)\n\t\tmmap_read_unlock(mm);')}`;
    expect(again(text('*locked'))).toEqual([]);
    expect(again(text('ret < 0'))).toHaveLength(1);
  });

  it('in a loop, let go in each round', () => {
    expect(again(show('\twhile (m->count) {\n\t\tget_online_mems();\n\t\tput_online_mems();\n\t}'))).toEqual(
      [],
    );
  });

  it('is proved by the machine: the deadlock has a schedule', () => {
    const [finding] = scanText(twice('mmap_read', 'mmap_read'), { whole: true }).report.findings.filter(
      ({ rule }) => rule === 'lock/recursive-read',
    );
    expect(finding).toMatchObject({ verdict: 'confirmed', consequence: 'deadlock' });
    expect(finding?.states).toBeGreaterThan(5);
  });
});
