/** Cells of the freers of kernel tables and of the memory map. */
import {
  AROUND_ONE_ENTRY,
  BOTH_READ,
  BY_IPI,
  MAYBE_IPI,
  NOT_FOR_ZONE_DEVICE,
  NO_IPI,
  ONLY_BY_AN_IPI,
  POISONED_WHEN_OFFLINE,
  TAKEN_BY_HOTPLUG_TOO,
  cell,
} from './exclusion-cells.js';
import type { Exclusion, FreerId } from './types.js';

const HOTPLUG: readonly FreerId[] = ['memory-hot-remove', 'memory-offline'];

export const HOTPLUG_CELLS: readonly Exclusion[] = [
  ...cell(HOTPLUG, 'mem_hotplug_lock', {
    excludes: 'yes',
    mode: 'read',
    note: 'the freer takes it for write',
    source: 'mm/memory_hotplug.c:try_remove_memory',
  }),
  ...cell(HOTPLUG, 'mem_hotplug_lock', { excludes: 'yes', mode: 'write', ...POISONED_WHEN_OFFLINE }),
  ...cell(HOTPLUG, 'device_hotplug_lock', { excludes: 'partly', ...NOT_FOR_ZONE_DEVICE }),
  ...cell(HOTPLUG, 'cpu_hotplug_lock', { excludes: 'no', mode: 'read', ...TAKEN_BY_HOTPLUG_TOO }),
  ...cell(HOTPLUG, 'cpu_hotplug_lock', { excludes: 'yes', mode: 'write', ...TAKEN_BY_HOTPLUG_TOO }),
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
    note: 'hot-remove frees without waiting for an interrupt, on x86, riscv, powerpc and s390 even before it clears the entry',
    source: 'arch/x86/mm/init_64.c:free_pte_table',
  }),
  ...cell(HOTPLUG, 'page_table_lock', {
    excludes: 'no',
    when: ['!hot-remove-holds-page-table-lock'],
    ...AROUND_ONE_ENTRY,
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

export const KERNEL_CELLS: readonly Exclusion[] = [
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
  ...cell(['huge-vmap'], 'mmap_lock', { excludes: 'no', mode: 'read', of: 'init_mm', ...BOTH_READ }),
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
  ...cell(['huge-vmap', 'set-memory-collapse'], 'irq', { excludes: 'no', when: NO_IPI, ...ONLY_BY_AN_IPI }),
  ...cell(['huge-vmap', 'set-memory-collapse'], 'page_table_lock', { excludes: 'no', ...AROUND_ONE_ENTRY }),
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
