/**
 * What may be true of a tree (or of one architecture of it) and changes what the rows of the other tables mean.
 * Rows name a capability in `when`; kernel/tree.ts finds out, by looking, which ones a tree has.
 */

export interface Capability {
  readonly id: string;
  /** A sentence for people. */
  readonly title: string;
  /** Of the whole tree, or of each architecture. */
  readonly of: 'tree' | 'architecture';
  /** Does the newest kernel known (7.3) have it? (For an architecture's: x86 has it.) A lone file is judged by this. */
  readonly newest: boolean;
  readonly source: string;
}

export const CAPABILITIES: readonly Capability[] = [
  {
    id: 'walk-ops',
    title: 'page walkers take a struct mm_walk_ops (5.4)',
    of: 'tree',
    newest: true,
    source: 'include/linux/pagewalk.h:mm_walk_ops',
  },
  {
    id: 'novma-asserts-write',
    title: 'walk_page_range_novma() demands the mmap lock of a user mm for write (6.0)',
    of: 'tree',
    newest: true,
    source: 'mm/pagewalk.c:walk_page_range_novma@6.1',
  },
  {
    id: 'huge-ptep-get-takes-mm',
    title: 'huge_ptep_get() takes (mm, address, ptep) (6.11)',
    of: 'tree',
    newest: true,
    source: 'include/asm-generic/hugetlb.h:huge_ptep_get',
  },
  {
    id: 'pte-map-can-fail',
    title: 'pte_offset_map() enters RCU and gives NULL when the pmd is no table any more (6.5)',
    of: 'tree',
    newest: true,
    source: 'mm/pgtable-generic.c:__pte_offset_map',
  },
  {
    id: 'rcu-table-free',
    title: 'user page tables are freed after a grace period (MMU_GATHER_RCU_TABLE_FREE)',
    of: 'architecture',
    newest: true,
    source: 'mm/mmu_gather.c:tlb_remove_table_free',
  },
];
