/** What the machine says of a linked walk: the folding of copies must not change it, and it must be what C means. */
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import type { Scenario, ThreadDecl } from '../../../src/core/machine/scenario.js';
import type { Step } from '../../../src/core/program/ir.js';
import { foldCopies } from '../../../src/core/program/link/copies.js';
import { linkedProgram } from './c.js';

const at = { text: '' };
const pmd0 = { kind: 'element', page: 'swapper', index: { kind: 'int', value: 0 } } as const;

/** Clears the entry of the pmd table, flushes, frees the table, under the hotplug lock. */
const FREER: readonly Step[] = [
  {
    op: 'lock',
    lock: { class: 'mem_hotplug_lock', name: 'mem_hotplug_lock' },
    mode: 'write',
    next: 1,
    ...at,
  },
  { op: 'store', to: pmd0, value: { kind: 'entry', value: 'none' }, level: 'pud', next: 2, ...at },
  { op: 'flush', next: 3, ...at },
  { op: 'free', page: { kind: 'table', page: 'pmd0' }, next: 4, ...at },
  {
    op: 'unlock',
    lock: { class: 'mem_hotplug_lock', name: 'mem_hotplug_lock' },
    mode: 'write',
    next: -1,
    ...at,
  },
];

function kinds(steps: readonly Step[]): string {
  const thread = (
    name: string,
    cpu: number,
    role: ThreadDecl['role'],
    program: readonly Step[],
  ): ThreadDecl => ({
    name,
    cpu,
    role,
    title: name,
    program: { steps: program, assumptions: [] },
  });
  const scenario: Scenario = {
    title: 'test',
    arch: { name: 'arm64', flushWaitsForIrqsOff: false, rcuWaitsForIrqsOff: true },
    pages: [
      { name: 'swapper', level: 'pud', isStatic: true, entries: ['pmd0', 'none'] },
      { name: 'pmd0', level: 'pmd', isStatic: false, entries: ['leaf', 'none'] },
    ],
    locks: [
      { name: 'mem_hotplug_lock', kind: 'percpu-rwsem' },
      { name: 'mmap_lock(init_mm)', kind: 'rwsem' },
    ],
    threads: [thread('walker', 0, 'walker', steps), thread('freer', 1, 'freer', FREER)],
    assumptions: [],
  };
  const { verdict, violations } = explore(scenario);
  return [verdict, ...violations.map(({ kind }) => kind)].join(' ');
}

/** Verdict and kinds of a walk by pud and pmd whose middle is `body`. */
function replay(before: string, body: string, after: string): string {
  const program = linkedProgram(`
static void walk(unsigned long addr, unsigned long end)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pud_t val;
	pmd_t *pmd;

	${before}
	${body}
	${after}
}`);
  if (typeof program === 'string') return program;
  // a second folding finds nothing, and every folding keeps the answer
  const steps = foldCopies(program.steps);
  const answer = kinds(program.steps);
  expect(kinds(steps)).toBe(answer);
  return answer;
}

const TWICE = 'if (!pud_none(*pud)) { pmd = pmd_offset(pud, addr); g(pmd_val(*pmd)); }';
const ONCE =
  'val = READ_ONCE(*pud); if (!pud_none(val)) { pmd = pmd_offset_lockless(pud, val, addr); g(pmd_val(*pmd)); }';

describe('a walk against a freer', () => {
  it('nothing held: the table may go, and the second read may find none', () => {
    expect(replay('', TWICE, '')).toBe('race use-after-free null-descent');
  });
  it('one read of the entry: no descent through none', () => {
    expect(replay('', ONCE, '')).toBe('race use-after-free');
  });
  it.each([
    ['get_online_mems();', 'put_online_mems();'],
    ['if (n) { get_online_mems(); } else { get_online_mems(); }', 'put_online_mems();'],
  ])('%s excludes it', (before, after) => {
    expect(replay(before, TWICE, after)).toBe('none');
  });
  it("a lock that is not the freer's does not", () => {
    expect(replay('mmap_read_lock(&init_mm);', TWICE, 'mmap_read_unlock(&init_mm);')).toBe(
      'race use-after-free null-descent',
    );
  });
  it('a retry is a loop, not the end', () => {
    expect(
      replay('get_online_mems();\nagain:', `${TWICE} if (pud_none(*pud)) goto again;`, 'put_online_mems();'),
    ).toBe('none');
  });
  it('a path that is given up leaks no lock', () => {
    expect(replay('get_online_mems();', `BUG_ON(pud_none(*pud)); ${TWICE}`, 'put_online_mems();')).toBe(
      'none',
    );
  });
  it('a way out that forgets the lock does', () => {
    expect(replay('get_online_mems();', `if (pud_none(*pud)) return; ${TWICE}`, 'put_online_mems();')).toBe(
      'race lock-leak',
    );
  });
  it('a guard forgets none', () => {
    const walk = `mmap_read_lock(&init_mm); mmap_read_unlock(&init_mm); scoped_guard(mmap_read_lock, &init_mm) {\n if (pud_none(*pud))\n return; }`;
    expect(replay('get_online_mems(); put_online_mems();', walk, '')).toBe('none');
  });
});
