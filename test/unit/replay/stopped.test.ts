/** A walk that is handed to stop_machine(): no freer is in the middle of anything, and none comes. */
import { describe, expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';
const walk = (call: string): string => `
struct range { unsigned long addr; };

static int see(void *data)
{
	struct range *range = data;
	unsigned long addr = range->addr;
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	if (pud_none(*pud) || pud_leaf(*pud))
		return 0;
	look(pmd_val(*pmd_offset(pud, addr)));
	return 0;
}

int see_all(unsigned long addr)
{
	struct range range = { .addr = addr };

	return ${call};
}
`;
const replay = (call: string, arch = 'arm64') =>
  sessionOf({ [FILE]: walk(call) }).replay({
    file: FILE,
    function: 'see_all',
    freer: 'memory-hot-remove',
    with: [],
    arch,
  });

describe('a function that is handed over', () => {
  test('runs with what it is given, and races where nothing is stopped', () => {
    expect(replay('see(&range)')).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  });

  test.each([
    ['stop_machine(see, &range, NULL)'],
    ['stop_machine_cpuslocked(see, &range, NULL)'],
    ['stop_core_cpuslocked(0, see, &range)'],
  ])('%s meets no freer that clears before it frees half way', (call) => {
    const { kinds, verdict } = replay(call);
    expect(kinds).not.toContain('use-after-free');
    expect(verdict).toBe('refuted');
  });

  test('one that frees before it clears may be stopped in between', () => {
    expect(replay('stop_machine(see, &range, NULL)', 'x86').verdict).toBe('confirmed');
  });
});
