/** Ways that are never taken, and bugs that are told all the same: C in, what the walk does by itself out. */
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import { link } from '../../../src/core/program/link/link.js';
import { onPossibleWays } from '../../../src/core/replay/impossible.js';
import { merged } from '../../../src/core/replay/merged.js';
import type { LockKind } from '../../../src/core/machine/scenario.js';
import { END, type Step } from '../../../src/core/program/ir.js';
import { OPTIONS, unitOf } from '../program/c.js';

const KINDS: Readonly<Record<string, LockKind>> = {
  'mmap_lock(init_mm)': 'rwsem',
  mem_hotplug_lock: 'percpu-rwsem',
  ptl: 'spinlock',
};

/** What goes wrong in a walk with this body that runs by itself. */
function wrong(body: string): readonly string[] {
  const { functions, resolver } = unitOf(`
void walk(struct state *st, unsigned long addr, int locked, pmd_t *pmd)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	note(pud_val(*pud));
	${body}
}`);
  const root = functions.get('walk');
  const result = root && link(root, resolver, OPTIONS);
  if (!result?.linked) throw new Error('not linked');
  const program = onPossibleWays(result.program, {
    around: new Map(),
    kindOf: (name) => KINDS[name],
    isOneOfMany: (name) => name === 'ptl',
  });
  const { violations } = explore({
    title: 'walk',
    arch: { name: 'any', flushWaitsForIrqsOff: false, rcuWaitsForIrqsOff: true },
    pages: [
      { name: 'swapper', level: 'pud', isStatic: true, entries: ['pmd0', 'none'] },
      { name: 'pmd0', level: 'pmd', isStatic: false, entries: ['pte0', 'none'] },
      { name: 'pte0', level: 'pte', isStatic: false, entries: ['leaf', 'none'] },
    ],
    locks: Object.entries(KINDS).map(([name, kind]) => ({ name, kind })),
    threads: [{ name: 'walker', cpu: 0, title: 'walk', role: 'walker', program }],
    assumptions: [],
  });
  return violations.map(({ kind }) => kind);
}

describe('two questions that the model takes for different ones', () => {
  it('a lock taken by the one and let go by the other', () => {
    expect(
      wrong('if (first(st)) mmap_read_lock(&init_mm); g(st); if (second(st)) mmap_read_unlock(&init_mm);'),
    ).toEqual([]);
  });

  it('in a loop', () => {
    expect(
      wrong(`while (more(st)) {
		if (first(st)) mmap_read_lock(&init_mm);
		note(pud_val(*pud));
		if (second(st)) mmap_read_unlock(&init_mm);
	}`),
    ).toEqual([]);
  });

  it('sleeping only where nothing is held', () => {
    expect(
      wrong('if (first(st)) rcu_read_lock(); if (second(st)) msleep(1); if (third(st)) rcu_read_unlock();'),
    ).toEqual([]);
  });

  it('taking again what is held', () => {
    expect(
      wrong(`mmap_write_lock(&init_mm);
	if (first(st))
		if (second(st)) { mmap_read_lock(&init_mm); mmap_read_unlock(&init_mm); }
	mmap_write_unlock(&init_mm);`),
    ).toEqual([]);
  });
});

describe('an answer that was given where it did not matter', () => {
  /** Whether it is decided before the lock, or where the lock is taken again, is one question; whether to take it again another. */
  const again = (condition: string): string => `
	mmap_write_lock(&init_mm);
	if (locked) note(pud_val(*pud));
	if (${condition}) { mmap_read_lock(&init_mm); mmap_read_unlock(&init_mm); }
	mmap_write_unlock(&init_mm);`;

  it('counts where it leads to a bug, with what else has to fall together', () => {
    expect(wrong(again('locked && second(st)'))).toEqual([]);
  });

  it('and counts once', () => {
    expect(wrong(again('locked'))).toEqual(['deadlock']);
    expect(
      wrong(`if (locked) mmap_write_lock(&init_mm); else return;
	if (locked) mmap_read_lock(&init_mm);
	mmap_read_unlock(&init_mm); mmap_write_unlock(&init_mm);`),
    ).toEqual(['deadlock']);
  });
});

describe('told all the same', () => {
  it('a lock that one branch keeps', () => {
    expect(wrong('mmap_read_lock(&init_mm); if (first(st)) return; mmap_read_unlock(&init_mm);')).toEqual([
      'lock-leak',
    ]);
  });

  it('a lock that one branch has not taken', () => {
    expect(wrong('if (first(st)) mmap_read_lock(&init_mm); mmap_read_unlock(&init_mm);')).toEqual([
      'double-unlock',
    ]);
  });

  it('sleeping in atomic context, behind a return', () => {
    expect(
      wrong('rcu_read_lock(); if (first(st)) { rcu_read_unlock(); return; } msleep(1); rcu_read_unlock();'),
    ).toEqual(['sleep-in-atomic']);
  });

  it('letting go of what trylock has not given: that is for the machine to know', () => {
    const held = 'mmap_write_lock(&init_mm);';
    expect(
      wrong(
        `${held} if (!mmap_read_trylock(&init_mm)) g(st); mmap_read_unlock(&init_mm); mmap_write_unlock(&init_mm);`,
      ),
    ).toContain('double-unlock');
  });
});

describe('a lock of many', () => {
  it('inside itself is another, on the ways on which it is inside', () => {
    expect(
      wrong(`spinlock_t *ptl = pmd_lock(mm, pmd), *inner;

	if (first(st)) { spin_unlock(ptl); ptl = 0; }
	inner = pmd_lock(mm, pmd + 1);
	spin_unlock(inner);
	if (ptl) spin_unlock(ptl);`),
    ).toEqual([]);
  });
});

describe('copies that make no difference', () => {
  const step = (next: number, text: string): Step => ({ op: 'note', what: text, next, text });

  it('are put together again', () => {
    const steps: readonly Step[] = [
      { op: 'choose', targets: [1, 2], assumption: 0, next: END, text: '' },
      step(3, 'a'),
      step(4, 'a'),
      step(END, 'b'),
      step(END, 'b'),
    ];
    expect(merged(steps)).toHaveLength(2);
  });

  it('what differs later stays apart', () => {
    const steps: readonly Step[] = [
      { op: 'choose', targets: [1, 2], assumption: 0, next: END, text: '' },
      step(3, 'a'),
      step(4, 'a'),
      step(END, 'b'),
      step(END, 'c'),
    ];
    expect(merged(steps)).toEqual(steps);
  });
});
