/** user-walk/unlocked: a process's tables, walked with and without what keeps the process from unmapping them. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const found = (texts: Texts | string): readonly string[] =>
  scanText(texts).findings.filter((line) => line.includes(' unlocked: '));

/** Looks for the page that a process has at an address. */
const LOOK = `
static unsigned long look(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return 0;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return 0;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		return 0;
	pmd = pmd_offset(pud, addr);
	return pmd_val(*pmd);
}
`;

/** A device whose ioctl has this body; it may look at `mm` and `addr`. */
const ioctl = (body: string, look = LOOK): string => `${look}
static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long flags;
	int err;

	${body.trim()}
	return 0;
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`;

const BAD = 'warning unlocked: peek_ioctl > look';

describe('the lock of the process', () => {
  it('is held again behind a call that drops it and takes it back, on all of its ways', () => {
    // In the manner of fixup_user_fault(): which of its ways dropped the lock, only a number says that is not followed.
    const text = (name: string): string =>
      ioctl(
        `
	mmap_read_lock(mm);
	err = ${name}(mm, addr);
	look(mm, addr);
	mmap_read_unlock(mm);`,
        `${LOOK}
int ${name}(struct mm_struct *mm, unsigned long addr)
{
	unsigned int ret = fault_in(mm, addr);

	if (ret & FAULT_DONE)
		mmap_read_unlock(mm);
	if (ret & FAULT_AGAIN) {
		mmap_read_lock(mm);
		return -EAGAIN;
	}
	return 0;
}
`,
      );
    expect(found(text('fixup_user_fault'))).toEqual([]);
    expect(found(text('unlock_sometimes'))).toHaveLength(1);
  });

  it('is not held, by a flag that goes to a call in a loop, and so it is taken each time', () => {
    // In the manner of get_dump_page() as of 6.14: \`locked\` is 0 before the call, and so behind it.
    const text = (name: string): string =>
      ioctl(
        `
	int locked = 0;

	for (; addr; addr += PAGE_SIZE)
		${name}(addr, &locked);`,
        `${LOOK}
int ${name}(unsigned long addr, int *locked)
{
	struct mm_struct *mm = current->mm;
	bool must_unlock = false;

	if (!*locked) {
		mmap_read_lock(mm);
		must_unlock = true;
		*locked = 1;
	}
	look(mm, addr);
	if (must_unlock && *locked) {
		mmap_read_unlock(mm);
		*locked = 0;
	}
	return 0;
}
`,
      );
    expect(found(text('get_dump_page'))).toEqual([]);
  });

  it('is known at a call whose arguments begin on the next line, also where the callee is a primitive', () => {
    // pin_user_pages_remote() of 5.10, in the manner of the i915 worker that pins with `&locked`: the flag tells what is held.
    const worker = (lock: string): string => `${LOOK}
long pin_user_pages_remote(struct mm_struct *mm, unsigned long addr, unsigned long nr, unsigned int flags,
			   struct page **pages, struct vm_area_struct **vmas, int *locked)
{
	return look(mm, addr);
}
static void pin_work(struct work_struct *work)
{
	struct mm_struct *mm = work_mm(work);
	long pinned = 0, ret;
	int locked = 0;

	while (pinned < NPAGES) {
		if (!locked) {
			${lock}
			locked = 1;
		}
		ret = pin_user_pages_remote
			(mm, pinned * PAGE_SIZE, NPAGES - pinned, 0, NULL, NULL, &locked);
		if (ret < 0)
			break;
		pinned += ret;
	}
	if (locked)
		mmap_read_unlock(mm);
}
static DECLARE_WORK(pin, pin_work);
`;
    expect(found(worker('mmap_read_lock(mm);'))).toEqual([]);
    expect(found(worker('wait_for(mm);'))).toHaveLength(1);
  });

  it('nothing is held: another thread may unmap the address meanwhile', () => {
    expect(found(ioctl('look(mm, addr);'))).toEqual([BAD]);
  });

  it.each([
    ['for read', 'mmap_read_lock(mm);', 'mmap_read_unlock(mm);'],
    ['for write', 'mmap_write_lock(mm);', 'mmap_write_unlock(mm);'],
    ['by its field, as before 5.8', 'down_read(&mm->mmap_sem);', 'up_read(&mm->mmap_sem);'],
    ['where it is got at all', 'if (!mmap_read_trylock(mm))\n\t\treturn -EAGAIN;', 'mmap_read_unlock(mm);'],
    ['killable', 'if (mmap_read_lock_killable(mm))\n\t\treturn -EINTR;', 'mmap_read_unlock(mm);'],
  ])('%s', (_, lock, unlock) => {
    expect(found(ioctl(`${lock}\n\tlook(mm, addr);\n\t${unlock}`))).toEqual([]);
  });

  it('taken, and let go before the walk', () => {
    expect(found(ioctl('mmap_read_lock(mm);\n\tmmap_read_unlock(mm);\n\tlook(mm, addr);'))).toEqual([BAD]);
  });

  it('the trylock failed, and it walks all the same', () => {
    const body = `
	if (mmap_read_trylock(mm))
		err = 0;
	look(mm, addr);`;
    expect(found(ioctl(body))).toEqual([BAD]);
  });

  it('only on one of two ways', () => {
    const body = `
	if (cmd)
		mmap_read_lock(mm);
	look(mm, addr);
	if (cmd)
		mmap_read_unlock(mm);`;
    expect(found(ioctl(body))).toEqual([BAD]);
  });

  it('that of init_mm is not it', () => {
    expect(
      found(ioctl('mmap_read_lock(&init_mm);\n\tlook(mm, addr);\n\tmmap_read_unlock(&init_mm);')),
    ).toEqual([`${BAD} [mmap_lock(init_mm):read]`]);
  });
});

describe('what else keeps a mapping', () => {
  it('the lock of the VMA', () => {
    const body = `
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return -EFAULT;
	look(mm, addr);
	vma_end_read(vma);`;
    expect(found(ioctl(body))).toEqual([]);
  });

  it('the lock of the VMA, or else that of the process', () => {
    const text = ioctl(
      `
	vma = get_vma(mm, addr, &err);
	if (!vma)
		return -EFAULT;
	look(mm, addr);
	put_vma(mm, vma, err);`,
      `${LOOK}
static struct vm_area_struct *get_vma(struct mm_struct *mm, unsigned long addr, int *locked)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	*locked = 0;
	if (vma)
		return vma;
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}
	*locked = 1;
	return vma;
}
`,
    );
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['a file', 'i_mmap_lock_read(mapping);', 'i_mmap_unlock_read(mapping);'],
    ['anonymous memory', 'anon_vma_lock_read(av);', 'anon_vma_unlock_read(av);'],
  ])('a lock of the reverse maps of %s', (_, lock, unlock) => {
    expect(found(ioctl(`${lock}\n\tlook(mm, addr);\n\t${unlock}`))).toEqual([]);
  });

  it('interrupts off, where the architecture has fast GUP', () => {
    expect(found(ioctl('local_irq_save(flags);\n\tlook(mm, addr);\n\tlocal_irq_restore(flags);'))).toEqual(
      [],
    );
  });

  it('an RCU section, only in a tree that frees every table after a grace period', () => {
    const text = ioctl('rcu_read_lock();\n\tlook(mm, addr);\n\trcu_read_unlock();');
    const tree = (fallback: string): Texts => ({
      'mm/x.c': text,
      'mm/memory.c': 'int nothing;\n',
      'mm/mmu_gather.c': `static void tlb_remove_table_one(void *table)\n{\n\t${fallback}\n}\n`,
    });
    expect(found(tree('tlb_remove_table_sync_rcu();'))).toEqual([]);
    expect(found(tree('tlb_remove_table_sync_one();'))).toEqual([`${BAD} [rcu]`]);
  });

  it.each(['get_task_mm(current);', 'mmget(mm);', 'spin_lock(&peek_lock);', 'cpus_read_lock();'])(
    '%s does not',
    (lock) => {
      expect(found(ioctl(`${lock}\n\tlook(mm, addr);`))).toHaveLength(1);
    },
  );
});

describe('who calls it', () => {
  it('a fault handler: its caller has the mapping', () => {
    const text = (field: string): string => `${LOOK}
static vm_fault_t peek_fault(struct vm_fault *vmf)
{
	return look(vmf->vma->vm_mm, vmf->address) ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}
static const struct vm_operations_struct peek_vm_ops = { .${field} = peek_fault, };
`;
    expect(found(text('fault'))).toEqual([]);
    expect(found(text('close'))).toEqual([]);
  });

  it('mmap() of a file: its caller has the lock for write; its ioctl() has nothing', () => {
    const text = (field: string, args: string): string => `${LOOK}
static int peek_op(struct file *file, ${args})
{
	return look(current->mm, 0) != 0;
}
static const struct file_operations peek_fops = { .${field} = peek_op, };
`;
    expect(found(text('mmap', 'struct vm_area_struct *vma'))).toEqual([]);
    expect(found(text('unlocked_ioctl', 'unsigned int cmd, unsigned long arg'))).toEqual([
      'warning unlocked: peek_op > look',
    ]);
  });

  it('a file of /proc whose start() has the lock when it gives something', () => {
    const text = (lock: string): string => `${LOOK}
static void *maps_start(struct seq_file *m, loff_t *pos)
{
	struct mm_struct *mm = m->private;

	if (!mm)
		return NULL;
	${lock}
	return mm;
}
static int maps_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lx", look(m->private, 0));
	return 0;
}
static const struct seq_operations maps_ops = { .start = maps_start, .show = maps_show, };
`;
    expect(found(text('if (mmap_read_lock_killable(mm))\n\t\treturn ERR_PTR(-EINTR);'))).toEqual([]);
    expect(found(text(''))).toEqual(['warning unlocked: maps_show > look']);
  });

  it('a walk of the reverse maps: it holds their lock', () => {
    const text = `${LOOK}
static bool note_one(struct folio *folio, struct vm_area_struct *vma, unsigned long addr, void *arg)
{
	return look(vma->vm_mm, addr) == 0;
}
void note_all(struct folio *folio)
{
	struct rmap_walk_control rwc = { .rmap_one = note_one, };

	rmap_walk(folio, &rwc);
}
`;
    expect(found(text)).toEqual([]);
  });

  it('nobody is seen to: what it is given is its callers’ business, what it takes itself is told', () => {
    expect(found(`${LOOK}\nunsigned long peek(struct mm_struct *mm)\n{\n\treturn look(mm, 0);\n}\n`)).toEqual(
      [],
    );
    expect(found(`${LOOK}\nunsigned long peek(void)\n{\n\treturn look(current->mm, 0);\n}\n`)).toEqual([
      'info unlocked: peek > look',
    ]);
  });

  it('a caller that passes NULL does not come as far as the walk', () => {
    const text = (vmf: string): string => `${LOOK}
static int fill(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf ? vmf->vma : NULL;

	if (vma)
		return look(vma->vm_mm, 0) != 0;
	return 0;
}
static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return fill(${vmf});
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`;
    expect(found(text('NULL'))).toEqual([]);
    expect(found(text('file->private_data'))).toEqual(['warning unlocked: peek_ioctl > fill > look']);
  });
});

describe('whose tables they are', () => {
  it('an mm that nobody else has yet needs no lock', () => {
    const body = (from: string): string =>
      ioctl(`mm = ${from};\n\tif (!mm)\n\t\treturn -ENOMEM;\n\tlook(mm, addr);`);
    expect(found(body('mm_alloc()'))).toEqual([]);
    expect(found(body('get_task_mm(current)'))).toEqual([BAD]);
  });

  it.each([
    ['it made for itself: no process has it', 'mm_alloc()', []],
    ['it took from a process', 'get_task_mm(current)', ['warning unlocked: sys_patch > look']],
  ])('an mm that the kernel keeps in a variable, and that %s', (_, from, expected) => {
    const setUp = `
struct mm_struct *patching_mm;

void __init patching_init(void)
{
	patching_mm = ${from};
	BUG_ON(!patching_mm);
}
`;
    const user = `${LOOK}
extern struct mm_struct *patching_mm;

SYSCALL_DEFINE1(patch, unsigned long, addr)
{
	look(patching_mm, addr);
	return 0;
}
`;
    expect(found({ 'arch/x86/mm/setup.c': setUp, 'arch/x86/kernel/patching.c': user })).toEqual(expected);
  });

  it('an mm that the kernel keeps in a variable, and hands to a call that the tables know', () => {
    const patch = (from: string): string => `
static struct mm_struct *patching_mm;

void __init patching_init(void)
{
	patching_mm = ${from};
}
pte_t *__get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)
{
	look(mm, addr);
	return NULL;
}
static inline pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)
{
	return __get_locked_pte(mm, addr, ptl);
}
SYSCALL_DEFINE1(patch, unsigned long, addr)
{
	spinlock_t *ptl;

	return get_locked_pte(patching_mm, addr, &ptl) != NULL;
}
`;
    expect(found(LOOK + patch('mm_alloc()'))).toEqual([]);
    expect(found(LOOK + patch('get_task_mm(current)'))).not.toEqual([]);
  });

  it('at an address that no VMA covers: what is there goes with the mm', () => {
    const map = (slot: string): string => `${LOOK}
static int map_slots(struct mm_struct *mm, int slot, int pages)
{
	int page;

	for (page = 0; page < pages; page++) {
		unsigned long va = (unsigned long)${slot}(slot) + (page << PAGE_SHIFT);

		look(mm, va);
	}
	return 0;
}
SYSCALL_DEFINE1(map_slots, int, pages)
{
	return map_slots(current->mm, 0, pages);
}
`;
    expect(found(map('ldt_slot_va'))).toEqual([]);
    expect(found(map('some_slot_va'))).toEqual(['warning unlocked: sys_map_slots > map_slots > look']);
  });

  it('that a store of an entry is given, in a tree in which it walks', () => {
    const clear = (mm: string): string => `${LOOK}
static inline void pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	look(mm, addr);
}
SYSCALL_DEFINE1(forget, unsigned long, addr)
{
	pte_t *ptep = first_entry(addr);

	pte_clear(${mm}, addr, ptep);
	return 0;
}
`;
    expect(found(clear('&init_mm').replace('addr, ptep', '(addr), (pte_t *)ptep'))).toEqual([]);
    expect(found(clear('&init_mm'))).toEqual([]);
    expect(found(clear('current->mm'))).toEqual(['warning unlocked: sys_forget > pte_clear > look']);
  });

  it('the kernel’s own are another rule’s', () => {
    expect(found(ioctl('look(&init_mm, addr);'))).toEqual([]);
  });

  it('a freer that takes them down is not its own victim', () => {
    const text = `
static long drop_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, current->mm);
	drop_range(&tlb, addr);
	tlb_finish_mmu(&tlb);
	return 0;
}
static void drop_range(struct mmu_gather *tlb, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(tlb->mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);

	if (!p4d_none(*p4d))
		pud_free_tlb(tlb, pud_offset(p4d, 0), addr);
}
static const struct file_operations drop_fops = { .unlocked_ioctl = drop_ioctl, };
`;
    expect(found(text)).toEqual([]);
  });
});

describe('walks that are handed to a generic walker', () => {
  const OPS = `
static int note_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	seq_printf(walk->private, "%llx", (u64)pmd_val(*pmd));
	return 0;
}
static const struct mm_walk_ops note_ops = { .pmd_entry = note_pmd, };
`;

  it.each([
    'walk_page_range(mm, addr, addr + cmd, &note_ops, NULL);',
    'walk_page_vma(vma, &note_ops, NULL);',
  ])('%s demands the lock of its caller', (call) => {
    expect(found(ioctl(call, OPS))).toEqual(['warning unlocked: peek_ioctl']);
    expect(found(ioctl(`mmap_read_lock(mm);\n\t${call}\n\tmmap_read_unlock(mm);`, OPS))).toEqual([]);
  });

  it('apply_to_page_range() from a fault handler, under whatever that has', () => {
    const text = `
static int set_one(pte_t *pte, unsigned long addr, void *data)
{
	set_pte_at(data, addr, pte, pte_mkspecial(*pte));
	return 0;
}
static vm_fault_t peek_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;

	return apply_to_page_range(vma->vm_mm, vma->vm_start, PAGE_SIZE, set_one, vma->vm_mm);
}
static const struct vm_operations_struct peek_vm_ops = { .fault = peek_fault, };
`;
    expect(found(text)).toEqual([]);
  });
});

describe('an architecture with one CPU and no preemption', () => {
  const tree = (kconfig: string, look: string): readonly string[] =>
    found({
      'mm/memory.c': 'int anchor;\n',
      'arch/um/Kconfig': `config UML\n\tbool\n\tdefault y\n\tselect ARCH_NO_PREEMPT\n${kconfig}`,
      'arch/um/kernel/peek.c': ioctl('look(mm, addr);', look),
    });

  it('nobody comes between the steps of a walk that does not sleep', () => {
    expect(tree('', LOOK)).toEqual(['info unlocked: peek_ioctl > look']);
    expect(tree('', LOOK.replace('p4d = p4d_offset', 'cond_resched();\n\tp4d = p4d_offset'))).toEqual([BAD]);
  });

  it('with more CPUs somebody may', () => {
    expect(tree('config SMP\n\tbool "more CPUs"\n', LOOK)).toEqual([BAD]);
  });
});

describe('a call that takes the lock in one of its modes', () => {
  const by = (lock: string, body: string): readonly string[] => found(ioctl(body, `${lock}${LOOK}`));
  const IN_A_MODE = `
static int peek_lock(struct peek *peek)
{
	switch (peek->mode) {
	case PEEK_NO_LOCK:
		break;
	case PEEK_READ_LOCK:
		mmap_read_lock(peek->mm);
		break;
	}
	return 0;
}
`;

  it('may have taken it: that is told, and for information', () => {
    const body = 'err = peek_lock(peek);\n\tif (err)\n\t\treturn err;\n\tlook(peek->mm, addr);';
    expect(by(IN_A_MODE, body)).toEqual(['info unlocked: peek_ioctl > look']);
    expect(by(IN_A_MODE.replace('mmap_read_lock(peek->mm)', 'peek->count++'), body)).toEqual([BAD]);
  });

  it('and says by what it returns whether it has: then who does not look has not got it', () => {
    const lock = `
static bool peek_trylock(struct peek *peek)
{
	if (!mmap_read_trylock(peek->mm))
		return false;
	return true;
}
`;
    expect(by(lock, 'peek_trylock(peek);\n\tlook(peek->mm, addr);')).toEqual([BAD]);
    expect(by(lock, 'if (!peek_trylock(peek))\n\t\treturn -EAGAIN;\n\tlook(peek->mm, addr);')).toEqual([]);
  });
});

describe('who else keeps the process from unmapping', () => {
  it.each([
    ['flushes', 'flush_tlb_mm'],
    ['does nothing on most architectures', 'flush_cache_mm'],
  ])('a call that %s is a call: what its caller holds is held', (_, name) => {
    const flush = (lock: string, unlock: string): readonly string[] =>
      found({
        'arch/um/kernel/tlb.c': `${LOOK}
void ${name}(struct mm_struct *mm)
{
	look(mm, 0);
}
`,
        'mm/x.c': `
SYSCALL_DEFINE0(clear)
{
	struct mm_struct *mm = current->mm;

	${lock}
	${name}(mm);
	${unlock}
	return 0;
}
`,
      });
    expect(flush('mmap_write_lock(mm);', 'mmap_write_unlock(mm);')).toEqual([]);
    expect(flush('', '')).toHaveLength(1);
  });

  it('at the end of an address space nobody does', () => {
    const end = (name: string): readonly string[] =>
      found({
        'mm/mmap.c': `${LOOK}\nvoid ${name}(struct mm_struct *mm)\n{\n\tlook(mm, 0);\n}\n`,
        'mm/x.c': `
static void drop(struct work_struct *work)
{
	${name}(current->mm);
}
static void init(void) { INIT_WORK(&drop_work, drop); }
`,
      });
    expect(end('exit_mmap')).toEqual([]);
    expect(end('leave_mmap')).toHaveLength(1);
  });

  it('who unmaps waits for the notifiers of it', () => {
    const notified = (type: string, field: string): readonly string[] =>
      found(`${LOOK}
static int peek_notified(struct peek_notifier *peek, const struct peek_range *range)
{
	return look(peek->mm, 0) != 0;
}
static const struct ${type} peek_ops = { .${field} = peek_notified };
`);
    expect(notified('mmu_notifier_ops', 'invalidate_range_start')).toEqual([]);
    expect(notified('kobj_attribute', 'show')).toEqual(['warning unlocked: peek_notified > look']);
  });

  it('the lock of the tree of the mappings of a file, where caches have to be flushed', () => {
    const body = (lock: string, unlock: string): string => `
	${lock}
	vma_interval_tree_foreach(vma, &mapping->i_mmap, 0, 0)
		look(vma->vm_mm, vma->vm_start);
	${unlock}`;
    const taken = 'flush_dcache_mmap_lock_irqsave(mapping, flags);';
    expect(found(ioctl(body(taken, 'flush_dcache_mmap_unlock_irqrestore(mapping, flags);')))).toEqual([]);
    expect(found(ioctl(body('', '')))).toEqual([BAD]);
  });

  it('code for two kinds of one architecture never meets', () => {
    const tree = (caller: string): readonly string[] =>
      found({
        'arch/powerpc/include/asm/nohash/32/pgtable.h': LOOK.replace(
          'static unsigned',
          'static inline unsigned',
        ),
        [caller]: 'SYSCALL_DEFINE1(peek, unsigned long, addr)\n{\n\treturn look(current->mm, addr);\n}\n',
      });
    expect(tree('arch/powerpc/mm/book3s64/peek.c')).toEqual([]);
    expect(tree('arch/powerpc/mm/nohash/peek.c')).toHaveLength(1);
  });
});

describe('a walk that many reach', () => {
  it('those that hold the lock do not hide the one that does not', () => {
    const callers = (bad: string): string =>
      Array.from({ length: 60 }, (_, index) => {
        const body = index === 59 ? bad : 'mmap_read_lock(mm);\n\tlook(mm, addr);\n\tmmap_read_unlock(mm);';
        return `SYSCALL_DEFINE1(peek${index}, unsigned long, addr)\n{\n\tstruct mm_struct *mm = current->mm;\n\n\t${body}\n\treturn 0;\n}\n`;
      }).join('');
    expect(found(LOOK + callers('look(mm, addr);'))).toEqual(['warning unlocked: sys_peek59 > look']);
    expect(found(LOOK + callers('return 1;'))).toEqual([]);
  });

  /** A system call that calls `name`, with the lock of the process or without. */
  const sysCall = (number: number, name: string, isLocked: boolean): string => `
SYSCALL_DEFINE1(peek${number}, unsigned long, addr)
{
	struct mm_struct *mm = current->mm;

	${isLocked ? `mmap_read_lock(mm);\n\t${name}(mm, addr);\n\tmmap_read_unlock(mm);` : `${name}(mm, addr);`}
	return 0;
}
`;
  const passingOn = (name: string, ...callees: readonly string[]): string =>
    `static void ${name}(struct mm_struct *mm, unsigned long addr)\n{\n${callees.map((each) => `\t${each}(mm, addr);\n`).join('')}}\n`;
  const counted = (name: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${name}${index}`);

  it('many ways between the same functions are one way', () => {
    const low = counted('low', 7);
    const high = counted('high', 7);
    const text = (isLocked: boolean): string =>
      [
        LOOK,
        ...low.map((name) => passingOn(name, 'look')),
        ...high.map((name) => passingOn(name, ...low)),
        ...high.map((name, index) => sysCall(index, name, index < 6 || isLocked)),
      ].join('');
    expect(found(text(false))).toEqual(['warning unlocked: sys_peek6 > high6 > low0 > look']);
    expect(found(text(true))).toEqual([]);
  });

  it('of more callers than are looked at, one is still followed to its top', () => {
    const middle = counted('middle', 60);
    const text = (isLocked: boolean): string =>
      [
        LOOK,
        ...middle.map((name) => passingOn(name, 'look')),
        ...middle.map((name, index) => sysCall(index, name, index < 59 || isLocked)),
      ].join('');
    expect(found(text(false))).toEqual(['warning unlocked: sys_peek59 > middle59 > look']);
    expect(found(text(true))).toEqual([]);
  });

  it('of a process that no caller decides about, its lock is enough: who is above that does not matter', () => {
    const own = LOOK.replace('struct mm_struct *mm, ', 'struct vm_area_struct *vma, ').replace(
      '{\n',
      '{\n\tstruct mm_struct *mm = vma->vm_mm;\n',
    );
    const middle = counted('middle', 170);
    const taking = (name: string, isLocked: boolean): string => `
static void ${name}(struct vm_area_struct *vma, unsigned long addr)
{
	${isLocked ? 'mmap_read_lock(vma->vm_mm);\n\tlook(vma, addr);\n\tmmap_read_unlock(vma->vm_mm);' : 'look(vma, addr);'}
}
SYSCALL_DEFINE1(${name}, unsigned long, addr)
{
	struct vm_area_struct *vma = vma_of(addr);

	${name}(vma, addr);
	return 0;
}
`;
    const text = (isLocked: boolean): string =>
      own + middle.map((name, index) => taking(name, index < 169 || isLocked)).join('');
    expect(found(text(false))).toEqual(['warning unlocked: sys_middle169 > middle169 > look']);
    expect(found(text(true))).toEqual([]);
  });

  it('where a caller passes on what it was given, it may be init_mm: who is above that matters', () => {
    const locked = `${LOOK}
static void locked(struct mm_struct *mm, unsigned long addr)
{
	mmap_read_lock(mm);
	look(mm, addr);
	mmap_read_unlock(mm);
}
`;
    const kernel = (mm: string): readonly string[] =>
      scanText(ioctl(`locked(${mm}, addr);`, locked)).findings.filter((line) =>
        line.includes(' hot-remove: '),
      );
    expect(kernel('current->mm')).toEqual([]);
    expect(kernel('&init_mm')).toEqual([
      'warning hot-remove: peek_ioctl > locked > look [mmap_lock(init_mm):read]',
    ]);
  });

  it.each([
    ['asserts the lock', '\tmmap_assert_locked(mm);\n'],
    ['says nothing of it', ''],
  ])('a caller that nobody is seen to call, and that %s, is not the one that is open', (_, asserted) => {
    const middle = counted('middle', 60);
    const text = (isLocked: boolean): string =>
      [
        LOOK,
        `void hook(struct mm_struct *mm, unsigned long addr)\n{\n${asserted}\tlook(mm, addr);\n}\n`,
        ...middle.map((name) => passingOn(name, 'look')),
        ...middle.map((name, index) => sysCall(index, name, index < 59 || isLocked)),
      ].join('');
    expect(found(text(false))).toEqual(['warning unlocked: sys_peek59 > middle59 > look']);
    expect(found(text(true))).toEqual([]);
  });
});

describe('what the caller of an operation of a mapping holds', () => {
  const operation = (field: string): string => `${LOOK}
static void box_hook(struct vm_area_struct *vma)
{
	look(vma->vm_mm, vma->vm_start);
}
static const struct vm_operations_struct box_ops = { .${field} = box_hook, };
`;

  it.each(['open', 'close', 'split', 'may_split', 'mremap'])('%s: the mmap lock', (field) => {
    expect(found(operation(field))).toEqual([]);
  });
});

describe('whose tables they are, told in a struct', () => {
  const text = (mm: string, fill: string): string => `
struct look { unsigned long addr; struct mm_struct *mm; };
${LOOK.replace('struct mm_struct *mm, unsigned long addr', 'struct look *look').replaceAll('addr', 'look->addr').replaceAll('(mm,', '(look->mm,')}
static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mm_struct *mm = ${mm};
	struct look here${fill};

	look(&here);
	return 0;
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`;

  it.each([' = { .addr = addr, .mm = mm }', ';\n\n\there.mm = mm;\n\there.addr = addr'])('%s', (fill) => {
    expect(found(text('current->mm', fill))).toEqual([BAD]);
    expect(found(text('&init_mm', fill))).toEqual([]);
  });
});

describe('whose process it is', () => {
  it('that of a program that is being started: nobody else has it', () => {
    const text = (type: string): string => `${LOOK}
static unsigned long look_at_arg(struct ${type} *bprm, unsigned long addr)
{
	return look(bprm->mm, addr);
}
SYSCALL_DEFINE1(start, unsigned long, addr)
{
	struct ${type} prog;

	look_at_arg(&prog, addr);
	return 0;
}
`;
    expect(found(text('linux_binprm'))).toEqual([]);
    expect(found(text('other_program'))).toEqual(['warning unlocked: sys_start > look_at_arg > look']);
  });

  it('a change of a mapping, of a file of procfs as well: the mmap lock is held for write', () => {
    const text = (field: string): string => `${LOOK}
static int map_it(struct file *file, struct vm_area_struct *vma)
{
	look(vma->vm_mm, vma->vm_start);
	return 0;
}
static const struct proc_ops dump_ops = { .${field} = map_it, };
void dump_register(void)
{
	proc_create("dump", 0400, NULL, &dump_ops);
}
`;
    expect(found(text('proc_mmap'))).toEqual([]);
    expect(found(text('proc_ioctl'))).toEqual(['warning unlocked: map_it > look']);
  });
});

describe('a flag of the caller says whether the lock is held', () => {
  const text = (locked: number): string => `${LOOK}
static int look_locked(struct mm_struct *mm, unsigned long addr, int *locked)
{
	if (!*locked) {
		mmap_read_lock(mm);
		*locked = 1;
	}
	return look(mm, addr);
}
static int hand_on(struct mm_struct *mm, unsigned long addr, int *locked)
{
	return look_locked(mm, addr, locked);
}
SYSCALL_DEFINE1(peek, unsigned long, addr)
{
	int locked = ${locked};

	hand_on(current->mm, addr, &locked);
	mmap_read_unlock(current->mm);
	return 0;
}
`;

  it('it is not, and is taken', () => {
    expect(found(text(0))).toEqual([]);
  });

  it('it is said to be, and is not', () => {
    expect(found(text(1))).toEqual(['warning unlocked: sys_peek > hand_on > look_locked > look']);
  });
});

describe('an operation of a table that is not known', () => {
  const text = (asserted: string): string => `${LOOK}
static int box_move(unsigned long addr)
{
	struct mm_struct *mm = current->mm;

	${asserted}
	return look(mm, addr);
}
static const struct box_ops ops = { .move = box_move, };
`;

  it('says that its callers hold the lock: it is believed, for they are not seen', () => {
    expect(found(text('mmap_assert_locked(mm);'))).toEqual([]);
  });

  it('says nothing of it', () => {
    expect(found(text(''))).toEqual(['info unlocked: box_move > look']);
  });
});

describe('a call that is told by a flag whether the lock is held, and may let it go', () => {
  const text = (flag: number, body: string): string =>
    ioctl(
      `
	int locked = ${flag};

	pin(mm, addr, &locked);
	${body}`,
      `${LOOK}
static long fault_in(struct mm_struct *mm, unsigned long addr, int *locked)
{
	if (!touch(addr))
		return 0;
	mmap_read_unlock(mm);
	*locked = 0;
	return -EAGAIN;
}
static long pin(struct mm_struct *mm, unsigned long addr, int *locked)
{
	int must_unlock = 0;
	long ret;

	if (!*locked) {
		mmap_read_lock(mm);
		*locked = 1;
		must_unlock = 1;
	}
	ret = fault_in(mm, addr, locked);
	if (must_unlock && *locked) {
		mmap_read_unlock(mm);
		*locked = 0;
	}
	return ret;
}
`,
    );
  const locked = 'mmap_read_lock(mm);\n\tlook(mm, addr);\n\tmmap_read_unlock(mm);';

  it('it is not held: the call lets go of nothing but what it has taken', () => {
    expect(found(text(0, locked))).toEqual([]);
    expect(found(text(0, 'look(mm, addr);'))).toEqual([BAD]);
  });

  it('it is said to be held: it may be let go', () => {
    expect(
      found(
        text(1, 'look(mm, addr);').replace(
          'pin(mm, addr, &locked);',
          'mmap_read_lock(mm);\n\tpin(mm, addr, &locked);',
        ),
      ),
    ).toEqual([BAD]);
  });
});
