/** Annotated C in, the lockset of each line out: what is held before a call of note(), on every way that reaches it. */
import { describe, expect, it } from 'vitest';
import { holding, NOTHING, type Held } from '../../../src/core/analysis/held.js';
import { locksetsOf } from '../../../src/core/analysis/locksets.js';
import { NO_EFFECT } from '../../../src/core/analysis/transfer.js';
import type { Values } from '../../../src/core/analysis/values.js';
import { lower } from '../program/c.js';

const held = (each: Held): string => {
  const names = holding(each).map(({ name, mode, asserted }) => `${name} ${mode}${asserted ? '?' : ''}`);
  const gone = [...each].filter(([, { count }]) => count < 0).map(([name]) => `-${name}`);
  return [...names, ...gone].join(', ') || 'nothing';
};

/** For each `note(n)` in a body: the different states that reach it, joined by `or`. */
function notes(body: string, values: Values = new Map()): readonly string[] {
  const program = lower(
    `void f(struct mm_struct *mm, struct mm_struct *other, int n, bool flag)\n{\n${body}\n}`,
  );
  const { before } = locksetsOf(program, NOTHING, values, NO_EFFECT);
  return program.steps.flatMap((step, index) =>
    step.op === 'call' && step.callee.kind === 'symbol' && step.callee.name === 'note'
      ? [
          [...new Set((before[index] ?? []).map((state) => held(state.held)))].sort().join(' or ') ||
            'not reached',
        ]
      : [],
  );
}

describe('locksets', () => {
  it('follow lock and unlock', () => {
    expect(notes('note(); mmap_read_lock(mm); note(); mmap_read_unlock(mm); note();')).toEqual([
      'nothing',
      'mmap_lock(mm) read',
      'nothing',
    ]);
  });

  it('end where a loop lets go again and again what it is not seen to take', () => {
    expect(notes('while (n) { take_it(mm); mmap_read_unlock(mm); } note();')).toEqual(['nothing']);
  });

  it('keep instances apart', () => {
    expect(
      notes('mmap_read_lock(mm); mmap_write_lock(other); note(); mmap_read_unlock(mm); note();'),
    ).toEqual(['mmap_lock(mm) read, mmap_lock(other) write', 'mmap_lock(other) write']);
  });

  it('know which object a variable stands for', () => {
    expect(
      notes('struct mm_struct *which = mm; mmap_read_lock(which); note(); mmap_read_unlock(mm); note();'),
    ).toEqual(['mmap_lock(mm) read', 'nothing']);
    expect(notes('mm = &init_mm; mmap_write_lock(mm); note();')).toEqual(['mmap_lock(init_mm) write']);
  });

  it('keep the states of two ways apart until they are the same', () => {
    expect(notes('if (n) rcu_read_lock(); note(); if (n) rcu_read_unlock(); note();')).toEqual([
      'nothing or rcu read',
      'nothing',
    ]);
    expect(notes('if (n) mmap_read_lock(mm); else mmap_read_lock(mm); note();')).toEqual([
      'mmap_lock(mm) read',
    ]);
  });

  it('tie the result of a trylock to the lock', () => {
    expect(notes('if (mmap_read_trylock(mm)) note(); else note();')).toEqual([
      'mmap_lock(mm) read',
      'nothing',
    ]);
    expect(notes('bool ok = mmap_read_trylock(mm); work(); if (!ok) return; note();')).toEqual([
      'mmap_lock(mm) read',
    ]);
  });

  it('tie the error of a killable lock to the lock', () => {
    expect(notes('int err = mmap_write_lock_killable(mm); if (err) note(); else note();')).toEqual([
      'nothing',
      'mmap_lock(mm) write',
    ]);
  });

  it('downgrade', () => {
    expect(
      notes('mmap_write_lock(mm); mmap_write_downgrade(mm); note(); mmap_read_unlock(mm); note();'),
    ).toEqual(['mmap_lock(mm) read', 'nothing']);
  });

  it('nest the states of the CPU', () => {
    expect(
      notes('rcu_read_lock(); rcu_read_lock(); rcu_read_unlock(); note(); rcu_read_unlock(); note();'),
    ).toEqual(['rcu read', 'nothing']);
    expect(notes('local_irq_disable(); note(); local_irq_enable(); note();')).toEqual([
      'irq read',
      'nothing',
    ]);
  });

  it('take both of spin_lock_irqsave(), and let both go', () => {
    expect(
      notes(
        'spin_lock_irqsave(&mm->page_table_lock, n); note(); spin_unlock_irqrestore(&mm->page_table_lock, n); note();',
      ),
    ).toEqual(['irq read, page_table_lock(mm) write', 'nothing']);
  });

  it('mark what is only asserted', () => {
    expect(notes('mmap_assert_locked(mm); note(); mmap_read_lock(mm); note();')).toEqual([
      'mmap_lock(mm) read?',
      'mmap_lock(mm) read',
    ]);
  });

  it('go below zero for what the caller holds', () => {
    expect(notes('mmap_read_unlock(mm); note(); mmap_read_lock(mm); note();')).toEqual([
      '-mmap_lock(mm)',
      'nothing',
    ]);
  });

  it('pass through loops', () => {
    expect(notes('while (more()) { mmap_read_lock(mm); note(); mmap_read_unlock(mm); } note();')).toEqual([
      'mmap_lock(mm) read',
      'nothing',
    ]);
  });

  it('end: more locks on each turn become what all turns hold', () => {
    expect(notes('while (more()) rcu_read_lock(); note();')[0]).toContain('nothing');
  });

  it('leave out what a condition on known values rules out', () => {
    const values: Values = new Map([['mm', { kind: 'symbol', name: 'init_mm' }]]);
    const body = 'if (mm != &init_mm) mmap_read_lock(mm); note();';
    expect(notes(body, values)).toEqual(['nothing']);
    expect(notes(body)).toEqual(['mmap_lock(mm) read or nothing']);
  });

  it('tie a flag that decides about a lock to what it was made of', () => {
    const walks = 'if (lock) mmap_read_lock(mm); switch (n) { case FAST: break; case SLOW: note(); }';
    // Only who is not fast takes the lock, and only who is slow walks.
    expect(notes(`bool lock = n != FAST && n != FASTER; ${walks}`)).toEqual(['mmap_lock(mm) read']);
    // The slow way is one of those that go without.
    expect(notes(`bool lock = n != FAST && n != SLOW; ${walks}`)).toEqual(['mmap_lock(mm) read or nothing']);
    // It is another number by the time it is asked again.
    expect(notes(`bool lock = n != FAST && n != FASTER; n = work(); ${walks}`)).toEqual([
      'mmap_lock(mm) read or nothing',
    ]);
  });

  it('tie a lock to the flag whose address a callee is given, around a loop', () => {
    const loop = (before: string): string => `
      int locked = 0;
      while (n < 8) {
        if (!locked) { ${before} mmap_read_lock(mm); locked = 1; }
        note();
        n = pin(mm, &locked);
        if (n < 0) break;
      }
      if (locked) mmap_read_unlock(mm);
      note();`;
    expect(notes(loop(''))).toEqual(['mmap_lock(mm) read', 'nothing']);
    // The flag is set on a way that does not take the lock.
    expect(notes(loop('if (flag) { locked = 1; goto out; }').replace('note();', 'out: note();'))).toEqual([
      'mmap_lock(mm) read or nothing',
      '-mmap_lock(mm) or nothing',
    ]);
  });

  it('know which of a few constants a variable is, and rule them out one by one', () => {
    const one = 'if (n != A && n != B) return;';
    expect(notes(`${one} if (n == C) note();`)).toEqual(['not reached']);
    expect(notes(`${one} if (n == A) return; if (n != B) note();`)).toEqual(['not reached']);
    expect(notes(`${one} if (n == B) note();`)).toEqual(['nothing']);
    // Of two other constants no more is known than that it is one.
    expect(notes(`${one} if (n) note();`)).toEqual(['nothing']);
    expect(notes(`${one} if (!n) note();`)).toEqual(['nothing']);
  });

  it('do not take a variable that is not 0 for another than any constant', () => {
    expect(notes('if (!n) return; if (n == A) note();')).toEqual(['nothing']);
  });

  it('know that code behind a return is not reached', () => {
    expect(notes('return; note();')).toEqual([]);
    expect(notes('if (0) note();')).toEqual([]);
  });

  it('follow goto', () => {
    expect(notes('mmap_read_lock(mm); if (n) goto out; note(); out: mmap_read_unlock(mm); note();')).toEqual([
      'mmap_lock(mm) read',
      'nothing',
    ]);
  });

  it('let a guard go where its scope ends', () => {
    expect(notes('{ guard(rcu)(); note(); } note();')).toEqual(['rcu read', 'nothing']);
    expect(notes('scoped_guard(mmap_read_lock, mm) { note(); } note();')).toEqual([
      'mmap_lock(mm) read',
      'nothing',
    ]);
  });
});

describe('exits', () => {
  it('say what a function leaves taken, by what it returns', () => {
    const program = lower(
      'int f(struct mm_struct *mm)\n{\nif (mmap_write_lock_killable(mm))\nreturn -4;\nreturn 0;\n}',
    );
    const { exits } = locksetsOf(program, NOTHING, new Map(), NO_EFFECT);
    expect(
      exits
        .map((exit) => `${exit.result?.kind === 'int' ? exit.result.value : '?'}: ${held(exit.held)}`)
        .sort(),
    ).toEqual(['-4: nothing', '0: mmap_lock(mm) write']);
  });
});
