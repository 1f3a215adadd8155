/** Sets of what is held, as values. */
import { describe, expect, it } from 'vitest';
import {
  assert,
  combine,
  downgrade,
  drop,
  holding,
  keyOf,
  meet,
  NOTHING,
  parseLockName,
  take,
  unasserted,
  type Held,
} from '../../../src/core/analysis/held.js';

/** `a read, b write 2, -c` */
const text = (held: Held): string => keyOf(held);
const names = (held: Held): readonly string[] => holding(held).map(({ name }) => name);

describe('what is held', () => {
  it('counts, and is gone at zero', () => {
    const twice = take(take(NOTHING, 'rcu', 'read'), 'rcu', 'read');
    expect(text(twice)).toBe('rcu:read:2');
    expect(text(drop(twice, 'rcu', 'read'))).toBe('rcu:read:1');
    expect(drop(drop(twice, 'rcu', 'read'), 'rcu', 'read')).toEqual(NOTHING);
  });

  it('below zero is what the caller held; it is not held', () => {
    const gone = drop(NOTHING, 'mmap_lock(mm)', 'read');
    expect(text(gone)).toBe('mmap_lock(mm):read:-1');
    expect(names(gone)).toEqual([]);
    expect(take(gone, 'mmap_lock(mm)', 'read')).toEqual(NOTHING);
  });

  it('the stronger mode stays, until it is downgraded', () => {
    const both = take(take(NOTHING, 'l', 'write'), 'l', 'read');
    expect(text(both)).toBe('l:write:2');
    expect(text(downgrade(take(NOTHING, 'l', 'write'), 'l'))).toBe('l:read:1');
    expect(downgrade(NOTHING, 'l')).toEqual(NOTHING);
  });

  it('an assertion says less than the lock', () => {
    const asserted = assert(NOTHING, 'l', 'write');
    expect(text(asserted)).toBe('l:write:1?');
    expect(text(take(asserted, 'l', 'read'))).toBe('l:read:1');
    expect(text(assert(take(NOTHING, 'l', 'read'), 'l', 'write'))).toBe('l:read:1');
    expect(unasserted(asserted)).toEqual(NOTHING);
    expect(text(drop(asserted, 'l', 'write'))).toBe('l:write:-1');
  });

  it('two ways hold what both hold, in the weaker mode', () => {
    const left = take(take(NOTHING, 'a', 'write'), 'b', 'read');
    const right = take(take(NOTHING, 'a', 'read'), 'c', 'read');
    expect(text(meet(left, right))).toBe('a:read:1');
    expect(meet(left, NOTHING)).toEqual(NOTHING);
    expect(text(meet(left, left))).toBe(text(left));
    expect(meet(take(NOTHING, 'a', 'read'), drop(NOTHING, 'a', 'read'))).toEqual(NOTHING);
  });

  it('a callee adds to its caller, or takes away', () => {
    const caller = take(NOTHING, 'a', 'write');
    expect(names(combine(caller, take(NOTHING, 'b', 'read')))).toEqual(['a', 'b']);
    expect(combine(caller, drop(NOTHING, 'a', 'write'))).toEqual(NOTHING);
    expect(text(combine(caller, assert(NOTHING, 'a', 'read')))).toBe('a:write:1');
  });

  it('is never changed in place', () => {
    const before = take(NOTHING, 'a', 'read');
    take(before, 'b', 'read');
    drop(before, 'a', 'read');
    downgrade(before, 'a');
    expect(text(before)).toBe('a:read:1');
    expect(NOTHING.size).toBe(0);
  });

  it('names have a class and, where there are several, an instance', () => {
    expect(parseLockName('mem_hotplug_lock')).toEqual({ class: 'mem_hotplug_lock', instance: undefined });
    expect(parseLockName('mmap_lock(vma->vm_mm)')).toEqual({ class: 'mmap_lock', instance: 'vma->vm_mm' });
  });
});
