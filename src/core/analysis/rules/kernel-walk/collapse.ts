/**
 * kernel-walk/collapse: when set_memory makes a range uniform again, x86 puts its large pages together and frees the tables that they
 * replace (6.15). Since 7.3 under the mmap lock of init_mm for write; before, no lock of a walker keeps it out.
 */
import type { WalkRule } from '../rule.js';

export const KERNEL_COLLAPSE: WalkRule = {
  id: 'kernel-walk/collapse',
  title: 'kernel tables walked with nothing that excludes a collapse of large pages',
  freer: 'set-memory-collapse',
  tables: 'kernel',
  isOnlyLive: true,
  toldBy: 'kernel-walk/huge-vmap',
  protections: ['mmap_read_lock(&init_mm)'],
  missing: ['mmap_lock(init_mm)'],
  ranges: ['linear', 'modules', 'image'],
  danger: 'a collapse of large pages may free a table that it is in',
};
