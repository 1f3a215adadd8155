/** kernel-walk/huge-vmap: a huge page that is installed in the vmalloc range takes the place of a table, which is freed. */
import type { WalkRule } from '../rule.js';

export const HUGE_VMAP: WalkRule = {
  id: 'kernel-walk/huge-vmap',
  title: 'kernel tables walked with nothing that excludes a huge vmap install',
  freer: 'huge-vmap',
  tables: 'kernel',
  protections: ['mmap_write_lock(&init_mm)'],
  missing: ['mmap_lock(init_mm)'],
  ranges: ['vmalloc', 'modules'],
  danger: 'a huge vmap install may free a table that it is in',
};
