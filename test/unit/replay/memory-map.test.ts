/** A walk over page tables that looks at the memory map too: the scenario gets one that stays, and says so. */
import { describe, expect, test } from 'vitest';
import { memoryMapFor } from '../../../src/core/replay/memory-map.js';
import type { PageDecl } from '../../../src/core/machine/scenario.js';
import type { Step } from '../../../src/core/program/ir.js';
import { kindsOf, letters, scenariosOf } from './world.js';
import { KERNEL } from './columns.js';

const [hotRemove] = KERNEL;
if (!hotRemove) throw new Error('the tables have lost a column');

const SWAPPER: PageDecl = { name: 'swapper', level: 'pud', isStatic: true, entries: ['none', 'none'] };
const SECTION: PageDecl = { name: 'section', level: 'section', isStatic: true, entries: ['memmap', 'none'] };
const MEMMAP: PageDecl = { name: 'memmap', level: 'memmap', isStatic: false, entries: ['leaf', 'leaf'] };

const reading = (page: string): { steps: readonly Step[]; assumptions: [] } => ({
  steps: [
    {
      op: 'load',
      dst: 'v',
      from: { kind: 'element', page, index: { kind: 'int', value: 0 } },
      level: 'section',
      access: 'once',
      use: 'entry',
      next: -1,
      text: '',
    },
  ],
  assumptions: [],
});

describe('memoryMapFor', () => {
  test('nothing for a walk that does not look, nor where the freer has its own', () => {
    expect(memoryMapFor(reading('swapper'), [SWAPPER])).toEqual({ pages: [], assumptions: [] });
    expect(memoryMapFor(reading('section'), [SECTION, MEMMAP])).toEqual({ pages: [], assumptions: [] });
  });

  test('a section that is online and its map, and that they stay', () => {
    const { pages, assumptions } = memoryMapFor(reading('section'), [SWAPPER]);
    expect(pages.map(({ name, isStatic }) => [name, isStatic])).toEqual([
      ['section', true],
      ['memmap', true],
    ]);
    expect(assumptions).toMatchObject([{ kind: 'not-modelled' }]);
    expect(assumptions[0]?.text).toContain('stays online');
  });
});

test('a table walk that asks pfn_to_online_page() of what it found: the races are those of the tables', () => {
  const text = `
static int show(struct seq_file *m, unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	struct page *page;
	pmd_t pmd;

	if (pud_none(*pud) || pud_leaf(*pud))
		return 0;
	pmd = READ_ONCE(*pmd_offset(pud, addr));
	page = pfn_to_online_page(pmd_pfn(pmd));
	if (page)
		seq_printf(m, "%lx\\n", page->flags);
	return 0;
}
`;
  expect(letters(kindsOf(text, hotRemove))).toBe('UBN');
  for (const { pages, assumptions } of scenariosOf(text, hotRemove)) {
    expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['section', 'memmap']));
    expect(assumptions.map(({ text: each }) => each).join('\n')).toContain('stays online');
  }
});
