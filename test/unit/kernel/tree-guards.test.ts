/** Guards that a tree's headers define, and the call that each takes its lock by. */
import { expect, test } from 'vitest';
import { filesFromMap } from '../../../src/core/ports.js';
import { guardsOfTree } from '../../../src/core/kernel/tree-guards.js';

const guards = (text: string): readonly (readonly [string, string])[] => [
  ...guardsOfTree(filesFromMap(new Map([['include/linux/mmap_lock.h', text]]))),
];

test.each([
  ['DEFINE_LOCK_GUARD_0(hotplug, get_online_mems(), put_online_mems())', ['hotplug', 'get_online_mems']],
  [
    'DEFINE_LOCK_GUARD_1(reader, struct mm_struct,\n\t\t    mmap_read_lock(_T->lock), mmap_read_unlock(_T->lock))',
    ['reader', 'mmap_read_lock'],
  ],
  [
    'DEFINE_GUARD(mm, struct mm_struct *, mmap_write_lock(_T), mmap_write_unlock(_T))',
    ['mm', 'mmap_write_lock'],
  ],
  [
    'DEFINE_LOCK_GUARD_1_COND(reader, _try, mmap_read_trylock(_T->lock))',
    ['reader_try', 'mmap_read_trylock'],
  ],
])('%s', (text, wanted) => {
  expect(guards(`${text}\n`)).toEqual([wanted]);
});

test.each([
  '/* DEFINE_LOCK_GUARD_0(hotplug, get_online_mems(), put_online_mems()) */',
  'DEFINE_LOCK_GUARD_0(other, something_else(), something_done())',
  'DEFINE_LOCK_GUARD_0(cut, get_online_mems',
])('none: %s', (text) => {
  expect(guards(`${text}\n`)).toEqual([]);
});
