/** What was asked on the list in 2019, when arm64 got memory hot-remove; answered by running it. */
import { describe, expect, test } from 'vitest';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import { scanText, sessionOf } from '../analysis/scan-text.js';
import { KERNEL, rowsOf, type Column } from './columns.js';
import { DUMP_OF_2019, GUP_FAST, within } from './walkers.js';
import { explored, kindsOf, scenariosOf, type Against } from './world.js';

const [NOTHING = never(), HOTPLUG_LOCK = never(), IRQS_OFF = never(), PAGE_TABLE_LOCK = never()] = rowsOf(
  'nothing',
  'get_online_mems',
  'irqs off',
  'page_table_lock',
);

function never(): never {
  throw new Error('a row is missing');
}

function column(title: string): Column {
  return KERNEL.find((each) => each.title === title) ?? never();
}

test('is it harmful that a leaf changes under the walk? No: it is told as information, and is no race', () => {
  const walk = within(GUP_FAST, IRQS_OFF, 'user');
  const munmap: Against = { freer: 'munmap', arch: 'x86', variants: ['rcu'] };
  for (const scenario of scenariosOf(walk, munmap)) {
    const { verdict, violations } = explored(scenario);
    expect(violations.map(({ kind }) => kind)).toEqual(['stale-leaf']);
    expect(verdict).toBe('none');
  }
});

describe('does the hotplug lock stop a huge vmap install? No', () => {
  const walk = within(DUMP_OF_2019, HOTPLUG_LOCK, 'kernel');

  test.each(['vmap-arm64', 'vmap-x86', 'locked-arm64', 'locked-x86'])('%s', (title) => {
    expect(kindsOf(walk, column(title))).toEqual(
      expect.arrayContaining(['use-after-free', 'bogus-descent', 'null-descent', 'leaf-descent']),
    );
  });

  test.each(['rm-arm64', 'rm-x86'])('but %s it does', (title) => {
    for (const scenario of scenariosOf(walk, column(title))) {
      expect(explored(scenario)).toMatchObject({ verdict: 'none', violations: [] });
    }
  });
});

describe('does pfn_to_online_page() alone keep the page? No', () => {
  const look = (before: string, after: string): string => `
static int show(struct seq_file *m, unsigned long pfn)
{
	struct page *page;

	${before}
	page = pfn_to_online_page(pfn);
	if (page && PageReserved(page))
		seq_printf(m, "%lx\\n", pfn);
	${after}
	return 0;
}
`;
  const OFFLINE: Against = { freer: 'memory-offline', arch: 'x86', variants: ['any'] };
  const REMOVE: Against = { freer: 'memory-hot-remove', arch: 'x86', variants: ['memmap'] };

  test('it goes offline between check and use: what is read is poison; removed, its struct page is freed', () => {
    expect(kindsOf(look('', ''), OFFLINE)).toEqual(['bogus-descent']);
    expect(kindsOf(look('', ''), REMOVE)).toContain('use-after-free');
  });

  test('the trace: checked, removed, used', () => {
    const traces = scenariosOf(look('', ''), REMOVE).map((scenario) =>
      traceOf(scenario, explored(scenario), 'use-after-free'),
    );
    for (const { steps } of traces) {
      const marked = steps.filter(({ mark }) => mark !== undefined);
      expect(marked.map(({ mark, t, text }) => `${mark ?? ''}: ${t}: ${text}`)).toMatchInlineSnapshot(`
        [
          "took: walker: load section_val section[0] -> memmap",
          "freed: hot-remove: free memmap",
          "used: walker: load memmap_val memmap[0] !! use-after-free",
        ]
      `);
    }
    expect(traces).toHaveLength(1);
  });

  test('under get_online_mems() it is kept', () => {
    const held = look('get_online_mems();', 'put_online_mems();');
    expect(kindsOf(held, OFFLINE)).toEqual([]);
    expect(kindsOf(held, REMOVE)).toEqual([]);
  });

  test('RCU does not keep it: nothing of hot-remove waits for a grace period after the check', () => {
    expect(kindsOf(look('rcu_read_lock();', 'rcu_read_unlock();'), REMOVE)).toContain('use-after-free');
  });
});

describe('would 32-bit arm have the bug, if it had hot-remove? Yes: latent', () => {
  const FILE = 'arch/arm/mm/dump.c';
  const DUMP = `
static void walk_pmds(struct seq_file *m, pud_t *pud, unsigned long start)
{
	pmd_t *pmd = pmd_offset(pud, 0);
	unsigned int i;

	for (i = 0; i < PTRS_PER_PMD; i++, pmd++) {
		if (pmd_none(*pmd) || pmd_leaf(*pmd) || !pmd_present(*pmd))
			seq_printf(m, "%lx\\n", (unsigned long)pmd_val(*pmd));
		else
			seq_printf(m, "%lx\\n", (unsigned long)pte_val(*pte_offset_kernel(pmd, 0)));
	}
}

static int dump_show(struct seq_file *m, void *v)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < PAGE_END; addr += PGDIR_SIZE) {
		pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

		if (!pud_none(*pud))
			walk_pmds(m, pud, addr);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump);
`;

  test('the scan says so as information: no architecture that can meet it', () => {
    const { report } = scanText({ [FILE]: DUMP }, { replay: true });
    const told = report.findings.filter(({ freer }) => freer === 'memory-hot-remove');
    expect(told.length).toBeGreaterThan(0);
    for (const finding of told)
      expect(finding).toMatchObject({ severity: 'info', live: [], latent: ['arm'] });
  });

  test('the replay on arm, with the most careful freer known in the place of the one it does not have', () => {
    const session = sessionOf({ [FILE]: DUMP });
    const walk = { file: FILE, function: 'dump_show' };
    expect(session.freers(walk).find(({ freer }) => freer === 'memory-hot-remove')).toMatchObject({
      applies: true,
      reason: expect.stringContaining('latent') as string,
    });
    const ask = (...protections: string[]) =>
      session.replay({ ...walk, freer: 'memory-hot-remove', with: protections });
    expect(ask()).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
    expect(ask('get_online_mems')).toMatchObject({ verdict: 'refuted', consequence: null });
  });
});

describe('is x86 worse than arm64? Yes: it frees the table before it clears the entry', () => {
  const [arm64, x86] = [column('rm-arm64'), column('rm-x86')];
  const laneChanges = (text: string, against: Against): readonly number[] =>
    scenariosOf(text, against).flatMap((scenario) =>
      explored(scenario).violations.flatMap((each) =>
        each.kind === 'use-after-free' ? [each.laneChanges] : [],
      ),
    );

  test('one lane change is enough: the walk goes in through an entry that still says table', () => {
    const bare = within(DUMP_OF_2019, NOTHING, 'kernel');
    expect(laneChanges(bare, x86)).toEqual([1]);
    expect(laneChanges(bare, arm64)).toEqual([2]);
  });

  test('so that neither the page table lock nor interrupts off changes it', () => {
    for (const around of [PAGE_TABLE_LOCK, IRQS_OFF])
      expect(laneChanges(within(DUMP_OF_2019, around, 'kernel'), x86)).toEqual([1]);
  });
});
