/**
 * What may be true of a tree (or of one architecture of it) and changes what the rows of the other tables mean.
 * Rows name a capability in `when`; kernel/tree.ts finds out which ones a tree has, by looking where `looks` says.
 */
import { FLUSHES } from './architectures.js';

/** One place to look: it speaks for the capability when the file has `has` and does not have `lacks`. */
export interface Look {
  readonly file: string;
  /** Only the body of this function counts. */
  readonly within?: string;
  readonly has?: RegExp;
  readonly lacks?: RegExp;
}

export interface Capability {
  readonly id: string;
  /** A sentence for people. */
  readonly title: string;
  /** Of the whole tree, or of each architecture. */
  readonly of: 'tree' | 'architecture';
  /** Does the newest kernel known (7.3) have it? (For an architecture's: x86.) A lone file, and a file that is missing, are judged by this. */
  readonly newest: boolean;
  /** No kernel before this version has it, stable ones included: for sources that tell their age and nothing else. */
  readonly since?: string;
  /** Any of these places is enough. */
  readonly looks: readonly Look[];
  /** Or any of these Kconfig symbols, for each architecture. */
  readonly symbols?: readonly string[];
  /** Or on these architectures, in every kernel. */
  readonly architectures?: readonly string[];
  /** A file that every kernel since 4.18 has: when it is there, a file of `looks` that is missing means no. */
  readonly anchor: string;
  readonly source: string;
}

const MEMORY = 'mm/memory.c';

export const CAPABILITIES: readonly Capability[] = [
  {
    id: 'walk-ops',
    title: 'page walkers take a struct mm_walk_ops',
    of: 'tree',
    newest: true,
    since: '5.4',
    looks: [{ file: 'include/linux/pagewalk.h', has: /struct mm_walk_ops/ }],
    anchor: MEMORY,
    source: 'include/linux/pagewalk.h:mm_walk_ops',
  },
  {
    id: 'novma-asserts-write',
    title: 'walk_page_range_novma() demands the mmap lock of a user mm for write',
    of: 'tree',
    newest: true,
    since: '6.0',
    looks: [
      { file: 'mm/pagewalk.c', within: 'walk_page_range_novma', has: /mmap_assert_write_locked/ },
      { file: 'mm/pagewalk.c', has: /walk_page_range_debug/ },
    ],
    anchor: 'mm/pagewalk.c',
    source: 'mm/pagewalk.c:walk_page_range_novma@6.1',
  },
  {
    id: 'walk-locks-ptes',
    title: 'the generic walker holds the lock of a table of ptes around pte_entry()',
    of: 'tree',
    newest: true,
    since: '5.6',
    looks: [{ file: 'mm/pagewalk.c', within: 'walk_pte_range', has: /pte_offset_map_lock\(/ }],
    anchor: 'mm/pagewalk.c',
    source: 'mm/pagewalk.c:walk_pte_range',
  },
  {
    id: 'walk-locks-hugetlb',
    title: 'the generic walker holds the VMA lock of hugetlb around hugetlb_entry()',
    of: 'tree',
    newest: true,
    since: '6.3',
    looks: [{ file: 'mm/pagewalk.c', within: 'walk_hugetlb_range', has: /hugetlb_vma_lock_read\(/ }],
    anchor: 'mm/pagewalk.c',
    source: 'mm/pagewalk.c:walk_hugetlb_range',
  },
  {
    id: 'huge-ptep-get-takes-mm',
    title: 'huge_ptep_get() takes (mm, address, ptep)',
    of: 'tree',
    newest: true,
    since: '6.11',
    looks: [{ file: 'include/asm-generic/hugetlb.h', has: /huge_ptep_get\(struct mm_struct/ }],
    anchor: 'include/asm-generic/hugetlb.h',
    source: 'include/asm-generic/hugetlb.h:huge_ptep_get',
  },
  {
    id: 'pte-map-can-fail',
    title: 'pte_offset_map() enters RCU and gives NULL when the pmd is no table any more',
    of: 'tree',
    newest: true,
    since: '6.5',
    looks: [{ file: 'mm/pgtable-generic.c', has: /\*__pte_offset_map\(/ }],
    anchor: 'mm/pgtable-generic.c',
    source: 'mm/pgtable-generic.c:__pte_offset_map',
  },
  {
    id: 'huge-vmap-locks-init-mm',
    title:
      'a huge vmap install takes the mmap lock of init_mm for read (7.2, 6.12.117, 6.1.192; not on every architecture)',
    of: 'architecture',
    newest: true,
    looks: [
      { file: 'mm/vmalloc.c', within: 'vmap_try_huge_pmd', has: /mmap_read_trylock|mmap_read_lock_try/ },
    ],
    anchor: 'mm/vmalloc.c',
    source: 'mm/vmalloc.c:vmap_try_huge_pmd',
  },
  {
    id: 'hot-remove-holds-page-table-lock',
    title: 'memory hot-remove holds init_mm.page_table_lock over the whole (powerpc)',
    of: 'architecture',
    newest: false,
    looks: [
      {
        file: 'arch/powerpc/mm/book3s64/radix_pgtable.c',
        within: 'remove_pagetable',
        has: /spin_lock\(&init_mm\.page_table_lock\)/,
      },
    ],
    anchor: 'arch/powerpc/mm/book3s64/radix_pgtable.c',
    source: 'arch/powerpc/mm/book3s64/radix_pgtable.c:remove_pagetable',
  },
  {
    id: 'pud-free-leaves-pmds',
    title: 'a huge vmap install clears the pud and frees the table of pmds below it as it is (x86 since 7.x)',
    of: 'architecture',
    newest: true,
    looks: [
      { file: 'arch/x86/mm/pgtable.c', within: 'pud_free_pmd_page', has: /pud_clear/, lacks: /pmd_clear/ },
    ],
    anchor: 'arch/x86/mm/init_64.c',
    source: 'arch/x86/mm/pgtable.c:pud_free_pmd_page@7.3',
  },
  {
    id: 'huge-vmap-off-with-ptdump',
    title: 'no huge vmap in a kernel that can dump its tables through debugfs (arm64, 5.2 to 6.17)',
    of: 'architecture',
    newest: false,
    looks: [
      { file: 'arch/arm64/include/asm/vmalloc.h', has: /!IS_ENABLED\(CONFIG_(ARM64_)?PTDUMP_DEBUGFS\)/ },
      { file: 'arch/arm64/mm/mmu.c', has: /!IS_ENABLED\(CONFIG_(ARM64_)?PTDUMP_DEBUGFS\)/ },
    ],
    anchor: 'arch/arm64/mm/mmu.c',
    source: 'arch/arm64/include/asm/vmalloc.h:arch_vmap_pmd_supported',
  },
  {
    id: 'set-memory-collapse',
    title: 'set_memory puts large pages together again and frees their tables (x86)',
    of: 'architecture',
    newest: true,
    since: '6.15',
    looks: [{ file: 'arch/x86/mm/pat/set_memory.c', has: /\bcpa_collapse_large_pages\(/ }],
    anchor: 'arch/x86/mm/init_64.c',
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  },
  {
    id: 'collapse-locks-init-mm',
    title: 'that collapse takes the mmap lock of init_mm for write',
    of: 'architecture',
    newest: true,
    since: '7.3',
    looks: [
      { file: 'arch/x86/mm/pat/set_memory.c', within: 'cpa_collapse_large_pages', has: /mmap_write_lock/ },
    ],
    anchor: 'arch/x86/mm/init_64.c',
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  },
  // Of some kernels only on arm (LPAE), and on x86 until 6.14 (PARAVIRT). One of x86 without it frees after the IPI of its flush: what
  // keeps munmap out then is what keeps the variant out that has no memory for a batch (freers/munmap-ipi.race).
  {
    id: 'rcu-table-free',
    title: 'user page tables are freed after a grace period',
    of: 'architecture',
    newest: true,
    looks: [],
    symbols: ['MMU_GATHER_RCU_TABLE_FREE', 'HAVE_RCU_TABLE_FREE'],
    anchor: 'arch/Kconfig',
    source: 'mm/mmu_gather.c:tlb_remove_table_free',
  },
  {
    id: 'munmap-downgrades',
    title: 'munmap() gives the mmap lock back for others to read before it frees the tables',
    of: 'tree',
    newest: true,
    since: '4.20',
    looks: [
      { file: 'mm/vma.c', has: /\bmmap_write_downgrade\(/ },
      { file: 'mm/mmap.c', has: /\b(?:mmap_write_downgrade|downgrade_write)\(/ },
    ],
    anchor: 'mm/mmap.c',
    source: 'mm/vma.c:vms_complete_munmap_vmas',
  },
  {
    id: 'gup-fast',
    title: 'pages are looked up with interrupts off and no lock: no user table is freed meanwhile',
    of: 'architecture',
    newest: true,
    looks: [],
    symbols: ['HAVE_GUP_FAST', 'HAVE_FAST_GUP', 'HAVE_GENERIC_GUP'],
    anchor: 'arch/Kconfig',
    source: 'mm/Kconfig:HAVE_GUP_FAST',
  },
  {
    id: 'table-fallback-waits-for-rcu',
    title:
      'with no memory for a batch a table is freed after a grace period too, not only after an interrupt',
    of: 'tree',
    newest: true,
    since: '6.14',
    looks: [{ file: 'mm/mmu_gather.c', has: /__tlb_remove_table_one_rcu|tlb_remove_table_sync_rcu/ }],
    anchor: MEMORY,
    source: 'mm/mmu_gather.c:__tlb_remove_table_one@7.3',
  },
  {
    id: 'retract-without-mmap-lock',
    title: 'khugepaged takes tables of file mappings away without the mmap lock',
    of: 'tree',
    newest: true,
    since: '6.6',
    looks: [
      {
        file: 'mm/khugepaged.c',
        within: 'retract_page_tables',
        has: /i_mmap_lock_read/,
        lacks: /mmap_write_trylock|down_write_trylock/,
      },
    ],
    anchor: 'mm/khugepaged.c',
    source: 'mm/khugepaged.c:retract_page_tables',
  },
  {
    id: 'thp-collapse-syncs',
    title: 'khugepaged interrupts every CPU before a table goes (6.1 and stable kernels since 2022)',
    of: 'tree',
    newest: true,
    looks: [{ file: 'mm/khugepaged.c', has: /tlb_remove_table_sync_one/ }],
    anchor: 'mm/khugepaged.c',
    source: 'mm/khugepaged.c:collapse_huge_page',
  },
  {
    id: 'pte-free-defer',
    title: 'pte_free_defer() frees a table of ptes after a grace period',
    of: 'tree',
    newest: true,
    since: '6.5',
    looks: [{ file: 'mm/pgtable-generic.c', has: /pte_free_defer\(/ }],
    anchor: 'mm/pgtable-generic.c',
    source: 'mm/pgtable-generic.c:pte_free_defer',
  },
  {
    id: 'pt-reclaim',
    title: 'a zap frees the tables of ptes that it empties',
    of: 'architecture',
    newest: true,
    looks: [],
    symbols: ['PT_RECLAIM'],
    anchor: 'mm/Kconfig',
    source: 'mm/memory.c:zap_pte_table_if_empty@7.3',
  },
  {
    id: 'hugetlb-unshare-syncs',
    title: 'hugetlb unsharing interrupts every CPU before the table can be freed (6.16, stable 2025)',
    of: 'tree',
    newest: true,
    looks: [{ file: 'mm/hugetlb.c', has: /tlb_unshare_pmd_ptdesc|tlb_remove_table_sync_one/ }],
    anchor: 'mm/hugetlb.c',
    source: 'mm/hugetlb.c:__huge_pmd_unshare',
  },
  {
    id: 'ptdump-locks-hotplug',
    title: 'ptdump_walk_pgd() itself takes the memory hotplug lock (6.17 and stable)',
    of: 'tree',
    newest: true,
    looks: [{ file: 'mm/ptdump.c', within: 'ptdump_walk_pgd', has: /get_online_mems/ }],
    anchor: MEMORY,
    source: 'mm/ptdump.c:ptdump_walk_pgd',
  },
  {
    id: 'ptdump-locks-init-mm',
    title: 'the dump of the kernel tables holds the mmap lock of init_mm for write (6.0 and stable)',
    of: 'tree',
    newest: true,
    since: '5.10',
    looks: [{ file: 'mm/ptdump.c', within: 'ptdump_walk_pgd', has: /\bmmap_write_lock\(|\bdown_write\(/ }],
    anchor: MEMORY,
    source: 'mm/ptdump.c:ptdump_walk_pgd',
  },
  {
    id: 'offline-holds-hotplug-lock',
    title:
      'a memory block goes offline under the memory hotplug lock taken by its driver (before: inside offline_pages())',
    of: 'tree',
    newest: true,
    since: '6.1',
    looks: [{ file: 'drivers/base/memory.c', within: 'memory_block_offline', has: /mem_hotplug_begin/ }],
    anchor: 'drivers/base/memory.c',
    source: 'drivers/base/memory.c:memory_block_offline',
  },
  {
    id: 'pfn-valid-takes-rcu',
    title: 'pfn_valid() reads the section in an RCU section',
    of: 'tree',
    newest: true,
    since: '6.8',
    looks: [{ file: 'include/linux/mmzone.h', within: 'pfn_valid', has: /rcu_read_lock/ }],
    anchor: 'include/linux/mmzone.h',
    source: 'include/linux/mmzone.h:pfn_valid',
  },
  {
    id: 'page-ext-rcu',
    title: 'page_ext_get() holds RCU until page_ext_put()',
    of: 'tree',
    newest: true,
    since: '6.1',
    looks: [{ file: 'include/linux/page_ext.h', has: /page_ext_get\(/ }],
    anchor: 'include/linux/page_ext.h',
    source: 'mm/page_ext.c:page_ext_get',
  },
  {
    id: 'vma-lock',
    title: 'each VMA has a lock of its own',
    of: 'tree',
    newest: true,
    since: '6.4',
    looks: [
      { file: 'include/linux/mmap_lock.h', has: /vma_start_read/ },
      { file: 'include/linux/mm.h', has: /vma_start_read/ },
    ],
    anchor: 'include/linux/mm.h',
    source: 'include/linux/mm.h:vma_start_read',
  },
  {
    id: 'rcu-waits-for-irqs-off',
    title: 'a grace period waits for CPUs with interrupts or preemption off too',
    of: 'tree',
    newest: true,
    since: '5.0',
    looks: [{ file: 'include/linux/rcupdate.h', lacks: /\bsynchronize_sched\s*\(/ }],
    anchor: 'include/linux/rcupdate.h',
    source: 'kernel/rcu/tree.c:synchronize_rcu',
  },
  {
    id: 'flush-waits-for-irqs-off',
    title: 'a flush of kernel TLBs interrupts the other CPUs and waits for them (kernel/architectures.ts)',
    of: 'architecture',
    newest: true,
    looks: [],
    architectures: FLUSHES.filter(({ waitsForIrqsOff }) => waitsForIrqsOff).map(
      ({ architecture }) => architecture,
    ),
    anchor: MEMORY,
    source: 'arch/x86/mm/tlb.c:flush_tlb_kernel_range',
  },
  {
    id: 'one-cpu',
    title: 'machines with one CPU only: nothing runs beside code with interrupts or preemption off',
    of: 'architecture',
    newest: false,
    looks: [],
    architectures: ['m68k', 'microblaze', 'nios2'],
    anchor: MEMORY,
    source: 'arch/m68k/Kconfig:M68K',
  },
  {
    id: 'runs-alone',
    title:
      'one CPU and no preemption: nothing runs beside code that does not sleep (User Mode Linux until 6.11)',
    of: 'architecture',
    newest: false,
    looks: [{ file: 'arch/um/Kconfig', has: /^[ \t]*select ARCH_NO_PREEMPT$/m, lacks: /^config SMP$/m }],
    anchor: MEMORY,
    source: 'kernel/Kconfig.preempt:ARCH_NO_PREEMPT',
  },
  {
    id: 'flush-without-ipi',
    title: 'x86 can flush TLBs of other CPUs without an interrupt (INVLPGB)',
    of: 'architecture',
    newest: true,
    since: '6.15',
    looks: [{ file: 'arch/x86/mm/tlb.c', has: /invlpgb/ }],
    anchor: 'arch/x86/mm/init_64.c',
    source: 'arch/x86/mm/tlb.c:flush_tlb_kernel_range@7.3',
  },
];
