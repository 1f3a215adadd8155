/** How the cells of the matrix are written, and the reasons that several of them share. */
import type { Exclusion, FreerId } from './types.js';

type Reason = Pick<Exclusion, 'note' | 'source'>;

export const POISONED_WHEN_OFFLINE: Reason = {
  note: 'the writer excludes offline and remove, but the memory map of a section that is offline already is poisoned: check that it is online, too',
  source: 'mm/memory_hotplug.c:remove_pfn_range_from_zone',
};
export const NOT_FOR_ZONE_DEVICE: Reason = {
  note: 'it serialises what sysfs and ACPI start; memunmap_pages() of ZONE_DEVICE does not take it',
  source: 'drivers/base/core.c:lock_device_hotplug',
};
export const TAKEN_BY_HOTPLUG_TOO: Reason = {
  note: 'mem_hotplug_begin() takes cpus_read_lock(): a reader excludes no reader, only cpus_write_lock() keeps it out',
  source: 'mm/memory_hotplug.c:mem_hotplug_begin',
};
export const BOTH_READ: Reason = {
  note: 'the freer holds the same lock for read: readers do not exclude each other, each is trusted to own its range',
  source: 'mm/vmalloc.c:vmap_try_huge_pmd',
};
export const TABLE_OF_PTES_MAY_GO: Reason = {
  note: 'the upper tables stay, but since 6.5 a table of ptes may be taken away under the table locks, with i_mmap or the mmap lock held for read: map it with pte_offset_map*() and handle NULL',
  source: 'mm/khugepaged.c:collapse_pte_mapped_thp',
};
export const SHARED_BY_OTHERS: Reason = {
  note: 'the shared table belongs to several mms: another one may give it up',
  source: 'mm/hugetlb.c:__huge_pmd_unshare',
};
export const ZAPS_UNDER_READ: Reason = {
  note: 'a zap under the mmap lock for read, or under the VMA lock, may free an emptied table of ptes',
  source: 'mm/memory.c:zap_pte_table_if_empty@7.3',
};
export const ONLY_INSIDE_A_VMA: Reason = {
  note: 'munmap() lets go of the write lock before it frees: a reader is safe only inside a VMA that it looked up under the lock',
  source: 'mm/vma.c:vms_complete_munmap_vmas',
};
export const ONLY_BY_AN_IPI: Reason = {
  note: 'interrupts off hold a freer up only where it sends an interrupt to every CPU between unlinking and freeing',
  source: 'mm/mmu_gather.c:tlb_remove_table_sync_one',
};
export const AROUND_ONE_ENTRY: Reason = {
  note: 'some freers take it around the clearing of one entry; no walker is kept out by it',
  source: 'arch/x86/mm/init_64.c:free_pte_table',
};
export const GUARDS_WHAT_WAS_FOUND: Reason = {
  note: 'what was found may be used while the lock is held; the user tables themselves may go',
  source: 'mm/mmu_notifier.c:__mmu_notifier_invalidate_range_start',
};

type Cell = Pick<Exclusion, 'excludes' | 'note' | 'source'> &
  Partial<Pick<Exclusion, 'mode' | 'of' | 'when' | 'where'>>;

/** The same cell for several freers, in either mode where none is given. */
export function cell(
  freers: readonly FreerId[],
  protection: string,
  { mode = 'any', ...rest }: Cell,
): Exclusion[] {
  return freers.map((freer) => ({ freer, protection, mode, ...rest }));
}

/** The flush before a free is an interrupt that waits for CPUs with interrupts off. */
export const BY_IPI = ['flush-waits-for-irqs-off', '!flush-without-ipi'];
/** It is one, except on CPUs that can do without. */
export const MAYBE_IPI = ['flush-waits-for-irqs-off', 'flush-without-ipi'];
export const NO_IPI = ['!flush-waits-for-irqs-off'];
