/**
 * The protection x freer matrix, cell by cell: does a walker that holds the protection over its whole walk, from the first load
 * of an entry to the last use of a pointer, keep the freer out? A cell that is not here is a plain no.
 */
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
function cell(
  freers: readonly FreerId[],
  protection: string,
  { note, mode = 'any', source, ...rest }: Cell,
): Exclusion[] {
  const text = isNote(note) ? `${NOTES[note]} (${note})` : note;
  const where = source ?? (isNote(note) ? SOURCES[note] : 'mm/mmu_gather.c:tlb_remove_table_sync_one');
  return freers.map((freer) => ({ freer, protection, mode, ...rest, note: text, source: where }));
}

const HOTPLUG: readonly FreerId[] = ['memory-hot-remove', 'memory-offline'];
const BY_RCU: readonly FreerId[] = ['munmap', 'thp-collapse', 'pt-reclaim'];
const ALL: readonly FreerId[] = [
  ...HOTPLUG,
  'huge-vmap',
  'set-memory-collapse',
  ...BY_RCU,
  'hugetlb-unshare',
];

const BY_IPI = ['flush-waits-for-irqs-off', '!flush-without-ipi'];
const MAYBE_IPI = ['flush-waits-for-irqs-off', 'flush-without-ipi'];
const NO_IPI = ['!flush-waits-for-irqs-off'];
const WITH_RETRACT = ['retract-without-mmap-lock'];
const WITHOUT_RETRACT = ['!retract-without-mmap-lock'];

const HOTPLUG_CELLS: readonly Exclusion[] = [
  ...cell(HOTPLUG, 'mem_hotplug_lock', {
    excludes: 'yes',
    mode: 'read',
    note: 'the freer takes it for write',
    source: 'mm/memory_hotplug.c:try_remove_memory',
  }),
  ...cell(HOTPLUG, 'mem_hotplug_lock', { excludes: 'yes', mode: 'write', note: 'n1' }),
  ...cell(HOTPLUG, 'device_hotplug_lock', { excludes: 'partly', note: 'n2' }),
  ...cell(HOTPLUG, 'cpu_hotplug_lock', { excludes: 'no', mode: 'read', note: 'n3' }),
  ...cell(HOTPLUG, 'cpu_hotplug_lock', { excludes: 'yes', mode: 'write', note: 'n3' }),
  ...cell(HOTPLUG, 'page-reference', {
    excludes: 'partly',
    note: 'keeps the memory block of that page, its linear map and its memory map; no other',
    source: 'mm/memory_hotplug.c:scan_movable_pages',
  }),
  ...cell(HOTPLUG, 'dev-pagemap', {
    excludes: 'partly',
    note: 'keeps that ZONE_DEVICE range; no other',
    source: 'mm/memremap.c:memunmap_pages',
  }),
  ...cell(HOTPLUG, 'pfn-check', {
    excludes: 'no',
    note: 'true when it returned, nothing afterwards',
    source: 'mm/memory_hotplug.c:pfn_to_online_page',
  }),
  ...cell(HOTPLUG, 'rcu', {
    excludes: 'no',
    note: 'neither tables of the kernel nor struct pages are freed by RCU',
    source: 'arch/x86/mm/init_64.c:free_pagetable',
  }),
  ...cell(HOTPLUG, 'irq', {
    excludes: 'no',
    note: 'n9: hot-remove frees without waiting for an interrupt, on x86, riscv, powerpc and s390 even before it clears the entry',
    source: 'arch/x86/mm/init_64.c:free_pte_table',
  }),
  ...cell(HOTPLUG, 'page_table_lock', {
    excludes: 'no',
    when: ['!hot-remove-holds-page-table-lock'],
    note: 'n10',
  }),
  ...cell(['memory-hot-remove'], 'page_table_lock', {
    excludes: 'yes',
    when: ['hot-remove-holds-page-table-lock'],
    note: 'the freer holds it for as long as it takes tables away',
    source: 'arch/powerpc/mm/book3s64/radix_pgtable.c:remove_pagetable',
  }),
  ...cell(HOTPLUG, 'mmap_lock', {
    excludes: 'no',
    note: 'hot-remove takes no mmap lock, not even that of init_mm',
    source: 'mm/pagewalk.c:walk_kernel_page_table_range',
  }),
  ...cell(HOTPLUG, 'zone-lock', {
    excludes: 'no',
    note: 'it keeps spans and counters, not memory',
    source: 'mm/memory_hotplug.c:remove_pfn_range_from_zone',
  }),
  ...cell(HOTPLUG, 'page_offline_rwsem', {
    excludes: 'no',
    note: 'only pages that a driver marks offline',
    source: 'include/linux/page-flags.h:page_offline_freeze',
  }),
];

const KERNEL_CELLS: readonly Exclusion[] = [
  ...cell(['huge-vmap'], 'mmap_lock', {
    excludes: 'yes',
    mode: 'write',
    of: 'init_mm',
    when: ['huge-vmap-locks-init-mm'],
    note: 'the freer must get it for read',
    source: 'mm/vmalloc.c:vmap_try_huge_pmd',
  }),
  ...cell(['huge-vmap'], 'mmap_lock', {
    excludes: 'no',
    mode: 'write',
    of: 'init_mm',
    when: ['!huge-vmap-locks-init-mm'],
    note: 'here the freer takes no lock',
    source: 'mm/vmalloc.c:vmap_try_huge_pmd',
  }),
  ...cell(['huge-vmap'], 'mmap_lock', { excludes: 'no', mode: 'read', of: 'init_mm', note: 'n4' }),
  ...cell(['set-memory-collapse'], 'mmap_lock', {
    excludes: 'yes',
    of: 'init_mm',
    when: ['collapse-locks-init-mm'],
    note: 'the freer takes it for write',
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  }),
  ...cell(['set-memory-collapse'], 'mmap_lock', {
    excludes: 'no',
    of: 'init_mm',
    when: ['!collapse-locks-init-mm'],
    note: 'here the freer takes only its own lock',
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'irq', {
    excludes: 'yes',
    when: BY_IPI,
    note: 'the flush before the free waits for this CPU',
    source: 'arch/x86/mm/tlb.c:flush_tlb_kernel_range',
  }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'irq', {
    excludes: 'partly',
    when: MAYBE_IPI,
    note: 'not on a CPU that flushes without an interrupt (INVLPGB)',
    source: 'arch/x86/mm/tlb.c:flush_tlb_kernel_range',
  }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'irq', { excludes: 'no', when: NO_IPI, note: 'n9' }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'page_table_lock', { excludes: 'no', note: 'n10' }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'mem_hotplug_lock', {
    excludes: 'no',
    note: 'no memory is removed: the hotplug lock has no part in it',
    source: 'mm/vmalloc.c:vmap_try_huge_pmd',
  }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'rcu', {
    excludes: 'no',
    note: 'tables of the kernel are not freed by RCU',
    source: 'arch/x86/mm/pgtable.c:pmd_free_pte_page',
  }),
];

const USER_CELLS: readonly Exclusion[] = [
  ...cell(['munmap'], 'mmap_lock', {
    excludes: 'yes',
    mode: 'write',
    of: 'user',
    note: 'the freer takes it for write',
    source: 'mm/vma.c:vms_complete_munmap_vmas',
  }),
  ...cell(['munmap'], 'mmap_lock', {
    excludes: 'yes',
    mode: 'read',
    of: 'user',
    where: 'inside-vma',
    note: 'n8',
  }),
  ...cell(['munmap'], 'mmap_lock', {
    excludes: 'no',
    mode: 'read',
    of: 'user',
    where: 'outside-vma',
    note: 'n8',
  }),
  ...cell(['munmap'], 'vma_lock', {
    excludes: 'yes',
    where: 'inside-vma',
    note: 'the freer locks the VMA for write before it takes it out',
    source: 'mm/memory.c:free_pgtables',
  }),
  ...cell(['munmap'], 'i_mmap_rwsem', {
    excludes: 'yes',
    where: 'inside-vma',
    note: 'the freer takes the VMA out of the reverse maps before its tables go',
    source: 'mm/memory.c:free_pgtables',
  }),
  ...cell(['munmap'], 'anon_vma', {
    excludes: 'yes',
    where: 'inside-vma',
    note: 'the freer takes the VMA out of the reverse maps before its tables go',
    source: 'mm/memory.c:free_pgtables',
  }),
  ...cell(['munmap'], 'ptl', {
    excludes: 'partly',
    note: 'that table stays once the lock is taken and the pmd checked again; those above it do not',
    source: 'mm/pgtable-generic.c:__pte_offset_map_lock',
  }),
  ...cell(['munmap', 'thp-collapse', 'pt-reclaim', 'hugetlb-unshare'], 'mmu_lock', {
    excludes: 'no',
    note: 'n11',
  }),
  ...cell(['munmap'], 'rcu', {
    excludes: 'yes',
    when: ['rcu-table-free', 'table-fallback-waits-for-rcu'],
    note: 'every table is freed after a grace period',
    source: 'mm/mmu_gather.c:tlb_remove_table_free',
  }),
  ...cell(['munmap'], 'rcu', {
    excludes: 'partly',
    when: ['rcu-table-free', '!table-fallback-waits-for-rcu'],
    note: 'tables are freed after a grace period; with no memory for their batch after an interrupt only, which does not wait for a reader',
    source: 'mm/mmu_gather.c:tlb_remove_table_sync_one',
  }),
  ...cell(['munmap'], 'rcu', {
    excludes: 'no',
    when: ['!rcu-table-free'],
    note: 'tables are freed right after the flush here',
    source: 'mm/mmu_gather.c:tlb_flush_mmu',
  }),
  ...cell(['munmap'], 'irq', {
    excludes: 'yes',
    when: ['rcu-table-free'],
    note: 'a grace period, and the interrupt of the fallback, wait for this CPU',
    source: 'mm/mmu_gather.c:tlb_remove_table_sync_one',
  }),
  ...cell(['munmap'], 'irq', {
    excludes: 'yes',
    when: ['!rcu-table-free', ...BY_IPI],
    note: 'the flush before the free waits for this CPU',
    source: 'mm/mmu_gather.c:tlb_flush_mmu',
  }),
  ...cell(['munmap'], 'irq', { excludes: 'no', when: ['!rcu-table-free', ...NO_IPI], note: 'n9' }),
  ...cell(['thp-collapse'], 'mmap_lock', {
    excludes: 'yes',
    of: 'user',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'mmap_lock', { excludes: 'partly', of: 'user', when: WITH_RETRACT, note: 'n5' }),
  ...cell(['thp-collapse'], 'vma_lock', { excludes: 'partly', note: 'n5' }),
  ...cell(['thp-collapse'], 'i_mmap_rwsem', {
    excludes: 'yes',
    mode: 'write',
    note: 'the freer takes it at least for read',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'i_mmap_rwsem', {
    excludes: 'yes',
    mode: 'read',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'i_mmap_rwsem', {
    excludes: 'partly',
    mode: 'read',
    when: WITH_RETRACT,
    note: 'n5',
  }),
  ...cell(['thp-collapse'], 'anon_vma', {
    excludes: 'yes',
    mode: 'write',
    note: 'the collapse of anonymous memory takes it for write; that of files skips a VMA with anonymous memory',
    source: 'mm/khugepaged.c:collapse_huge_page',
  }),
  ...cell(['thp-collapse'], 'anon_vma', {
    excludes: 'yes',
    mode: 'read',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write',
    source: 'mm/khugepaged.c:collapse_huge_page',
  }),
  ...cell(['thp-collapse'], 'anon_vma', { excludes: 'partly', mode: 'read', when: WITH_RETRACT, note: 'n5' }),
  ...cell(['thp-collapse'], 'rcu', {
    excludes: 'yes',
    when: ['pte-free-defer', ...WITH_RETRACT],
    note: 'the table is freed after a grace period',
    source: 'mm/pgtable-generic.c:pte_free_defer',
  }),
  ...cell(['thp-collapse'], 'irq', {
    excludes: 'yes',
    when: ['thp-collapse-syncs'],
    note: 'the interrupt, and a grace period, wait for this CPU',
    source: 'mm/khugepaged.c:collapse_huge_page',
  }),
  ...cell(['thp-collapse'], 'irq', {
    excludes: 'yes',
    when: ['!thp-collapse-syncs', ...BY_IPI],
    note: 'the flush waits for this CPU',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'irq', { excludes: 'no', when: ['!thp-collapse-syncs', ...NO_IPI], note: 'n9' }),
  ...cell(['thp-collapse', 'pt-reclaim', 'hugetlb-unshare'], 'ptl', {
    excludes: 'yes',
    note: 'the freer takes it around the clearing: once it is taken and the entry checked again, the table stays',
    source: 'mm/pgtable-generic.c:__pte_offset_map_lock',
  }),
  ...cell(['pt-reclaim'], 'mmap_lock', {
    excludes: 'yes',
    mode: 'write',
    of: 'user',
    note: 'the freer takes it at least for read',
    source: 'mm/memory.c:zap_pte_table_if_empty@7.3',
  }),
  ...cell(['pt-reclaim'], 'mmap_lock', { excludes: 'no', mode: 'read', of: 'user', note: 'n7' }),
  ...cell(['pt-reclaim'], 'vma_lock', { excludes: 'no', mode: 'read', note: 'n7' }),
  ...cell(['pt-reclaim'], 'i_mmap_rwsem', { excludes: 'no', note: 'n7' }),
  ...cell(['pt-reclaim'], 'anon_vma', { excludes: 'no', note: 'n7' }),
  ...cell(['pt-reclaim'], 'rcu', {
    excludes: 'yes',
    note: 'the table is freed after a grace period',
    source: 'mm/memory.c:zap_pte_range',
  }),
  ...cell(['pt-reclaim'], 'irq', {
    excludes: 'yes',
    note: 'a grace period waits for this CPU',
    source: 'mm/memory.c:zap_pte_range',
  }),
  ...cell(['hugetlb-unshare'], 'i_mmap_rwsem', {
    excludes: 'yes',
    note: 'the freer takes it for write',
    source: 'mm/hugetlb.c:__huge_pmd_unshare',
  }),
  ...cell(['hugetlb-unshare'], 'hugetlb_vma_lock', {
    excludes: 'yes',
    note: 'the freer takes it for write',
    source: 'mm/hugetlb.c:__huge_pmd_unshare',
  }),
  ...cell(['hugetlb-unshare'], 'mmap_lock', { excludes: 'no', of: 'user', note: 'n6' }),
  ...cell(['hugetlb-unshare'], 'vma_lock', { excludes: 'no', note: 'n6' }),
  ...cell(['hugetlb-unshare'], 'rcu', {
    excludes: 'no',
    note: 'the shared table is handed on, not freed by RCU',
    source: 'mm/hugetlb.c:__huge_pmd_unshare',
  }),
  ...cell(['hugetlb-unshare'], 'irq', {
    excludes: 'yes',
    when: ['hugetlb-unshare-syncs'],
    note: 'the freer interrupts every CPU',
    source: 'mm/hugetlb.c:huge_pmd_unshare_flush',
  }),
  ...cell(['hugetlb-unshare'], 'irq', { excludes: 'no', when: ['!hugetlb-unshare-syncs'], note: 'n9' }),
];

/** Preemption off is an RCU section where grace periods wait for it (5.0). */
const PREEMPT_CELLS: readonly Exclusion[] = [...USER_CELLS, ...KERNEL_CELLS]
  .filter(({ protection }) => protection === 'rcu')
  .map((row) => ({ ...row, protection: 'preempt', when: [...(row.when ?? []), 'rcu-waits-for-irqs-off'] }));

const EVERYWHERE: readonly Exclusion[] = cell(ALL, 'stop-machine', {
  excludes: 'yes',
  note: 'no other CPU runs; one that was stopped in the middle of a free has left a table on the free list',
  source: 'kernel/stop_machine.c:stop_machine',
});

export const EXCLUSIONS: readonly Exclusion[] = [
  ...HOTPLUG_CELLS,
  ...KERNEL_CELLS,
  ...USER_CELLS,
  ...PREEMPT_CELLS,
  ...EVERYWHERE,
];
