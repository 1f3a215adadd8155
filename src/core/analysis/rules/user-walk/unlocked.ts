/**
 * user-walk/unlocked: the tables of a process go with its mappings, when it unmaps them and when it ends. What keeps a mapping
 * keeps its tables: the mmap lock, the lock of the VMA, a lock of the reverse maps; and, on architectures with fast GUP,
 * interrupts off. mm/memory.c:free_pgtables
 */
import type { WalkRule } from '../rule.js';

export const USER_UNLOCKED: WalkRule = {
  id: 'user-walk/unlocked',
  title: 'user tables walked with nothing that excludes munmap and exit',
  freer: 'munmap',
  tables: 'user',
  applies: ({ form, mm, program, steps }) =>
    mm?.kind !== 'unknown' &&
    (form !== 'descent' || steps.some((index) => 'level' in (program.steps[index] ?? {}))),
  impliedBy: ['ptl'],
  protections: ['mmap_read_lock'],
  missing: ['mmap_lock', 'vma_lock'],
  ranges: ['user'],
  danger: 'munmap or exit may free a table that it is in',
};
