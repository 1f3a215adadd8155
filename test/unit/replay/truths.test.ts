/** A parameter that is true or false, as the callers of a chain give it, decides in the replay who takes the lock. */
import { describe, expect, test } from 'vitest';
import type { Values } from '../../../src/core/analysis/values.js';
import type { Expr } from '../../../src/core/program/ir.js';
import { truthsGiven } from '../../../src/core/replay/truths.js';
import { linked } from '../program/c.js';

const WALK = `
void walk(struct mm_struct *mm, unsigned long addr, bool take_locks)
{
	if (take_locks)
		mmap_read_lock(mm);
	else
		mmap_assert_locked(mm);
	g(pmd_val(*pmd_off(mm, addr)));
	if (take_locks)
		mmap_read_unlock(mm);
}
`;
const USER = { kernelRoot: undefined, userRoot: 'swapper' };

describe('the program', () => {
  test('has the way that is taken, and says so', () => {
    const program = linked(WALK, { ...USER, truths: new Map([['take_locks', true]]) });
    expect(program).toMatch(/^ +0 {2}lock mmap_lock/);
    expect(program).toContain('address: take_locks is true when walk() is entered');
    expect(program).not.toContain('both ways of "take_locks"');
  });

  test('and without the lock where the callers hold it', () => {
    expect(linked(WALK, { ...USER, truths: new Map([['take_locks', false]]) })).not.toContain(
      'lock mmap_lock',
    );
  });

  test('where nobody tells, both are taken', () => {
    expect(linked(WALK, USER)).toContain('both ways of "take_locks"');
  });
});

test('only numbers for parameters of type bool are told', () => {
  const one: Expr = { kind: 'int', value: 1 };
  const params = [
    { name: 'take_locks', type: 'bool' },
    { name: 'addr', type: 'unsigned long' },
    { name: 'write', type: 'bool' },
  ];
  const values: Values = new Map<string, Expr>([
    ['take_locks', one],
    ['addr', one],
    ['write', { kind: 'unknown', text: 'w' }],
  ]);
  expect(truthsGiven(params, values)).toEqual(new Map([['take_locks', true]]));
  expect(truthsGiven(params, new Map())).toBeUndefined();
});
