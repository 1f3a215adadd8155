/** lock/leak: ways out on which a protection is still held. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const messages = (texts: Texts | string): readonly string[] =>
  scanText(texts)
    .report.findings.filter(({ rule }) => rule === 'lock/leak')
    .map(({ message }) => message.replace(/,? (taken|it did so) in line \d+/, ''));

/** A function that looks at an mm, with this body, and a caller that knows nothing of locks. */
const look = (body: string, before = ''): string => `
${before}
static int look_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = 0;

${body}
	return ret;
}
SYSCALL_DEFINE1(look, unsigned long, addr)
{
	return look_at(current->mm, addr);
}
`;
const leaks = (body: string, before?: string): readonly string[] => messages(look(body, before));

const HELD = ['look_at() leaves with mmap_lock(mm) held, which it lets go on other ways out'];
const FIND = 'vma = find_vma(mm, addr);';

describe('a lock', () => {
  it('that is let go on every way out is fine; on one way less it is found', () => {
    const body = (leave: string): string =>
      `mmap_read_lock(mm);\n${FIND}\nif (!vma) ${leave}\nmmap_read_unlock(mm);`;
    expect(leaks(body('{ mmap_read_unlock(mm); return -ENOENT; }'))).toEqual([]);
    expect(leaks(body('return -ENOENT;'))).toEqual(HELD);
  });

  it('that an error skips over the release is found', () => {
    const body = (label: string): string =>
      `get_online_mems();\nret = walk_all(mm);\nif (ret)\n goto ${label};\nnote_all(mm);\nout_unlock:\nput_online_mems();\nout:\n`;
    expect(leaks(body('out_unlock'))).toEqual([]);
    expect(leaks(body('out'))).toEqual([
      'look_at() leaves with mem_hotplug_lock held, which it lets go on other ways out',
    ]);
  });

  it('is among what is held where it leaks, though other ways come there without it', () => {
    const body = `get_online_mems();\nret = walk_all(mm);\nif (ret)\n goto out;\nput_online_mems();\nout:\n`;
    expect(scanText(look(body)).report.findings.map(({ held, chain }) => [held, chain[0]?.held])).toEqual([
      [['mem_hotplug_lock'], ['mem_hotplug_lock']],
    ]);
  });

  it('is not let go by a call that lets a mutex go', () => {
    const below = `
static void note_done(void)
{
	mutex_unlock(&note_mutex);
}
static void note_all(struct mm_struct *mm)
{
	mutex_lock(&note_mutex);
	note_done();
}`;
    const body = `get_online_mems();\nnote_all(mm);\nret = walk_all(mm);\nif (ret == -EBUSY)\n return ret;\nput_online_mems();`;
    expect(leaks(body, below)).toEqual([
      'look_at() leaves with mem_hotplug_lock held, which it lets go on other ways out',
    ]);
  });

  it('of which there is only one is not let go twice', () => {
    const body = (again: string): string =>
      `get_online_mems();\nret = walk_all(mm);\nput_online_mems();\nif (ret)\n ${again}\nnote_all(mm);`;
    expect(leaks(body('return ret;'))).toEqual([]);
    expect(leaks(body('put_online_mems();'))).toEqual([
      'look_at() lets go of mem_hotplug_lock a second time:',
    ]);
    expect(leaks('get_online_mems();\nget_online_mems();\nput_online_mems();\nput_online_mems();')).toEqual(
      [],
    );
  });

  it('that the function asserts when it ends is meant to be held', () => {
    const body = (end: string): string =>
      `ret = note_all(mm);\nmmap_read_lock(mm);\nret = walk_all(mm);\nif (ret)\n goto out;\nmmap_read_unlock(mm);\nreturn ret;\nout:\n${end}`;
    expect(leaks(body('mmap_assert_locked(mm);'))).toEqual([]);
    expect(leaks(body('note_all(mm);'))).toEqual(HELD);
  });

  it('that nobody lets go is found', () => {
    expect(leaks(`mmap_read_lock(mm);\n${FIND}\nret = vma != NULL;`)).toEqual([
      'look_at() leaves with mmap_lock(mm) held, and neither it nor a caller lets it go',
    ]);
  });

  it('that was not taken need not be let go', () => {
    const body = (failed: string): string =>
      `if (mmap_read_lock_killable(mm))\n ${failed}\n${FIND}\nmmap_read_unlock(mm);`;
    expect(leaks(body('return -EINTR;'))).toEqual([]);
    expect(leaks(`if (!mmap_read_trylock(mm))\n return -EAGAIN;\n${FIND}\nmmap_read_unlock(mm);`)).toEqual(
      [],
    );
    expect(
      leaks(
        `if (!mmap_read_trylock(mm))\n return -EAGAIN;\n${FIND}\nif (!vma)\n return -ENOENT;\nmmap_read_unlock(mm);`,
      ),
    ).toEqual(HELD);
  });

  it('that is let go twice is found', () => {
    const body = (leave: string): string =>
      `mmap_read_lock(mm);\n${FIND}\nif (!vma) {\n mmap_read_unlock(mm);\n ${leave}\n}\nret = 1;\nout:\nmmap_read_unlock(mm);`;
    expect(leaks(body('goto out;'))).toEqual(['look_at() lets go of mmap_lock(mm) a second time:']);
    expect(leaks(body('return 0;'))).toEqual([]);
  });

  it('of a guard is let go where its scope ends', () => {
    expect(leaks(`guard(mmap_read_lock)(mm);\n${FIND}\nif (!vma)\n return -ENOENT;\nret = 1;`)).toEqual([]);
  });

  it('is the interrupts of this CPU, too', () => {
    const body = (always: string): string => `
	unsigned long flags;
	pte_t *ptep;

	local_irq_save(flags);
	ptep = lookup_address(addr, &ret);
	if (ptep) {
		if (!pte_present(READ_ONCE(*ptep))) {
			local_irq_restore(flags);
			return -EINVAL;
		}
		${always === '' ? 'local_irq_restore(flags);' : ''}
	}
	${always}`;
    expect(leaks(body('local_irq_restore(flags);'))).toEqual([]);
    expect(leaks(body(''))).toEqual(['look_at() leaves with irq held, which it lets go on other ways out']);
  });
});

describe('conditions that belong together', () => {
  it('a flag that says whether the lock was taken', () => {
    const body = (release: string): string =>
      `bool locked = false;\n\nif (addr) {\n mmap_read_lock(mm);\n locked = true;\n}\n${FIND}\n${release}`;
    expect(leaks(body('if (locked)\n mmap_read_unlock(mm);'))).toEqual([]);
    expect(leaks(body('if (!locked)\n return 0;\nif (vma)\n mmap_read_unlock(mm);'))).toEqual(HELD);
  });

  it('two questions that are asked together, twice', () => {
    const body = (operator: string, again: string): string =>
      `bool a = addr & 1, b = addr & 2;\n\nif (a ${operator} b)\n mmap_read_lock(mm);\n${FIND}\nif (a)\n note(vma);\nif (b)\n note(mm);\nif (${again})\n mmap_read_unlock(mm);`;
    expect(leaks(body('||', 'a || b'))).toEqual([]);
    expect(leaks(body('&&', 'a && b'))).toEqual([]);
    expect(leaks(body('||', 'a && b'))).toEqual(HELD);
    expect(leaks(body('||', 'a'))).toEqual(HELD);
  });

  it('a question that is asked twice, or the other way round', () => {
    const body = (test: string): string =>
      `if (mm != &init_mm)\n mmap_read_lock(mm);\n${FIND}\nif (${test})\n mmap_read_unlock(mm);`;
    expect(leaks(body('mm != &init_mm'))).toEqual([]);
    expect(leaks(body('vma != NULL'))).toEqual(HELD);
    expect(
      leaks(
        body('mm != &init_mm').replace(
          'if (mm != &init_mm)\n mmap_read_unlock(mm);',
          'if (mm == &init_mm)\n return 0;\nmmap_read_unlock(mm);',
        ),
      ),
    ).toEqual([]);
  });

  it('an object that was locked is there', () => {
    const body =
      'struct address_space *mapping = NULL;\n\nvma = find_vma(mm, addr);\nif (vma->vm_file) {\n mapping = vma->vm_file->f_mapping;\n i_mmap_lock_write(mapping);\n}\nnote_all(mm);\nif (mapping)\n i_mmap_unlock_write(mapping);';
    expect(leaks(body)).toEqual([]);
  });
});

describe('a function that takes a lock for its callers', () => {
  const find = (failed: string): string => `
static struct vm_area_struct *find_and_lock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (!vma) {
		${failed}
		return NULL;
	}
	return vma;
}
static int look_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_and_lock(mm, addr);

	if (!vma)
		return -ENOENT;
	mmap_read_unlock(mm);
	return 0;
}`;

  it('holds it where it succeeds, and nowhere else', () => {
    expect(messages(find('mmap_read_unlock(mm);'))).toEqual([]);
  });

  it('tells by a flag whether it still holds it', () => {
    expect(
      messages(`
int fault_in(struct mm_struct *mm, unsigned long addr, int *locked)
{
	if (!*locked) {
		mmap_read_lock(mm);
		*locked = 1;
	}
	if (signal_pending(current)) {
		mmap_read_unlock(mm);
		*locked = 0;
	}
	return 0;
}`),
    ).toEqual([]);
  });

  it('has a partner that lets it go', () => {
    expect(
      messages(`
static void zap_begin(struct vm_area_struct *vma)
{
	i_mmap_lock_write(vma->vm_file->f_mapping);
}
static void zap_end(struct vm_area_struct *vma)
{
	i_mmap_unlock_write(vma->vm_file->f_mapping);
}
static void zap(struct vm_area_struct *vma)
{
	zap_begin(vma);
	note_all(vma->vm_mm);
	zap_end(vma);
}
SYSCALL_DEFINE0(zap)
{
	zap(find_vma(current->mm, 0));
	return 0;
}`),
    ).toEqual([]);
  });

  it('is the start of a sequence', () => {
    expect(
      messages(`
static void *m_start(struct seq_file *m, loff_t *ppos)
{
	get_online_mems();
	return ppos;
}
static void m_stop(struct seq_file *m, void *v)
{
	put_online_mems();
}
static const struct seq_operations m_ops = { .start = m_start, .stop = m_stop };`),
    ).toEqual([]);
  });
});

describe('a lock of a seq_file', () => {
  it('may be taken by what .start calls, further down', () => {
    const file = (start: string): string => `
static bool fall_back(struct seq_file *m)
{
	struct walk_private *priv = m->private;

	if (priv->mm_locked)
		return false;
	mmap_read_lock(priv->mm);
	priv->mm_locked = true;
	return true;
}
static void *next_of(struct seq_file *m)
{
	return fall_back(m) ? m : NULL;
}
static void *m_start(struct seq_file *m, loff_t *ppos)
{
	return next_of(m);
}
static void m_stop(struct seq_file *m, void *v)
{
	struct walk_private *priv = m->private;

	if (priv->mm_locked)
		mmap_read_unlock(priv->mm);
}
static const struct seq_operations m_ops = { .${start} = m_start, .stop = m_stop };
`;
    expect(messages(file('start'))).toEqual([]);
    expect(messages(file('show'))).toEqual([
      'fall_back() leaves with mmap_lock(priv->mm) held, and neither it nor a caller lets it go',
    ]);
  });
});

describe('a lock that a warning tries', () => {
  it('is held by the callers: that it is had is no way to follow', () => {
    const body = (tries: string): string => `${tries};\n${FIND}\nret = vma != NULL;`;
    expect(leaks(body('VM_WARN_ON_ONCE(mmap_read_trylock(mm))'))).toEqual([]);
    expect(leaks(body('WARN_ON(down_read_trylock(&mm->mmap_lock))'))).toEqual([]);
    expect(leaks(body('ret = WARN_ON(mmap_read_trylock(mm))'))).toHaveLength(1);
    expect(leaks(body('mmap_read_trylock(mm)'))).toHaveLength(1);
  });
});

describe('a call that may drop the lock', () => {
  it('leaves nothing to say', () => {
    const fault = `
	mmap_read_lock(mm);
	${FIND}
	ret = handle_mm_fault(vma, addr, 0, NULL);
	if (ret & VM_FAULT_COMPLETED)
		return 0;
	mmap_read_unlock(mm);
	ret = 0;`;
    expect(leaks(fault)).toEqual([]);
    expect(leaks(fault.replace('handle_mm_fault', 'look_at_fault'))).toHaveLength(1);
  });

  it('is asked about: who is told that a fault is to be tried again has no lock any more', () => {
    const fault = (asks: string): string =>
      `mmap_read_lock(mm);\nret = fault_of(mm, addr);\nif (${asks}(ret, NULL))\n return 0;\nmmap_read_unlock(mm);\nret = 0;`;
    expect(leaks(fault('fault_signal_pending'))).toEqual([]);
    expect(leaks(fault('is_odd_fault'))).toEqual(HELD);
  });

  it('may be a helper that does so by a condition of its own', () => {
    const helper =
      'static void done_with(struct mm_struct *mm, void *work)\n{\n if (!work)\n  mmap_read_unlock(mm);\n else\n  queue_unlock(work, mm);\n}';
    expect(leaks(`mmap_read_lock(mm);\n${FIND}\ndone_with(mm, vma);`, helper)).toEqual([]);
  });
});

describe('a lock that goes on to somebody else', () => {
  it('with the object that it is of, put into a work item', () => {
    const body = (before: string): string =>
      `mmap_read_lock(mm);\n${FIND}\nif (!vma) {\n work->mm = ${before};\n irq_work_queue(&work->irq_work);\n} else {\n mmap_read_unlock(mm);\n}`;
    expect(leaks(body('mm'))).toEqual([]);
    expect(leaks(body('NULL'))).toEqual(HELD);
  });

  it('of the steps of an object, one takes it and another lets it go', () => {
    const steps = (last: string): readonly string[] =>
      messages(`
static void step_first(void)
{
	cpus_read_lock();
}
static void step_last(void)
{
	${last}
}
static void run_steps(struct steps *steps)
{
	steps->first_step();
	steps->last_step();
}
static int start_steps(void *arg)
{
	steps_of_all.first_step = step_first;
	steps_of_all.last_step = step_last;
	run_steps(&steps_of_all);
	return 0;
}
SYSCALL_DEFINE0(steps)
{
	get_online_mems();
	put_online_mems();
	return start_steps(NULL);
}
`);
    expect(steps('cpus_read_unlock();')).toEqual([]);
    expect(steps('')).toEqual([
      'step_first() leaves with cpu_hotplug_lock held, and neither it nor a caller lets it go',
    ]);
  });
});
