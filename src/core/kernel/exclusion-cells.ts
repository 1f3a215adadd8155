/** How the cells of the matrix are written, and the reasons that several of them share. */
import type { Exclusion, FreerId } from './types.js';

/** Reasons that several cells share, by the number that people know them by. */
export const NOTES = {
  n1: 'the writer excludes offline and remove, but the memory map of a section that is offline already is poisoned: check that it is online, too',
  n2: 'it serialises what sysfs and ACPI start; memunmap_pages() of ZONE_DEVICE does not take it',
  n3: 'mem_hotplug_begin() takes cpus_read_lock(): a reader excludes no reader, only cpus_write_lock() keeps it out',
  n4: 'the freer holds the same lock for read: readers do not exclude each other, each is trusted to own its range',
  n5: 'the upper tables stay, but since 6.5 a table of ptes may be taken away under i_mmap and the table locks: map it with pte_offset_map*() and handle NULL',
  n6: 'the shared table belongs to several mms: another one may give it up',
  n7: 'a zap under the mmap lock for read, or under the VMA lock, may free an emptied table of ptes',
  n8: 'munmap() lets go of the write lock before it frees: a reader is safe only inside a VMA that it looked up under the lock',
  n9: 'interrupts off hold a freer up only where it sends an interrupt to every CPU between unlinking and freeing',
  n10: 'some freers take it around the clearing of one entry; no walker is kept out by it',
  n11: 'what was found may be used while the lock is held; the user tables themselves may go',
} as const;

type Note = keyof typeof NOTES;

const SOURCES: Readonly<Record<Note, string>> = {
  n1: 'mm/memory_hotplug.c:remove_pfn_range_from_zone',
  n2: 'drivers/base/core.c:lock_device_hotplug',
  n3: 'mm/memory_hotplug.c:mem_hotplug_begin',
  n4: 'mm/vmalloc.c:vmap_try_huge_pmd',
  n5: 'mm/khugepaged.c:retract_page_tables',
  n6: 'mm/hugetlb.c:__huge_pmd_unshare',
  n7: 'mm/memory.c:zap_pte_table_if_empty@7.3',
  n8: 'mm/vma.c:vms_complete_munmap_vmas',
  n9: 'mm/mmu_gather.c:tlb_remove_table_sync_one',
  n10: 'arch/x86/mm/init_64.c:free_pte_table',
  n11: 'mm/mmu_notifier.c:__mmu_notifier_invalidate_range_start',
};

type Cell = Pick<Exclusion, 'excludes'> &
  Partial<Pick<Exclusion, 'mode' | 'of' | 'when' | 'where' | 'source'>> & {
    readonly note: Note | (string & {});
  };

function isNote(note: string): note is Note {
  return Object.hasOwn(NOTES, note);
}

/** The same cell for several freers. `source` may be left out where the note has one. */
export function cell(
  freers: readonly FreerId[],
  protection: string,
  { note, mode = 'any', source, ...rest }: Cell,
): Exclusion[] {
  const text = isNote(note) ? `${NOTES[note]} (${note})` : note;
  const where = source ?? (isNote(note) ? SOURCES[note] : 'mm/mmu_gather.c:tlb_remove_table_sync_one');
  return freers.map((freer) => ({ freer, protection, mode, ...rest, note: text, source: where }));
}

/** The flush before a free is an interrupt that waits for CPUs with interrupts off. */
export const BY_IPI = ['flush-waits-for-irqs-off', '!flush-without-ipi'];
/** It is one, except on CPUs that can do without. */
export const MAYBE_IPI = ['flush-waits-for-irqs-off', 'flush-without-ipi'];
export const NO_IPI = ['!flush-waits-for-irqs-off'];
