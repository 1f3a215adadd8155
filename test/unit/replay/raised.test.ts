/** Walks that read entries of puds alone: the table that they are in is freed by those freers that free tables of puds. */
import { describe, expect, test } from 'vitest';
import { FREER_FRAGMENTS } from '../../../src/core/kernel/fragments.js';
import { raised } from '../../../src/core/replay/raised.js';
import type { RaceFile, RacePlace } from '../../../src/core/trace/language/ast.js';
import { raceOf } from '../../support/races.js';
import { sessionOf } from '../analysis/scan-text.js';
import { kindsOf, letters, scenariosOf, type Against } from './world.js';

/** In the manner of a walk that looks for large pages in the kernel's tables, or for the pmds of a process. */
const walk = (enter: string, leave: string, root = 'pgd_offset(mm, addr)'): string => `
bool has_puds(struct mm_struct *mm, unsigned long addr)
{
	p4d_t *p4d;
	pud_t *pud, entry;

	${enter}
	p4d = p4d_offset(${root}, addr);
	if (p4d_none(*p4d)) {
		${leave}
		return false;
	}
	pud = pud_offset(p4d, addr);
	entry = READ_ONCE(*pud);
	${leave}
	return pud_present(entry) && !pud_leaf(entry);
}
`;
const against = (freer: Against['freer'], arch: string, ...variants: readonly string[]): Against => ({
  freer,
  arch,
  variants,
});
const MUNMAP = against('munmap', 'x86', 'plain', 'rcu');
const HOT_REMOVE = ['x86', 'arm64', 'powerpc', 'riscv', 's390'].map((arch) =>
  against('memory-hot-remove', arch, arch),
);
const KERNEL = 'pgd_offset_k(addr)';

describe('a walk of puds', () => {
  test('of a process races with munmap, unless the mmap lock is held', () => {
    expect(letters(kindsOf(walk('', ''), MUNMAP))).toMatch(/^UB/);
    expect(letters(kindsOf(walk('mmap_read_lock(mm);', 'mmap_read_unlock(mm);'), MUNMAP))).toBe('ok');
  });

  test.each(HOT_REMOVE)('of the kernel races with hot-remove on $arch, unless that is kept out', (freer) => {
    expect(letters(kindsOf(walk('', '', KERNEL), freer))).toMatch(/^UB/);
    expect(letters(kindsOf(walk('get_online_mems();', 'put_online_mems();', KERNEL), freer))).toBe('ok');
  });

  test('is in no danger from who frees tables of ptes alone', () => {
    expect(letters(kindsOf(walk('', ''), against('thp-collapse', 'x86', 'anon')))).toBe('ok');
    expect(letters(kindsOf(walk('', '', KERNEL), against('huge-vmap', 'x86', 'pmd-x86')))).toBe('ok');
  });

  test('is in no danger where the architecture has not so many levels: its table is the top one', () => {
    expect(letters(kindsOf(walk('', ''), against('munmap', 'arm', 'plain')))).toBe('ok');
    expect(letters(kindsOf(walk('', ''), against('munmap', 'mips', 'plain')))).toMatch(/^UB/);
  });

  test('says that there are levels enough, and where the freer does it', () => {
    const [scenario] = scenariosOf(walk('', ''), MUNMAP);
    expect(scenario?.pages.map(({ level }) => level)).toEqual(['p4d', 'pud', 'pmd', 'pmd']);
    expect(scenario?.assumptions.map(({ text }) => text)).toContain(
      'there are so many levels of page tables that tables of puds are freed, too',
    );
  });
});

test('a walk that takes its table of puds for granted is told of the freer alone, and not of what it does by itself', () => {
  const granted = (enter: string, leave: string): string => `
int see(struct seq_file *m)
{
	unsigned long addr;

	${enter}
	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE)
		seq_printf(m, "%llx", (u64)pud_val(*pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr)));
	${leave}
	return 0;
}
`;
  const replay = (enter: string, leave: string) =>
    sessionOf({ 'mm/x.c': granted(enter, leave) }).replay({
      file: 'mm/x.c',
      function: 'see',
      freer: 'memory-hot-remove',
      arch: 'x86',
      with: [],
    });
  expect(replay('', '')).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  expect(replay('get_online_mems();', 'put_online_mems();').verdict).toBe('refuted');
});

test('a walk that reads an entry below is put beside the fragment as it is', () => {
  const below = walk('', '').replace(
    'return pud_present(entry)',
    'return pmd_present(READ_ONCE(*pmd_offset(pud, addr)))',
  );
  expect(scenariosOf(below, MUNMAP)[0]?.pages[0]?.level).toBe('pud');
});

test('a walk that writes entries of puds alone is put beside the freer of their table, and is in no danger from others', () => {
  const write = (enter: string, leave: string): string => `
void unshare(struct vm_area_struct *vma, unsigned long addr)
{
	${enter}
	pud_clear(pud_offset(p4d_offset(pgd_offset(vma->vm_mm, addr), addr), addr));
	${leave}
}
`;
  const replay = (freer: 'munmap' | 'thp-collapse', enter = '', leave = '') =>
    sessionOf({ 'mm/x.c': write(enter, leave) }).replay({
      file: 'mm/x.c',
      function: 'unshare',
      freer,
      with: [],
      arch: 'x86',
    });
  expect(replay('munmap')).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  expect(replay('thp-collapse').verdict).toBe('refuted');
});

test('every entry that a fragment clears is cleared by another function one level up', () => {
  const fragments = FREER_FRAGMENTS.map(({ text }) => raceOf(text)).filter(({ above }) => above.length > 0);
  expect(fragments).toHaveLength(9);
  for (const race of fragments) {
    const stores = (file: RaceFile): readonly (RacePlace | undefined)[] =>
      file.threads.flatMap(({ body }) => body).flatMap(({ kind, at }) => (kind === 'store' ? [at] : []));
    const lifted = stores(raised(race) ?? race);
    expect(lifted).toHaveLength(stores(race).length);
    for (const [index, at] of stores(race).entries()) expect(lifted[index]).not.toEqual(at);
  }
});
