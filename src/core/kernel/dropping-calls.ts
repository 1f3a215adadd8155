/**
 * Calls that let go of a lock which their caller holds, and may or may not have it again when they return. What was read under the
 * lock before such a call says nothing after it.
 */
import { words } from './primitives-row.js';

export interface DroppingCall {
  readonly api: string;
  /** Rows of kernel/protections.ts. */
  readonly locks: readonly string[];
  /** `leaves`: its result or a flag says whether the lock is still held. `retakes`: it is held again in any case. */
  readonly returns: 'leaves' | 'retakes';
  /** The last argument points to a flag that tells whether the lock was let go; NULL there: it is not. */
  readonly hasFlag?: true;
  readonly source: string;
}

const rows = (apis: string, row: Omit<DroppingCall, 'api'>): readonly DroppingCall[] =>
  words(apis).map((api) => ({ api, ...row }));

export const DROPPING_CALLS: readonly DroppingCall[] = [
  ...rows('handle_mm_fault', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'mm/memory.c:handle_mm_fault',
  }),
  // True only for a fault that has let go of it: VM_FAULT_RETRY.
  ...rows('fault_signal_pending', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'include/linux/sched/signal.h:fault_signal_pending',
  }),
  ...rows('handle_userfault', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'fs/userfaultfd.c:handle_userfault',
  }),
  ...rows('__folio_lock_or_retry __lock_page_or_retry', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'mm/filemap.c:__folio_lock_or_retry',
  }),
  ...rows('folio_lock_or_retry lock_page_or_retry', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'include/linux/pagemap.h:folio_lock_or_retry',
  }),
  ...rows('maybe_unlock_mmap_for_io', {
    locks: ['mmap_lock', 'vma_lock'],
    returns: 'leaves',
    source: 'mm/internal.h:maybe_unlock_mmap_for_io',
  }),
  // Tells lockdep that somebody else will do it.
  ...rows('rwsem_release', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    source: 'include/linux/lockdep.h:rwsem_release',
  }),
  ...rows('expand_stack', { locks: ['mmap_lock'], returns: 'leaves', source: 'mm/mmap.c:expand_stack' }),
  ...rows('get_user_pages_remote pin_user_pages_remote __get_user_pages __get_user_pages_locked', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    hasFlag: true,
    source: 'mm/gup.c:get_user_pages_remote',
  }),
  // Without a flag before 6.14: then it holds nothing when it returns.
  ...rows('get_dump_page', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    hasFlag: true,
    source: 'mm/gup.c:get_dump_page@7.3',
  }),
  ...rows('populate_vma_page_range', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    hasFlag: true,
    source: 'mm/gup.c:populate_vma_page_range',
  }),
  ...rows('faultin_page_range faultin_vma_page_range', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    hasFlag: true,
    source: 'mm/gup.c:faultin_page_range',
  }),
  ...rows('do_vmi_munmap do_vmi_align_munmap', {
    locks: ['mmap_lock'],
    returns: 'leaves',
    source: 'mm/vma.c:do_vmi_align_munmap',
  }),
  ...rows('fixup_user_fault', {
    locks: ['mmap_lock'],
    returns: 'retakes',
    hasFlag: true,
    source: 'mm/gup.c:fixup_user_fault',
  }),
  ...rows('cond_resched_lock __cond_resched_lock', {
    locks: ['ptl', 'page_table_lock', 'mmu_lock'],
    returns: 'retakes',
    source: 'kernel/sched/core.c:__cond_resched_lock',
  }),
  ...rows('cond_resched_rwlock_read cond_resched_rwlock_write', {
    locks: ['mmu_lock'],
    returns: 'retakes',
    source: 'kernel/sched/core.c:__cond_resched_rwlock_read',
  }),
];

const BY_NAME: ReadonlyMap<string, DroppingCall> = new Map(DROPPING_CALLS.map((row) => [row.api, row]));

/** The row of that name, or undefined. */
export function droppingCall(api: string): DroppingCall | undefined {
  return BY_NAME.get(api);
}
