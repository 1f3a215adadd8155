/** A walk whose end the model does not have, and that counts on: so many states, and no more. */
import { describe, expect, test } from 'vitest';
import { sessionOf } from '../analysis/scan-text.js';

const FILE = 'mm/x.c';
const walk = (loop: string): string => `
int see(unsigned long addr, unsigned long end, struct seq_file *m)
{
	unsigned long size = end_of(m);
	unsigned int i = 0;

	${loop}
	return 0;
}

static void see_at(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	if (!pud_none(*pud) && !pud_leaf(*pud))
		look(pmd_val(*pmd_offset(pud, addr)));
}
`;
const replay = (loop: string, ...held: readonly string[]) =>
  sessionOf({ [FILE]: walk(loop) }).replay({
    file: FILE,
    function: 'see',
    freer: 'memory-hot-remove',
    arch: 'x86',
    with: held,
  });

describe('an address that nothing stops', () => {
  const ON_AND_ON =
    'for (addr = PAGE_OFFSET; size > 0; addr += PMD_SIZE, size -= PMD_SIZE)\n\t\tsee_at(addr);';

  test('all states are seen, and none is a race under the lock', () => {
    const { verdict, states } = replay(ON_AND_ON, 'get_online_mems');
    expect(verdict).toBe('refuted');
    expect(states).toBeLessThan(10_000);
  });

  test('without it, the race is found', () => {
    expect(replay(ON_AND_ON)).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  });
});

test('a count that is asked for is reached, however many rounds it takes', () => {
  const COUNTED = 'for (addr = PAGE_OFFSET; i != 72; i++)\n\t\taddr += PMD_SIZE;\n\tsee_at(addr);';
  expect(replay(COUNTED)).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  expect(replay(COUNTED, 'get_online_mems').verdict).toBe('refuted');
});
