/** What a walk meets without any freer is no race with one. */
import { expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';
const ask = (check: string) =>
  sessionOf({
    [FILE]: `
int see(struct seq_file *m, unsigned long addr, unsigned long end)
{
	pud_t *pud;

	get_online_mems();
	for (; addr < end; addr += PAGE_SIZE) {
		pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
		${check}
		seq_printf(m, "%lx\\n", pmd_val(*pmd_offset(pud, addr)));
	}
	put_online_mems();
	return 0;
}
`,
  }).replay({ file: FILE, function: 'see', freer: 'memory-hot-remove', arch: 'x86', with: [] });

test('a descent through an entry that was none all the time: it is not known what it means, and that is told', () => {
  expect(ask('')).toMatchObject({
    verdict: 'unknown',
    kinds: [],
    reason: expect.stringContaining('the walk does by itself') as string,
  });
});

test('with the check there is nothing left to tell', () => {
  expect(ask('if (pud_none(*pud))\n\t\t\tcontinue;')).toMatchObject({ verdict: 'refuted', reason: '' });
});
