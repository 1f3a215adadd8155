/** Which functions of a walk are followed, in which file they are looked for, and what is left of the walk's state by those that are not. */
import { describe, expect, it } from 'vitest';
import { link, type Resolver } from '../../../src/core/program/link/link.js';
import { printOp } from '../../../src/core/program/print.js';
import { linkedProgram, OPTIONS, unitOf, visible, type Unit } from './c.js';

/** The operations of a walk that others can see; its text, and files beside it of which it sees only what is not static. */
function steps(text: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  const units = new Map([
    ['mm/x.c', unitOf(text)],
    ...Object.entries(others).map(([file, each]): [string, Unit] => [file, unitOf(each, undefined, file)]),
  ]);
  const isStatic = (file: string, name: string): boolean =>
    new RegExp(`static[^;{]*\\b${name}\\(`).test(file === 'mm/x.c' ? text : (others[file] ?? ''));
  const resolver: Resolver = {
    function: (name, fromFile) => {
      const own = units.get(fromFile)?.functions.get(name);
      const [other] = [...units].flatMap(([file, { functions }]) =>
        functions.has(name) && !isStatic(file, name) ? [functions.get(name)] : [],
      );
      return own ?? other;
    },
    initializer: (object, field, fromFile = 'mm/x.c') =>
      units.get(fromFile)?.resolver.initializer(object, field),
    candidates: () => [],
    isOwn: (name, file) =>
      units.get(file)?.functions.has(name) === true ||
      units.get(file)?.resolver.initializer(name, 'found') !== undefined,
  };
  const root = [...(units.get('mm/x.c')?.functions.values() ?? [])].at(-1);
  if (!root) throw new Error('no function');
  const result = link(root, resolver, OPTIONS);
  if (!result.linked) throw new Error(result.reason);
  return visible(result.program.steps);
}

const READ = 'pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr); note(pud_val(*pud));';

describe('an object that is given to a function which is not seen', () => {
  const given = (after: string): readonly string[] =>
    steps(`
void walk(struct handlers *ops, unsigned long addr)
{
	struct where at = { .flags = 0 };

	at.pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	ops->handle(&at);
	${after}
}`);

  it('still points to its entry', () => {
    expect(given('note(pud_val(*at.pud));')).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });

  it('has its numbers forgotten', () => {
    expect(given('if (at.flags) note(pud_val(*at.pud));')).toEqual([
      'load pud_val = *swapper[0] (pud, plain)',
    ]);
  });
});

describe('a callback', () => {
  const GENERIC = `
int generic_walk(unsigned long addr, struct ops *ops)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	return ops->found(pud);
}`;

  it('is looked for in the file of its table, wherever it is called', () => {
    const found = steps(
      `
static int look(pud_t *pud) { return pud_val(*pud) != 0; }
static const struct ops my_ops = { .found = look };
void walk(unsigned long addr) { if (generic_walk(addr, &my_ops)) flush_tlb_all(); }`,
      { 'mm/generic.c': GENERIC },
    );
    expect(found).toEqual(['load pud_val = *swapper[0] (pud, plain)', 'flush']);
  });

  it('given to a function of another file, too', () => {
    const found = steps(
      `
static int look(pud_t *pud) { return pud_val(*pud) != 0; }
void walk(unsigned long addr) { apply(addr, look); }`,
      {
        'mm/generic.c':
          'void apply(unsigned long addr, int (*fn)(pud_t *)) { fn(pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr)); }',
      },
    );
    expect(found).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });

  it('that a table does not have is not called, and leaves the state of the walk as it was', () => {
    const found = steps(
      `
static const struct ops my_ops = { .found = 0 };
void walk(unsigned long addr)
{
	struct state st = { .ops = &my_ops };

	if (st.ops->before)
		st.ops->before(&st);
	if (st.stop)
		return;
	${READ}
}`,
    );
    expect(found).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });
});

describe('a function that only counts', () => {
  const walk = (body: string): string => `
static void count(struct state *st) { ${body} }
void walk(unsigned long addr)
{
	struct sums sums = { .n = 0 };
	struct state st = { .sums = &sums };

	count(&st);
	if (st.stop)
		rcu_read_lock();
	${READ}
	if (st.stop)
		rcu_read_unlock();
}`;

  it('writes elsewhere: what it was given is as it was', () => {
    expect(steps(walk('st->sums->n++;'))).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });

  it('what a member of it points to was never 0', () => {
    const found = steps(`
void walk(unsigned long addr)
{
	struct state st = { .n = 1 };

	st.vma = vma_at(addr);
	if (st.vma->vm_flags & VM_LOCKED)
		rcu_read_lock();
	${READ}
	if (st.vma->vm_flags & VM_LOCKED)
		rcu_read_unlock();
}`);
    expect(found).toContain('rcu_read_lock');
  });

  it('passes it to a function that nobody sees: it may be otherwise', () => {
    expect(steps(walk('hidden(st);'))).toContain('rcu_read_lock');
  });
});

describe('a call that goes down and locks the last table', () => {
  const WALK = `
void walk(unsigned long addr)
{
	spinlock_t *ptl;
	pte_t *pte = get_locked_pte(&init_mm, addr, &ptl);

	if (pte) {
		note(ptep_get(pte));
		pte_unmap_unlock(pte, ptl);
	}
}`;

  it('is followed into its function', () => {
    const body = `
pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)
{
	return pte_alloc_map_lock(mm, pmd_off(mm, addr), addr, ptl);
}`;
    expect(steps(WALK, { 'mm/memory.c': body })).toEqual([
      'load pud_val = *swapper[0] (pud, descent, plain)',
      'rcu_read_lock',
      'load pmd_val = *t (pmd, descent)',
      'lock ptl write',
      'load pmd_val_2 = *t (pmd)',
      'unlock ptl write',
      'rcu_read_unlock',
      'rcu_read_unlock',
      'load pte_val = *t_2 (pte)',
      'unlock ptl write',
      'rcu_read_unlock',
    ]);
  });

  it('takes the lock, or does not, where that is not at hand', () => {
    expect(steps(WALK.replace('spinlock_t *ptl;', `spinlock_t *ptl; ${READ}`))).toEqual([
      'load pud_val = *swapper[0] (pud, plain)',
      'rcu_read_lock',
      'lock ptl write',
      'load pte_val = *1 (pte)',
      'unlock ptl write',
      'rcu_read_unlock',
    ]);
  });
});

describe('what other parts of the kernel do for themselves', () => {
  it('is not followed where it leaves the CPU as it was, by two functions, too', () => {
    const found = steps(`
static void begin(void) { local_irq_disable(); }
static void done(void) { local_irq_enable(); }
static void report(void) { begin(); spin_lock(&report_lock); spin_unlock(&report_lock); done(); }
void walk(unsigned long addr) { report(); ${READ} }`);
    expect(found).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });

  it('is followed where it does not', () => {
    const found = steps(`
static void begin(void) { local_irq_disable(); }
static void done(void) { local_irq_enable(); }
void walk(unsigned long addr) { begin(); ${READ} done(); }`);
    expect(found).toEqual(['irq_off', 'load pud_val = *swapper[0] (pud, plain)', 'irq_on']);
  });

  it('pages that a function has from elsewhere are no tables; one that it is given may be', () => {
    const own = 'static void trim(void) { struct page *page = spare(); __free_page(page); }';
    const given = 'static void drop(struct page *page) { __free_page(page); }';
    expect(steps(`${own}\nvoid walk(unsigned long addr) { trim(); ${READ} }`)).toHaveLength(1);
    expect(
      steps(
        `${given}\nvoid walk(unsigned long addr) { pud_t *p = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr); drop(pud_page(*p)); }`,
      ),
    ).toEqual(['load page = *swapper[0] (pud, plain)', 'free page']);
  });

  it('a service of the kernel is not, however far down it would meet page tables', () => {
    const found = steps(`void walk(unsigned long addr) { kfree(spare()); ${READ} }`, {
      'mm/slub.c': `void kfree(void *object) { reclaim(); }
void reclaim(void) { mmap_write_lock(&init_mm); mmap_write_unlock(&init_mm); }`,
    });
    expect(found).toEqual(['load pud_val = *swapper[0] (pud, plain)']);
  });
});

describe('addresses', () => {
  const program = (body: string): string => {
    const result = linkedProgram(`
void walk(struct mm_struct *mm, unsigned long start)
{
	${body}
}`);
    if (typeof result === 'string') throw new Error(result);
    return result.steps.map(printOp).join('\n');
  };

  it('a stretch of a size that only the kernel knows is the range', () => {
    const found = program(`
	unsigned long end = (start + WALK_SIZE) & WALK_MASK;

	for (; start < end; start += WALK_SIZE) {
		pgd_t *pgd = pgd_offset(mm, start);

		note(pud_val(*pud_offset(p4d_offset(pgd, start), start)));
	}`);
    expect(found).toMatchInlineSnapshot(`
      "start = 0
      if start < 8
      pgd = swapper[start >> 2 & 1]
      load pud_val = *pgd (pud, plain)
      start = start + 1"
    `);
  });

  it('untagged_addr_remote(mm, address) is the address', () => {
    const found = program(`
	unsigned long addr = untagged_addr_remote(mm, start);

	note(pud_val(*pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr)));`);
    expect(found).toBe('load pud_val = *swapper[0] (pud, plain)');
  });
});

describe('what is kept beside a struct page', () => {
  it('is inside RCU where there is one, and is not where there is none', () => {
    const found = steps(`
void walk(unsigned long addr, struct page *page)
{
	struct page_ext *ext = page_ext_get(page);

	if (!ext)
		return;
	${READ}
	page_ext_put(ext);
}`);
    expect(found).toEqual(['rcu_read_lock', 'load pud_val = *swapper[0] (pud, plain)', 'rcu_read_unlock']);
  });
});

describe('page frames that a function is given', () => {
  const walk = (check: string): readonly string[] => {
    const { functions, resolver } = unitOf(`
void walk(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn;

	for (pfn = start_pfn; pfn < end_pfn; pfn++) {
		struct page *page;

		${check}
		note(PageBuddy(page));
	}
}`);
    const root = functions.get('walk');
    const pages = new Map([['memmap', 'memmap']]);
    const result = root && link(root, resolver, { ...OPTIONS, pages, frames: true });
    if (!result?.linked) throw new Error('not linked');
    return visible(result.program.steps);
  };

  it('are of memory that is online where the first is read', () => {
    expect(walk('page = pfn_to_page(pfn);')).toContain('load section_val = *section[0] (section)');
  });

  it('it asks for itself whether they are: nothing is taken for granted', () => {
    const found = walk('page = pfn_to_online_page(pfn); if (!page) continue;');
    expect(found.filter((each) => each.includes('section'))).toHaveLength(1);
  });
});

describe('BUG_ON()', () => {
  it('ends the ways on which it would hit, as far as the model knows', () => {
    const walk = `
void walk(struct mm_struct *mm, unsigned long addr, pgtable_t pgtable)
{
	pmd_t local;
	pte_t *pte;

	pmd_populate(mm, &local, pgtable);
	pte = pte_offset_map(&local, addr);
	VM_BUG_ON(!pte);
	${READ}
	pte_unmap(pte);
}`;
    expect(steps(walk)).toEqual([
      'rcu_read_lock',
      'rcu_read_unlock',
      'load pud_val = *swapper[0] (pud, plain)',
      'rcu_read_unlock',
    ]);
    const program = linkedProgram(walk);
    if (typeof program === 'string') throw new Error(program);
    expect(program.steps.filter(({ op, next }, index) => op === 'nop' && next === index)).toHaveLength(1);
  });
});
