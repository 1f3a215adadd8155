/** Which freers a walk can meet, which program of a freer it is replayed against, and what a session says of a request. */
import { describe, expect, it } from 'vitest';
import { NEWEST } from '../../../src/core/kernel/when.js';
import { knowledgeOf } from '../../../src/core/program/lower/context.js';
import { createFreerPrograms } from '../../../src/core/replay/freer-programs.js';
import { isInsideVma } from '../../../src/core/replay/inside-vma.js';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { RequestError } from '../../../src/core/session.js';
import { dump } from '../analysis/kernel-c.js';
import { sessionOf } from '../analysis/scan-text.js';
import { lower } from '../program/c.js';

const USER_WALK = (params: string, before: string): string => `
int look(${params})
{
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;
	int found = 0;

	${before}
	pgd = pgd_offset(mm, addr);
	if (pgd_none(*pgd))
		goto out;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		goto out;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		goto out;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		goto out;
	found = !pmd_leaf(*pmd);
out:
	mmap_read_unlock(mm);
	return found;
}
`;
const MM = 'struct mm_struct *mm, unsigned long addr';

describe('freers of a walk', () => {
  const choices = (text: string, name: string): Readonly<Record<string, boolean>> =>
    Object.fromEntries(
      sessionOf({ 'mm/x.c': text })
        .freers({ file: 'mm/x.c', function: name })
        .map(({ freer, applies }) => [freer, applies]),
    );

  it('over kernel tables: those that free kernel tables', () => {
    const kernel = choices(dump('sweep(m);'), 'sweep');
    expect(kernel).toMatchObject({ 'memory-hot-remove': true, 'huge-vmap': true, munmap: false });
  });

  it('over tables of a process: those that free user tables', () => {
    const user = choices(
      USER_WALK('struct vm_area_struct *vma, unsigned long addr', '').replace(/\(mm/g, '(vma->vm_mm'),
      'look',
    );
    expect(user).toMatchObject({ munmap: true, 'memory-hot-remove': false });
  });

  it('a helper that is given an entry: those of the walk above it', () => {
    const text = dump('sweep(m);').replace(
      'seq_printf(m, "%lx %llx\\n", addr, (u64)pmd_val(*pmd));',
      'print_ptes(m, pmd);',
    );
    const helper =
      'static void print_ptes(struct seq_file *m, pmd_t *pmd)\n{\n\tpte_t *pte = pte_offset_kernel(pmd, 0);\n\n\tseq_printf(m, "%llx\\n", (u64)pte_val(*pte));\n}\n';
    expect(choices(helper + text, 'print_ptes')).toMatchObject({ 'memory-hot-remove': true, munmap: false });
    const nobody = choices(helper, 'print_ptes');
    expect(nobody).toMatchObject({ 'memory-hot-remove': true, munmap: true });
  });

  it('a callback of a walk: those of the walk, and user ones where it looks at the VMA', () => {
    const callback = (body: string): string =>
      `static int count(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)\n{\n\t${body}\n\treturn pte_none(*pte);\n}\n`;
    const ops =
      'static const struct mm_walk_ops count_ops = {\n\t.pte_entry = count,\n};\nvoid count_all(struct seq_file *m)\n{\n\twalk_page_range_novma(&init_mm, 0, PMD_SIZE, &count_ops, NULL, m);\n}\n';
    const kernel = { 'memory-hot-remove': true, munmap: false };
    expect(choices(callback('') + ops, 'count')).toMatchObject(kernel);
    expect(choices(callback('struct vm_area_struct *vma = walk->vma;\n\tnote(vma);'), 'count')).toMatchObject(
      {
        'memory-hot-remove': false,
        munmap: true,
      },
    );
  });

  it('those that apply come first', () => {
    const session = sessionOf({ 'mm/x.c': dump('sweep(m);') });
    const order = session.freers({ file: 'mm/x.c', function: 'sweep' }).map(({ applies }) => applies);
    expect(order).toEqual([...order].sort((a, b) => Number(b) - Number(a)));
  });
});

describe('requests', () => {
  const replay = (request: { freer?: 'munmap'; function?: string; with?: readonly string[] }): unknown =>
    sessionOf({ 'mm/x.c': dump('sweep(m);') }).replay({
      file: 'mm/x.c',
      function: 'sweep',
      with: [],
      ...request,
    });

  it('that can not be met say why', () => {
    expect(() => replay({ function: 'swep' })).toThrow(RequestError);
    expect(() => replay({ function: 'swep' })).toThrow(/did you mean sweep\(\)/);
    expect(() => replay({ freer: 'munmap' })).toThrow(/this walk is over kernel ones/);
    expect(() => replay({ with: ['get_a_life'] })).toThrow('"get_a_life" is no protection that can be taken');
  });

  it('are answered with a trace for each kind that was found', () => {
    const report = replay({}) as ReplayReport;
    expect(report.kinds.length).toBeGreaterThan(1);
    expect([report.scene?.kind, ...(report.others ?? []).map(({ kind }) => kind)]).toEqual(report.kinds);
    for (const { kind, trace, minimal, headline } of report.others ?? []) {
      expect(trace.at(-1)?.violation).toBe(kind);
      expect(minimal?.steps).toBe(trace.length);
      expect(headline).not.toBe('');
    }
  });

  it('are answered by what the walk holds, and what is added', () => {
    expect(replay({})).toMatchObject({ verdict: 'confirmed', freer: 'memory-hot-remove' });
    expect(replay({ with: ['get_online_mems'] })).toMatchObject({ verdict: 'refuted' });
    expect(replay({ with: ['rcu_read_lock'] })).toMatchObject({ verdict: 'confirmed' });
    expect(replay({ with: ['mmap_write_lock(&init_mm)'] })).toMatchObject({ verdict: 'confirmed' });
  });
});

describe('programs of munmap', () => {
  const names = (insideVma: boolean): readonly string[] =>
    createFreerPrograms()
      .fitting('munmap', 'user', 'arm64', NEWEST, insideVma)
      .map(({ name }) => name);

  it('a walk that looked its VMA up does not meet the one for walks that did not', () => {
    expect(names(true)).not.toContain('munmap-outside-vma.race');
    expect(names(false)).toContain('munmap-outside-vma.race');
  });

  it.each([
    ['find_vma()', MM, 'if (!find_vma(mm, addr))\n\t\treturn 0;', true],
    ['vma_lookup()', MM, 'if (!vma_lookup(mm, addr))\n\t\treturn 0;', true],
    ['is given a VMA', `struct vm_area_struct *vma, ${MM}`, '', true],
    ['is given a fault', `struct vm_fault *vmf, ${MM}`, '', true],
    ['takes a lock of a VMA', MM, 'i_mmap_lock_read(mapping);', true],
    ['only the lock of the mm', MM, 'mmap_read_lock(mm);', false],
    ['nothing', MM, '', false],
  ])('inside a VMA: %s', (_, params, before, expected) => {
    expect(isInsideVma(lower(USER_WALK(params, before)), knowledgeOf())).toBe(expected);
  });

  it('the mmap lock for read is enough inside a VMA, and not outside', () => {
    const verdict = (before: string): string =>
      sessionOf({ 'mm/x.c': USER_WALK(MM, `mmap_read_lock(mm);\n\t${before}`) }).replay({
        file: 'mm/x.c',
        function: 'look',
        freer: 'munmap',
        with: [],
        arch: 'arm64',
      }).verdict;
    expect(verdict('if (!vma_lookup(mm, addr)) {\n\t\tmmap_read_unlock(mm);\n\t\treturn 0;\n\t}')).toBe(
      'refuted',
    );
    expect(verdict('')).toBe('confirmed');
  });
});
