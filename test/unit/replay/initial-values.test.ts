/** An object with an initializer: what it does not name is 0 in a table of functions, and not in one that is filled in later. */
import { expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';
const ask = (initial: string) =>
  sessionOf({
    [FILE]: `
static struct move {
	spinlock_t lock;
	struct mm_struct *mm;
	void (*done)(void);
} move = { ${initial} };

void set(struct mm_struct *mm)
{
	move.mm = mm;
}

int see(unsigned long addr)
{
	pud_t *pud;

	if (!move.mm)
		return 0;
	pud = pud_offset(p4d_offset(pgd_offset(move.mm, addr), addr), addr);
	if (pud_none(*pud))
		return 0;
	return pmd_none(*pmd_offset(pud, addr));
}
`,
  }).explore({ file: FILE, function: 'see', freer: 'munmap', arch: 'x86', with: [] });

test('a lock alone tells nothing of the rest', () => {
  expect(ask('.lock = __SPIN_LOCK_UNLOCKED(move.lock)')).toMatchObject({ exploration: { verdict: 'race' } });
});

test('where a function is named, what is not is 0', () => {
  expect(ask('.done = finish')).toMatchObject({
    kind: 'not-replayable',
    reason: expect.stringContaining('no entry of a page table is left to read') as string,
  });
});
