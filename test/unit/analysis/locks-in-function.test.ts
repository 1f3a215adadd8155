/** One function that takes the lock around a sweep of the kernel's tables, in all the ways in which that goes right and wrong. */
import { describe, expect, it } from 'vitest';
import { dump, SWEEP, show, UNPROTECTED } from './kernel-c.js';
import { hotRemove, hugeVmap, scanText } from './scan-text.js';

describe('the lock around the walk', () => {
  it('nothing is held: each freer that can meet the walk is told', () => {
    expect(scanText(dump('sweep(m);')).findings).toEqual([
      'warning hot-remove: tables_show > sweep',
      'warning huge-vmap: tables_show > sweep',
    ]);
  });

  it('get_online_mems() keeps hot-remove out, and nothing else', () => {
    expect(scanText(dump('get_online_mems();\n\tsweep(m);\n\tput_online_mems();')).findings).toEqual([
      'warning huge-vmap: tables_show > sweep [mem_hotplug_lock]',
    ]);
  });

  it('both locks keep both freers out', () => {
    const { findings, walkers } = scanText(
      dump(`
	get_online_mems();
	mmap_write_lock(&init_mm);
	sweep(m);
	mmap_write_unlock(&init_mm);
	put_online_mems();`),
    );
    expect(findings).toEqual([]);
    expect(walkers).toEqual(['sweep: kernel; tables_show > sweep [mem_hotplug_lock, mmap_lock(init_mm)]']);
  });

  it('in the function that walks itself', () => {
    const inside = (before: string, after: string): string => `
static int tables_show(struct seq_file *m, void *v)
{
	unsigned long addr;

	${before}
	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(addr);

		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, addr)));
	}
	${after}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);
`;
    expect(hotRemove(inside('', ''))).toEqual(['warning hot-remove: tables_show']);
    expect(hotRemove(inside('get_online_mems();', 'put_online_mems();'))).toEqual([]);
    expect(hotRemove(inside('get_online_mems();\n\tput_online_mems();', ''))).toEqual([
      'warning hot-remove: tables_show',
    ]);
  });
});

describe('a lock that does not cover the walk', () => {
  it.each([
    ['is let go before it', 'get_online_mems();\n\tput_online_mems();\n\tsweep(m);'],
    ['is taken after it', 'sweep(m);\n\tget_online_mems();\n\tput_online_mems();'],
    ['is let go first and taken last', 'put_online_mems();\n\tsweep(m);\n\tget_online_mems();'],
    [
      'covers only the first of two walks',
      'get_online_mems();\n\tsweep(m);\n\tput_online_mems();\n\tsweep(m);',
    ],
    ['is taken only if', 'if (v)\n\t\tget_online_mems();\n\tsweep(m);\n\tif (v)\n\t\tput_online_mems();'],
    ['is let go only if', 'get_online_mems();\n\tif (v)\n\t\tput_online_mems();\n\tsweep(m);'],
    [
      'is missing in one case of a switch',
      'switch (m->index) {\n\tcase 0:\n\t\tget_online_mems();\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n\t}\n\tsweep(m);',
    ],
  ])('%s', (_, body) => {
    expect(hotRemove(dump(body))).toEqual([UNPROTECTED]);
  });

  it('taken on all branches it covers', () => {
    expect(
      hotRemove(
        dump(
          'if (v)\n\t\tget_online_mems();\n\telse\n\t\tget_online_mems();\n\tsweep(m);\n\tput_online_mems();',
        ),
      ),
    ).toEqual([]);
  });

  it('is let go in a loop after the first turn; taken in each turn, it covers', () => {
    expect(
      hotRemove(
        dump(
          'int i;\n\n\tget_online_mems();\n\tfor (i = 0; i < 2; i++) {\n\t\tsweep(m);\n\t\tput_online_mems();\n\t}',
        ),
      ),
    ).toEqual([UNPROTECTED]);
    expect(
      hotRemove(
        dump(
          'int i;\n\n\tfor (i = 0; i < 2; i++) {\n\t\tget_online_mems();\n\t\tsweep(m);\n\t\tput_online_mems();\n\t}',
        ),
      ),
    ).toEqual([]);
  });
});

describe('ways out', () => {
  it('an early return with the lock held is no matter of the walk', () => {
    expect(
      hotRemove(
        dump('get_online_mems();\n\tif (!v)\n\t\treturn -EINVAL;\n\tsweep(m);\n\tput_online_mems();'),
      ),
    ).toEqual([]);
  });

  it('goto: the walk behind the label that unlocks, and before it', () => {
    const body = (before: string, after: string): string => `
	int err = 0;

	get_online_mems();
	err = prepare(m);
	if (err)
		goto out;
	${before}
out:
	put_online_mems();
	${after}`;
    expect(hotRemove(dump(body('sweep(m);', '')))).toEqual([]);
    expect(hotRemove(dump(body('', 'sweep(m);')))).toEqual([UNPROTECTED]);
  });

  it('goto over the lock: a way to the walk without it', () => {
    const body = (label: string): string => `
	if (m->private)
		goto ${label};
	get_online_mems();
walk:
	sweep(m);
	put_online_mems();
done:`;
    expect(hotRemove(dump(body('walk')))).toEqual([UNPROTECTED]);
    expect(hotRemove(dump(body('done')))).toEqual([]);
  });

  it('an unlock on the error way alone', () => {
    expect(
      hotRemove(
        dump(`
	get_online_mems();
	if (prepare(m)) {
		put_online_mems();
		return -EIO;
	}
	sweep(m);
	put_online_mems();`),
      ),
    ).toEqual([]);
    expect(
      hotRemove(
        dump(`
	get_online_mems();
	if (prepare(m))
		put_online_mems();
	sweep(m);`),
      ),
    ).toEqual([UNPROTECTED]);
  });
});

describe('locks that may not be taken', () => {
  const held = 'warning hot-remove: tables_show > sweep [mmap_lock(init_mm)]';

  it.each([
    ['trylock, its failure left', 'if (!mmap_write_trylock(&init_mm))\n\t\treturn -EAGAIN;\n\tsweep(m);'],
    ['trylock, its success entered', 'if (mmap_write_trylock(&init_mm))\n\t\tsweep(m);'],
    ['trylock in a variable', 'bool ok = mmap_write_trylock(&init_mm);\n\n\tif (ok)\n\t\tsweep(m);'],
    ['killable, 0 is success', 'if (mmap_write_lock_killable(&init_mm))\n\t\treturn -EINTR;\n\tsweep(m);'],
    [
      'killable, by its error',
      'int err = mmap_write_lock_killable(&init_mm);\n\n\tif (err)\n\t\treturn err;\n\tsweep(m);',
    ],
    [
      'killable, tested for < 0',
      'int err = mmap_write_lock_killable(&init_mm);\n\n\tif (err < 0)\n\t\treturn err;\n\tsweep(m);',
    ],
    [
      'down_write_killable()',
      'if (down_write_killable(&init_mm.mmap_lock))\n\t\treturn -EINTR;\n\tsweep(m);',
    ],
    ['nested', 'mmap_write_lock_nested(&init_mm, SINGLE_DEPTH_NESTING);\n\tsweep(m);'],
  ])('held: %s', (_, body) => {
    expect(hugeVmap(dump(body))).toEqual([]);
    expect(hotRemove(dump(body))).toEqual([held]);
  });

  it.each([
    ['trylock, its result dropped', 'mmap_write_trylock(&init_mm);\n\tsweep(m);'],
    ['trylock, its failure entered', 'if (!mmap_write_trylock(&init_mm))\n\t\tsweep(m);'],
    [
      'trylock in a variable, the wrong way round',
      'bool ok = mmap_write_trylock(&init_mm);\n\n\tif (!ok)\n\t\tsweep(m);',
    ],
    [
      'killable, taken for a truth',
      'if (!mmap_write_lock_killable(&init_mm))\n\t\treturn -EINTR;\n\tsweep(m);',
    ],
    ['killable, its error dropped', 'mmap_write_lock_killable(&init_mm);\n\tsweep(m);'],
    ['read trylock against a reader', 'if (mmap_read_trylock(&init_mm))\n\t\tsweep(m);'],
  ])('not held: %s', (_, body) => {
    expect(hugeVmap(dump(body))).toHaveLength(1);
  });

  it('a flag that remembers whether it was taken', () => {
    const body = (test: string): string => `
	bool locked = false;

	if (v) {
		get_online_mems();
		locked = true;
	}
	if (${test})
		sweep(m);
	if (locked)
		put_online_mems();`;
    expect(hotRemove(dump(body('locked')))).toEqual([]);
    expect(hotRemove(dump(body('!locked')))).toEqual([UNPROTECTED]);
  });
});

describe('scoped locks', () => {
  it.each([
    ['guard()', 'guard(percpu_read)(&mem_hotplug_lock);\n\tsweep(m);'],
    ['scoped_guard() around it', 'scoped_guard(percpu_read, &mem_hotplug_lock)\n\t\tsweep(m);'],
    ['scoped_guard() with a block', 'scoped_guard(percpu_read, &mem_hotplug_lock) {\n\t\tsweep(m);\n\t}'],
  ])('held: %s', (_, body) => {
    expect(hotRemove(dump(body))).toEqual([]);
  });

  it.each([
    ['guard() in a block that has ended', '{\n\t\tguard(percpu_read)(&mem_hotplug_lock);\n\t}\n\tsweep(m);'],
    ['guard() after it', 'sweep(m);\n\tguard(percpu_read)(&mem_hotplug_lock);'],
    ['scoped_guard() that has ended', 'scoped_guard(percpu_read, &mem_hotplug_lock) {\n\t}\n\tsweep(m);'],
    ['guard() of one branch', 'if (v) {\n\t\tguard(percpu_read)(&mem_hotplug_lock);\n\t}\n\tsweep(m);'],
    ['guard() of another lock', 'guard(mutex)(&tables_mutex);\n\tsweep(m);'],
  ])('not held: %s', (_, body) => {
    expect(hotRemove(dump(body))).toHaveLength(1);
  });

  it('guard(mmap_write_lock) is a writer, guard(mmap_read_lock) a reader', () => {
    expect(hugeVmap(dump('guard(mmap_write_lock)(&init_mm);\n\tsweep(m);'))).toEqual([]);
    expect(hugeVmap(dump('guard(mmap_read_lock)(&init_mm);\n\tsweep(m);'))).toEqual([
      'warning huge-vmap: tables_show > sweep [mmap_lock(init_mm):read]',
    ]);
  });

  it('scoped_cond_guard() runs its block only with the lock', () => {
    expect(
      hugeVmap(dump('scoped_cond_guard(rwsem_write_try, return -EAGAIN, &init_mm.mmap_lock)\n\t\tsweep(m);')),
    ).toEqual([]);
  });
});

describe('mode and instance', () => {
  it.each([
    ['write', 'mmap_write_lock(&init_mm);\n\tsweep(m);', []],
    ['read against a reader', 'mmap_read_lock(&init_mm);\n\tsweep(m);', ['[mmap_lock(init_mm):read]']],
    [
      'write, downgraded',
      'mmap_write_lock(&init_mm);\n\tmmap_write_downgrade(&init_mm);\n\tsweep(m);',
      ['[mmap_lock(init_mm):read]'],
    ],
    ["current's", 'mmap_write_lock(current->mm);\n\tsweep(m);', ['[mmap_lock(current->mm)]']],
    ['by the rwsem itself', 'down_write(&init_mm.mmap_lock);\n\tsweep(m);', []],
    ['by the rwsem, for read', 'down_read(&init_mm.mmap_lock);\n\tsweep(m);', ['[mmap_lock(init_mm):read]']],
    ['through a variable', 'struct mm_struct *mm = &init_mm;\n\n\tmmap_write_lock(mm);\n\tsweep(m);', []],
    [
      'through a variable that is another',
      'struct mm_struct *mm = current->mm;\n\n\tmmap_write_lock(mm);\n\tsweep(m);',
      ['[mmap_lock(current->mm)]'],
    ],
  ])('mmap_lock: %s', (_, body, held) => {
    expect(hugeVmap(dump(body))).toEqual(
      held.map((each) => `warning huge-vmap: tables_show > sweep ${each}`),
    );
  });

  it('what looks like a protection and is none against hot-remove', () => {
    const holding = (body: string): readonly string[] =>
      hotRemove(dump(`${body}\n\tsweep(m);`)).map((line) => line.replace(/^.*sweep ?/, ''));
    expect(holding('rcu_read_lock();')).toEqual(['[rcu]']);
    expect(holding('local_irq_disable();')).toEqual(['[irq]']);
    expect(holding('preempt_disable();')).toEqual(['[preempt]']);
    expect(holding('spin_lock(&init_mm.page_table_lock);')).toEqual(['[page_table_lock(init_mm)]']);
    expect(holding('cpus_read_lock();')).toEqual(['[cpu_hotplug_lock]']);
    expect(holding('mutex_lock(&text_mutex);')).toEqual(['[text_mutex]']);
  });

  it('the writer itself excludes the other writer', () => {
    expect(hotRemove(dump('mem_hotplug_begin();\n\tsweep(m);\n\tmem_hotplug_done();'))).toEqual([]);
  });
});

describe('conditional locking', () => {
  const walk = `
static void walk_mm(struct seq_file *m, struct mm_struct *mm)
{
	unsigned long addr;

	LOCK
	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset(mm, addr);

		if (!pgd_none(*pgd))
			seq_printf(m, "%llx", (u64)p4d_val(*p4d_offset(pgd, addr)));
	}
}
`;
  const scan = (lock: string, mm: string): readonly string[] =>
    hugeVmap(walk.replace('LOCK', lock) + show(`walk_mm(m, ${mm});`));

  it('`if (mm != &init_mm)` is decided by what the caller passes', () => {
    const lock = 'if (mm != &init_mm)\n\t\tmmap_write_lock(mm);';
    expect(scan(lock, '&init_mm')).toEqual(['warning huge-vmap: tables_show > walk_mm']);
    expect(scan(lock, 'current->mm')).toEqual([]);
  });

  it('`if (mm == &init_mm)` likewise', () => {
    const lock = 'if (mm == &init_mm)\n\t\tmmap_write_lock(mm);';
    expect(scan(lock, '&init_mm')).toEqual([]);
  });

  it('the lock of the mm that is walked', () => {
    expect(scan('mmap_write_lock(mm);', '&init_mm')).toEqual([]);
    expect(scan('mmap_read_lock(mm);', '&init_mm')).toEqual([
      'warning huge-vmap: tables_show > walk_mm [mmap_lock(init_mm):read]',
    ]);
    expect(scan('mmap_write_lock(current->mm);', '&init_mm')).toEqual([
      'warning huge-vmap: tables_show > walk_mm [mmap_lock(current->mm)]',
    ]);
  });
});

describe('locks in macros', () => {
  it('a macro that wraps the lock call', () => {
    const macros = '#define tables_lock() get_online_mems()\n#define tables_unlock() put_online_mems()\n';
    expect(hotRemove(SWEEP + macros + show('tables_lock();\n\tsweep(m);\n\ttables_unlock();'))).toEqual([]);
    expect(hotRemove(SWEEP + macros + show('tables_lock();\n\ttables_unlock();\n\tsweep(m);'))).toEqual([
      UNPROTECTED,
    ]);
  });

  it('a macro with statements and a parameter', () => {
    const macro = `
#define lock_both(mm)			\\
	do {				\\
		get_online_mems();	\\
		mmap_write_lock(mm);	\\
	} while (0)
`;
    const unlock = (mm: string): string => `mmap_write_unlock(${mm});\n\tput_online_mems();`;
    expect(
      scanText(SWEEP + macro + show(`lock_both(&init_mm);\n\tsweep(m);\n\t${unlock('&init_mm')}`)).findings,
    ).toEqual([]);
    expect(
      scanText(SWEEP + macro + show(`lock_both(current->mm);\n\tsweep(m);\n\t${unlock('current->mm')}`))
        .findings,
    ).toEqual(['warning huge-vmap: tables_show > sweep [mem_hotplug_lock, mmap_lock(current->mm)]']);
  });

  it('a macro that wraps the walk', () => {
    const macro = '#define walk_all(m) sweep(m)\n';
    expect(
      hotRemove(SWEEP + macro + show('get_online_mems();\n\twalk_all(m);\n\tput_online_mems();')),
    ).toEqual([]);
    expect(hotRemove(SWEEP + macro + show('walk_all(m);'))).toEqual([UNPROTECTED]);
  });
});
