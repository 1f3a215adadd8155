/** Walks over page frames: what reads a struct page, and what taking its memory offline or away does to that read. */
import { describe, expect, test } from 'vitest';
import { kindsOf, scenariosOf, type Against } from './world.js';

const OFFLINE: Against = { freer: 'memory-offline', arch: 'x86', variants: ['any'] };
const REMOVE: Against = { freer: 'memory-hot-remove', arch: 'x86', variants: ['memmap'] };

/** A walk over frames that asks whether each is online, and then reads it by `read`. */
const scan = (read: string, before = '', after = ''): string => `
static unsigned long flags_of(const struct page *page)
{
	return page->flags;
}

static void scan(struct seq_file *m, unsigned long pfn, unsigned long end)
{
	struct page *page;
	struct folio *folio;

	${before}
	for (; pfn < end; pfn++) {
		page = pfn_to_online_page(pfn);
		if (!page)
			continue;
		${read}
	}
	${after}
}
`;

describe('each of these reads the struct page', () => {
  test.each([
    ['a member', 'seq_printf(m, "%lx", page->flags);'],
    ['READ_ONCE() of a member', 'seq_printf(m, "%lx", READ_ONCE(page->flags));'],
    ['a member of a member', 'seq_printf(m, "%px", page->lru.next);'],
    ['a member that is given by its address', 'seq_printf(m, "%d", atomic_read(&page->_refcount));'],
    ['the folio of the page', 'seq_printf(m, "%lx", page_folio(page)->flags);'],
    [
      'a member of the folio, under another name',
      'folio = (struct folio *)page;\n\t\tseq_printf(m, "%lx", folio->flags);',
    ],
    ['the head of the page', 'page = compound_head(page);\n\t\tseq_printf(m, "%lx", page->flags);'],
    ['a function that reads a member', 'seq_printf(m, "%lx", flags_of(page));'],
    ['a flag', 'if (PageReserved(page))\n\t\t\tcontinue;'],
  ])(
    '%s: %s',
    (_, read) => {
      expect(kindsOf(scan(read), OFFLINE)).toEqual(['bogus-descent']);
      expect(kindsOf(scan(read), REMOVE)).toContain('use-after-free');
      const held = scan(read, 'get_online_mems();', 'put_online_mems();');
      expect(kindsOf(held, OFFLINE)).toEqual([]);
      expect(kindsOf(held, REMOVE)).toEqual([]);
    },
    30_000,
  );
});

describe('these do not', () => {
  test.each([
    ['the pointer by itself', 'seq_printf(m, "%px", page);'],
    ['the same struct page under another type', 'count(&((struct folio *)page)->page);'],
  ])('%s', (_, read) => {
    expect(kindsOf(scan(read), OFFLINE)).toEqual([]);
  });
});

describe('frames of which nobody asks whether they are online', () => {
  const HELD = ['get_online_mems();', 'put_online_mems();'] as const;
  /** Reads a frame that somebody gave it, or that it has from somewhere, and asks of others afterwards. */
  const drop = (params: string, [before, after]: readonly [string, string], ask = ''): string => `
static void drop(${params})
{
	struct page *page;

	${before}
	${ask}
	page = pfn_to_page(pfn);
	note(page->flags);
	for (; pfn < end; pfn++) {
		page = pfn_to_online_page(pfn);
		if (page)
			note(page->flags);
	}
	${after}
}
`;
  const GIVEN = 'unsigned long pfn, unsigned long end';
  const OWN = 'struct range *r, int pfn, int end';

  test.each([
    ['given', GIVEN],
    ['its own', OWN],
  ])('%s: the lock that is taken for them keeps them, and without it nothing does', (_, params) => {
    expect(kindsOf(drop(params, HELD), REMOVE)).toEqual([]);
    expect(kindsOf(drop(params, HELD), OFFLINE)).toEqual([]);
    expect(kindsOf(drop(params, ['', '']), REMOVE)).toContain('use-after-free');
    expect(kindsOf(drop(params, ['', '']), OFFLINE)).toEqual(['bogus-descent']);
  });

  test('that they are valid is not enough for those that are found by asking that', () => {
    const asks = 'if (!pfn_valid(pfn)) goto out;';
    const out = ['get_online_mems();', 'out: put_online_mems();'] as const;
    expect(kindsOf(drop(OWN, out, asks), OFFLINE)).toEqual(['bogus-descent']);
    expect(kindsOf(drop(GIVEN, out, asks), OFFLINE)).toEqual([]);
  });
});

test('a walk from the last frame down to the first begins at the end of the range', () => {
  const down = (before: string, after: string): string => `
static void last(struct seq_file *m, unsigned long first_pfn, unsigned long end_pfn)
{
	unsigned long pfn;

	${before}
	for (pfn = end_pfn - 1; pfn >= first_pfn; pfn -= PAGES_PER_SUBSECTION) {
		struct page *page = pfn_to_online_page(pfn);

		if (page)
			seq_printf(m, "%lx", page->flags);
	}
	${after}
}
`;
  expect(kindsOf(down('', ''), REMOVE)).toContain('use-after-free');
  expect(kindsOf(down('get_online_mems();', 'put_online_mems();'), REMOVE)).toEqual([]);
});

test('a struct page that comes from a list is none of the frames that the walk goes over', () => {
  const read = 'list_for_each_entry(page, &pages, lru)\n\t\t\tseq_printf(m, "%lx", page->flags);';
  expect(kindsOf(scan(read), OFFLINE)).toEqual([]);
});

test('a struct page that is found by the entry of a table is not read in a walk of tables', () => {
  const walk = `
static void walk(pte_t *pte, struct seq_file *m)
{
	struct page *page = pte_page(*pte);

	if (page_count(page) > 1)
		seq_printf(m, "%lx", page->flags);
}
`;
  const munmap: Against = { freer: 'munmap', arch: 'x86', variants: ['rcu'] };
  for (const { threads } of scenariosOf(walk, munmap)) {
    const loads = threads[0]?.program.steps.flatMap((step) => (step.op === 'load' ? [step.level] : []));
    expect(loads).toEqual(['pud', 'pmd', 'pte']);
  }
});
