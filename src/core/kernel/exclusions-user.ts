/** Cells of the freers of user tables. */
import {
  BY_IPI,
  GUARDS_WHAT_WAS_FOUND,
  NO_IPI,
  ONLY_BY_AN_IPI,
  ONLY_INSIDE_A_VMA,
  SHARED_BY_OTHERS,
  TABLE_OF_PTES_MAY_GO,
  ZAPS_UNDER_READ,
  cell,
} from './exclusion-cells.js';
import type { Exclusion } from './types.js';

const WITH_RETRACT = ['retract-without-mmap-lock'];
const WITHOUT_RETRACT = ['!retract-without-mmap-lock'];

export const USER_CELLS: readonly Exclusion[] = [
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
    ...ONLY_INSIDE_A_VMA,
  }),
  ...cell(['munmap'], 'mmap_lock', {
    excludes: 'no',
    mode: 'read',
    of: 'user',
    where: 'outside-vma',
    ...ONLY_INSIDE_A_VMA,
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
  ...cell(['munmap'], 'dcache_mmap_lock', {
    excludes: 'yes',
    where: 'inside-vma',
    note: 'the freer takes it to take the VMA out of that tree, before its tables go',
    source: 'mm/vma.c:__remove_shared_vm_struct',
  }),
  ...cell(['thp-collapse', 'pt-reclaim', 'hugetlb-unshare'], 'dcache_mmap_lock', {
    excludes: 'no',
    note: 'the freer does not take it: the VMA stays',
    source: 'mm/khugepaged.c:retract_page_tables',
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
    ...GUARDS_WHAT_WAS_FOUND,
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
  ...cell(['munmap'], 'irq', {
    excludes: 'yes',
    when: ['!rcu-table-free', ...NO_IPI, 'gup-fast'],
    note: 'the architecture promises it to fast GUP',
    source: 'mm/gup.c:gup_fast',
  }),
  ...cell(['munmap'], 'irq', {
    excludes: 'no',
    when: ['!rcu-table-free', ...NO_IPI, '!gup-fast', '!one-cpu'],
    ...ONLY_BY_AN_IPI,
  }),
  ...['irq', 'preempt'].flatMap((protection) =>
    cell(['munmap'], protection, {
      excludes: 'yes',
      when: ['!rcu-table-free', ...NO_IPI, '!gup-fast', 'one-cpu'],
      note: 'there is no other CPU that could free',
      source: 'arch/m68k/Kconfig:M68K',
    }),
  ),
  ...cell(['thp-collapse'], 'mmap_lock', {
    excludes: 'yes',
    of: 'user',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'mmap_lock', {
    excludes: 'partly',
    of: 'user',
    when: WITH_RETRACT,
    ...TABLE_OF_PTES_MAY_GO,
  }),
  ...cell(['thp-collapse'], 'vma_lock', { excludes: 'partly', ...TABLE_OF_PTES_MAY_GO }),
  ...cell(['thp-collapse'], 'i_mmap_rwsem', {
    excludes: 'yes',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write',
    source: 'mm/khugepaged.c:retract_page_tables',
  }),
  ...cell(['thp-collapse'], 'i_mmap_rwsem', {
    excludes: 'partly',
    when: WITH_RETRACT,
    ...TABLE_OF_PTES_MAY_GO,
  }),
  ...cell(['thp-collapse'], 'anon_vma', {
    excludes: 'yes',
    when: WITHOUT_RETRACT,
    note: 'the freer takes it for write, where the VMA has one',
    source: 'mm/khugepaged.c:collapse_huge_page',
  }),
  ...cell(['thp-collapse'], 'anon_vma', {
    excludes: 'partly',
    when: WITH_RETRACT,
    ...TABLE_OF_PTES_MAY_GO,
  }),
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
  ...cell(['thp-collapse'], 'irq', {
    excludes: 'no',
    when: ['!thp-collapse-syncs', ...NO_IPI],
    ...ONLY_BY_AN_IPI,
  }),
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
  ...cell(['pt-reclaim'], 'mmap_lock', { excludes: 'no', mode: 'read', of: 'user', ...ZAPS_UNDER_READ }),
  ...cell(['pt-reclaim'], 'vma_lock', { excludes: 'no', mode: 'read', ...ZAPS_UNDER_READ }),
  ...cell(['pt-reclaim'], 'i_mmap_rwsem', { excludes: 'no', ...ZAPS_UNDER_READ }),
  ...cell(['pt-reclaim'], 'anon_vma', { excludes: 'no', ...ZAPS_UNDER_READ }),
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
  ...cell(['hugetlb-unshare'], 'mmap_lock', { excludes: 'no', of: 'user', ...SHARED_BY_OTHERS }),
  ...cell(['hugetlb-unshare'], 'vma_lock', { excludes: 'no', ...SHARED_BY_OTHERS }),
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
  ...cell(['hugetlb-unshare'], 'irq', {
    excludes: 'no',
    when: ['!hugetlb-unshare-syncs'],
    ...ONLY_BY_AN_IPI,
  }),
];
