/**
 * user-walk/no-vma: munmap() gives the mmap lock back for others to read before it frees the tables (since 4.20). A walk with that lock for
 * read is safe inside of a VMA, for the VMA is gone before; where nobody has looked whether there is one, it is not.
 * mm/vma.c:vms_complete_munmap_vmas, arch/s390/mm/gmap.c:__gmap_zap@6.1
 */
import type { WalkRule } from '../rule.js';
import { USER_UNLOCKED } from './unlocked.js';

export const USER_NO_VMA: WalkRule = {
  id: 'user-walk/no-vma',
  title: 'user tables walked under the mmap lock for read with no look for the VMA',
  freer: 'munmap',
  tables: 'user',
  isOutsideVma: true,
  ...(USER_UNLOCKED.applies ? { applies: USER_UNLOCKED.applies } : {}),
  impliedBy: ['ptl'],
  protections: ['mmap_write_lock'],
  missing: ['vma_lookup()', 'mmap_lock for write'],
  ranges: ['user'],
  danger: 'munmap may free a table that it is in, where no VMA is',
};
