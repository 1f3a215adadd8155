/** Linking: several functions in, one program out. */
import { describe, expect, it } from 'vitest';
import { linked } from './c.js';

const is = (text: string, ...rest: [Parameters<typeof linked>[1]?, string?]) => expect(linked(text, ...rest));

describe('levels', () => {
  const walk = `
static void walk(unsigned long addr)
{
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (!pmd_none(*pmd))
		g(pte_val(*pte_offset_kernel(pmd, addr)));
}`;
  it('with three of them, pgd and p4d are other names of pud', () => {
    is(walk).toMatchInlineSnapshot(`
      "   0  load pud_val = *swapper[0] (pud, plain)
         1  if none(pud_val) -> end else 2
         2  load pud_val_2 = *swapper[0] (pud, descent, plain)
         3  pmd = pud_val_2[0]
         4  load pmd_val = *pmd (pmd, plain)
         5  if none(pmd_val) -> end else 6
         6  load pmd_val_2 = *pmd (pmd, descent, plain)
         7  load pte_val = *pmd_val_2[0] (pte, plain) -> end
      assuming:
        unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
        address: "addr" is the first address of the modelled range"
    `);
  });
  it('with five, each is read', () => {
    is(walk, { geometry: { levels: 5, entries: 2 } }).toMatchInlineSnapshot(`
      "   0  load pgd_val = *swapper[0] (pgd, plain)
         1  if none(pgd_val) -> end else 2
         2  load pgd_val_2 = *swapper[0] (pgd, descent, plain)
         3  p4d = pgd_val_2[0]
         4  load p4d_val = *p4d (p4d, plain)
         5  if none(p4d_val) -> end else 6
         6  load p4d_val_2 = *p4d (p4d, descent, plain)
         7  pud = p4d_val_2[0]
         8  load pud_val = *pud (pud, plain)
         9  if none(pud_val) -> end else 10
        10  load pud_val_2 = *pud (pud, descent, plain)
        11  pmd = pud_val_2[0]
        12  load pmd_val = *pmd (pmd, plain)
        13  if none(pmd_val) -> end else 14
        14  load pmd_val_2 = *pmd (pmd, descent, plain)
        15  load pte_val = *pmd_val_2[0] (pte, plain) -> end
      assuming:
        unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
        address: "addr" is the first address of the modelled range"
    `);
  });
});

describe('numbers from outside', () => {
  it('the address is the first of the range, what it is compared with its end', () => {
    is(`
static void walk(pud_t *pud, unsigned long addr, unsigned long end)
{
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned long next;

	do {
		next = pmd_addr_end(addr, end);
		if (pmd_none(*pmd))
			continue;
	} while (pmd++, addr = next, addr != end);
}`).toMatchInlineSnapshot(`
  "   0  addr = 0
     1  load pud_val = *swapper[0] (pud, descent, plain)
     2  pmd = pud_val[0]
     3  t = addr + 2 & -2
     4  if t - 1 < 7 -> 5 else 6
     5  next = t -> 7
     6  next = 8
     7  load pmd_val = *pmd (pmd, plain)
     8  pmd = pmd + 1
     9  addr = next
    10  if next != 8 -> 3 else end
  assuming:
    address: pud points to the first entry of the pud table that the caller is in when walk() is entered
    address: "addr" is the first address of the modelled range
    address: "end" is the end of the modelled range"
`);
  });
  it.each(['!addr', 'addr == 0'])('whether there is one, %s, is not known', (asked) => {
    const program = linked(`
static void walk(struct guest *guest, unsigned long at)
{
	unsigned long addr = lookup(guest, at);

	if (${asked})
		return;
	addr |= at & ~PMD_MASK;
	if (addr)
		g(pmd_val(*pmd_off_k(addr)));
}`);
    expect(program).toMatch(/load pud_val .*[^]*load pmd_val /);
  });
  it('a loop that ends where an address comes round asks its number', () => {
    const program = linked(`
static void walk(unsigned long addr)
{
	do {
		g(pmd_val(*pmd_off_k(addr)));
		addr = addr - PAGE_SIZE;
	} while (addr != 0);
}`);
    expect(program).toMatch(/load pmd_val /);
    expect(program).not.toContain('choose');
  });
  it('a size makes an end; the start of a VMA is a start', () => {
    is(`
static void walk(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	unsigned long end = addr + size;

	if (addr < vma->vm_start || addr >= vma->vm_end)
		return;
	for (; addr < end; addr += PAGE_SIZE)
		g(pmd_val(*pmd_off_k(addr)));
}`).toMatchInlineSnapshot(`
  "   0  addr = 0 -> 2
     1  if addr < 8 -> 2 else end
     2  load pud_val = *swapper[addr >> 2 & 1] (pud, descent, plain)
     3  load pmd_val = *pud_val[addr >> 1 & 1] (pmd, plain)
     4  addr = addr + 1 -> 1
  assuming:
    unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
    address: "addr" is the first address of the modelled range
    address: "size" is the size of the modelled range
    address: "vma->vm_start" is the first address of the modelled range
    address: "vma->vm_end" is the end of the modelled range"
`);
  });
  it('pages of a file are addresses of a VMA that maps them: what both ends are reckoned from is its start', () => {
    const program = linked(`
static void walk(struct vm_area_struct *vma, pgoff_t first, pgoff_t nr)
{
	unsigned long from = vma->vm_pgoff;
	unsigned long to = from + (vma->vm_end - vma->vm_start);
	unsigned long lo = max(first, from);
	unsigned long hi = min(first + nr, to);
	unsigned long addr = ((lo - from) << PAGE_SHIFT) + vma->vm_start;
	unsigned long end = ((hi - from) << PAGE_SHIFT) + vma->vm_start;

	for (; addr < end; addr += PAGE_SIZE)
		g(pmd_val(*pmd_off_k(addr)));
}`);
    expect(program).toContain('address: "vma->vm_pgoff" is the first address of the modelled range');
    expect(program).toContain('address: "nr" is the size of the modelled range');
    expect(program).toMatch(/if addr < (8|end|hi)\b/);
  });
  it('an end that an address is cut to in a loop around the walk stays an end', () => {
    const program = linked(`
static void inside(unsigned long addr, unsigned long end)
{
	for (; addr < end; addr += PAGE_SIZE)
		g(pmd_val(*pmd_off_k(addr)));
}
static void walk(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long next;

	do {
		next = min(end, vma->vm_end);
		inside(start, next);
	} while (start = next, start < end);
}`);
    expect(program).toContain('address: "start" is the first address of the modelled range');
    expect(program).toContain('address: "end" is the end of the modelled range');
  });
  it('what an address is raised to is where the range begins, what it is cut to is its end', () => {
    const program = linked(`
static void walk(unsigned long addr, unsigned long one, unsigned long other)
{
	if (addr < one)
		addr = one;
	for (; addr < other; addr += PAGE_SIZE)
		g(pmd_val(*pmd_off_k(addr)));
}`);
    expect(program).toContain('address: "one" is the first address of the modelled range');
    expect(program).toContain('address: "other" is the end of the modelled range');
  });
  it('a stride that is computed with what is not known is one page, too', () => {
    const program = linked(`
static void walk(unsigned long addr, unsigned long end, struct hstate *h)
{
	unsigned long sz = (unsigned long)PAGE_SIZE << h->order;

	for (; addr < end; addr += sz)
		g(pmd_val(*pmd_off_k(addr)));
}`);
    expect(program).toContain('addr = addr + 1');
  });
  it('an unknown stride is one page', () => {
    is(`
static void walk(unsigned long addr, unsigned long end, struct hstate *h)
{
	unsigned long sz = huge_page_size(h);

	for (; addr < end; addr += sz)
		g(pmd_val(*pmd_off_k(addr)));
}`).toMatchInlineSnapshot(`
  "   0  addr = 0 -> 2
     1  if addr < 8 -> 2 else end
     2  load pud_val = *swapper[addr >> 2 & 1] (pud, descent, plain)
     3  load pmd_val = *pud_val[addr >> 1 & 1] (pmd, plain)
     4  addr = addr + 1 -> 1
  assuming:
    unknown-call: huge_page_size(), g() take or drop no lock and touch no table: their bodies are not at hand
    address: "addr" is the first address of the modelled range
    address: "end" is the end of the modelled range"
`);
  });
});

describe('what is given', () => {
  it('a pointer to an entry points to a live one; a value points to a live table', () => {
    is(`
static void walk(pmd_t *pmd, pud_t pud, struct vm_fault *vmf)
{
	if (pmd_none(*pmd))
		return;
	g(pmd_val(*pmd_offset_lockless(NULL, pud, 0)));
	g(pte_val(*vmf->pte));
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud)
     1  if table(pud_val) -> 2 else end
     2  load pmd_val = *pud_val[0] (pmd)
     3  if table(pmd_val) -> 4 else end
     4  pmd = pud_val[0]
     5  load pmd_val_2 = *pmd (pmd, plain)
     6  if none(pmd_val_2) -> end else 7
     7  load pmd_val_3 = *pud_val[0] (pmd, plain)
     8  load pte_val = *pmd_val[0] (pte, plain) -> end
  assuming:
    address: pmd points to the first entry of the pmd table that the caller is in when walk() is entered
    address: pud is the first entry of the pud table that the caller is in when walk() is entered
    unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
    address: "vmf->pte" points to the first entry of the pte table that the caller is in"
`);
  });
  it('a copy on the stack is read without memory, through functions too', () => {
    is(`
static int is_empty(pmd_t *pmd) { return pmd_none(*pmd); }
static void walk(pmd_t *pmd)
{
	pmd_t copy = READ_ONCE(*pmd);

	if (is_empty(&copy))
		return;
	g(pte_val(*pte_offset_kernel(&copy, 0)));
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud)
     1  if table(pud_val) -> 2 else end
     2  pmd = pud_val[0]
     3  load copy = *pmd (pmd)
     4  if none(copy) -> end else 5
     5  load pte_val = *copy[0] (pte, plain) -> end
  assuming:
    address: pmd points to the first entry of the pmd table that the caller is in when walk() is entered
    unknown-call: g() takes or drops no lock and touches no table: its body is not at hand"
`);
  });
  it('a pointer of which nothing is known is stated', () => {
    is(`
static void walk(unsigned long addr)
{
	pmd_t *pmd = pmd_off_k(addr);

	if (pmd_none(*pmd))
		find_it(&pmd);
	g(pmd_val(*pmd));
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud, descent, plain)
     1  pmd = pud_val[0]
     2  load pmd_val = *pmd (pmd, plain)
     3  if none(pmd_val) -> 4 else 5
     4  pmd = ?(pmd)
     5  load pmd_val_2 = *pmd (pmd, plain) -> end
  assuming:
    unknown-call: find_it(), g() take or drop no lock and touch no table: their bodies are not at hand
    address: "addr" is the first address of the modelled range"
`);
  });
});

describe('calls', () => {
  const ops = `
struct st { struct mm_walk_ops *ops; unsigned long found; };
static int found(pmd_t *pmd, struct st *st)
{
	st->found = 1;
	return pmd_leaf(*pmd);
}
static const struct mm_walk_ops table = { .pmd_entry = found };
static int each(pmd_t *pmd, struct st *st)
{
	const struct mm_walk_ops *ops = st->ops;

	if (ops->pte_hole)
		ops->pte_hole(pmd, st);
	return ops->pmd_entry(pmd, st);
}`;
  it('a callback through a table of operations and an object on the stack', () => {
    is(`${ops}
static void walk(unsigned long addr)
{
	struct st st = { .ops = &table };

	if (each(pmd_off_k(addr), &st) && st.found)
		flush_tlb_all();
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud, descent, plain)
     1  pmd = pud_val[0]
     2  load pmd_val = *pmd (pmd, plain)
     3  if leaf(pmd_val) -> 4 else end
     4  flush -> end
  assuming:
    address: "addr" is the first address of the modelled range"
`);
  });
  it('a callback given as an argument', () => {
    is(`
static int leaf(pmd_t *pmd) { return pmd_leaf(*pmd); }
static int apply(pmd_t *pmd, int (*fn)(pmd_t *)) { return fn(pmd); }
static void walk(unsigned long addr)
{
	if (apply(pmd_off_k(addr), leaf))
		flush_tlb_all();
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud, descent, plain)
     1  pmd = pud_val[0]
     2  load pmd_val = *pmd (pmd, plain)
     3  if leaf(pmd_val) -> 4 else end
     4  flush -> end
  assuming:
    address: "addr" is the first address of the modelled range"
`);
  });
  it('a callback that an empty object on the stack is given afterwards', () => {
    is(`
static int leaf(pmd_t *pmd) { return pmd_leaf(*pmd); }
static int apply(pmd_t *pmd, struct walk *walk) { return walk->entry ? walk->entry(pmd) : 0; }
static void walk(unsigned long addr)
{
	struct walk one = {};

	one.entry = leaf;
	if (apply(pmd_off_k(addr), &one))
		flush_tlb_all();
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud, descent, plain)
     1  pmd = pud_val[0]
     2  load pmd_val = *pmd (pmd, plain)
     3  if leaf(pmd_val) -> 4 else end
     4  flush -> end
  assuming:
    address: "addr" is the first address of the modelled range"
`);
  });
  it('candidates of a pointer of which only the field is known', () => {
    is(`${ops}
static void walk(struct st *st, unsigned long addr)
{
	st->ops->pmd_entry(pmd_off_k(addr), st);
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud, descent, plain)
     1  pmd = pud_val[0]
     2  load pmd_val = *pmd (pmd, plain) -> end
  assuming:
    function-pointer: st->ops->pmd_entry() is one of found()
    address: "addr" is the first address of the modelled range"
`);
  });
  it('recursion is followed once', () => {
    is(`
static void walk(pmd_t *pmd)
{
	if (pmd_none(*pmd))
		return;
	walk(pmd + 1);
	g(pmd_val(*pmd));
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud)
     1  if table(pud_val) -> 2 else end
     2  pmd = pud_val[0]
     3  load pmd_val = *pmd (pmd, plain)
     4  if none(pmd_val) -> end else 5
     5  load pmd_val_2 = *pmd (pmd, plain) -> end
  assuming:
    address: pmd points to the first entry of the pmd table that the caller is in when walk() is entered
    recursion: walk() calls itself; the inner call is not followed
    unknown-call: g() takes or drops no lock and touches no table: its body is not at hand"
`);
  });
  it('BUG() in a callee ends the walk, not only the callee', () => {
    is(`
static void check(pmd_t *pmd) { BUG_ON(pmd_none(*pmd)); }
static void walk(pmd_t *pmd)
{
	rcu_read_lock();
	check(pmd);
	rcu_read_unlock();
}`).toMatchInlineSnapshot(`
  "   0  load pud_val = *swapper[0] (pud)
     1  if table(pud_val) -> 2 else end
     2  pmd = pud_val[0]
     3  rcu_read_lock
     4  load pmd_val = *pmd (pmd, plain)
     5  if none(pmd_val) -> 6 else 7
     6  nop (the path ends)
     7  rcu_read_unlock -> end
  assuming:
    address: pmd points to the first entry of the pmd table that the caller is in when walk() is entered"
`);
  });
});

describe('conditional locks', () => {
  const walk = `
static void walk(struct mm_struct *mm, unsigned long addr)
{
	if (mm != &init_mm)
		mmap_read_lock(mm);
	if (IS_ENABLED(CONFIG_X))
		rcu_read_lock();
	g(pmd_val(*pmd_off(mm, addr)));
	if (IS_ENABLED(CONFIG_X))
		rcu_read_unlock();
	if (mm != &init_mm)
		mmap_read_unlock(mm);
}`;
  it('hang on the mm, and on a setting that is the same throughout', () => {
    is(walk).toMatchInlineSnapshot(`
      "   0  choose -> 1 | 2
         1  CONFIG_X = 1 -> 3
         2  CONFIG_X = 0 -> 4
         3  rcu_read_lock
         4  load pud_val = *swapper[0] (pud, descent, plain)
         5  load pmd_val = *pud_val[0] (pmd, plain)
         6  if CONFIG_X -> 7 else end
         7  rcu_read_unlock -> end
      assuming:
        address: mm is &init_mm when walk() is entered
        unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
        both-branches: with and without CONFIG_X
        address: "addr" is the first address of the modelled range"
    `);
  });
  it('a user mm, a known setting', () => {
    const config = new Map([['CONFIG_X', false]]);
    is(walk, { kernelRoot: undefined, userRoot: 'top', config }).toMatchInlineSnapshot(`
      "   0  lock mmap_lock(mm) read
         1  load pud_val = *top[0] (pud, descent, plain)
         2  load pmd_val = *pud_val[0] (pmd, plain)
         3  unlock mmap_lock(mm) read -> end
      assuming:
        address: mm is the walked process's mm when walk() is entered
        unknown-call: g() takes or drops no lock and touches no table: its body is not at hand
        address: "addr" is the first address of the modelled range"
    `);
  });
});

describe('not linked', () => {
  it('a function that reads no table, with the reason', () => {
    is(
      'static void f(struct mm_struct *mm) { mmap_read_lock(mm); walk_it(mm); mmap_read_unlock(mm); }',
    ).toMatchInlineSnapshot(
      `"no entry of a page table is left to read or write when its calls are followed: walk_it() takes or drops no lock and touches no table: its body is not at hand"`,
    );
  });
  it('more steps than the limit', () => {
    is('static void f(pmd_t *pmd) { if (pmd_none(*pmd)) return; }', { maxSteps: 1 }).toMatchInlineSnapshot(
      `"the walk has more than 1 steps when its calls are followed"`,
    );
  });
});

describe('a constant as the first address', () => {
  it('is where the modelled range begins, and that is said', () => {
    const program = linked(
      `
static void walk(unsigned long start)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(start), start), start);

	g(pud_val(READ_ONCE(*pud)));
}

static void show(void)
{
	walk(PAGE_OFFSET);
}`,
      {},
      'show',
    );
    expect(program).toContain('*swapper[0]');
    expect(program).toContain('"PAGE_OFFSET" is the first address of the modelled range');
  });
});
