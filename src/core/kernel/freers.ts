/** The freers: what each of them frees, where, and what makes it exist in a kernel. Their steps are the fragments. */
import type { FreerId, Range } from './types.js';

export interface Freer {
  readonly id: FreerId;
  readonly title: string;
  /** Whose tables it frees; `pfn`: the memory map. */
  readonly tables: readonly ('kernel' | 'user' | 'pfn')[];
  readonly ranges: readonly Range[];
  /** What goes away, in words. */
  readonly frees: string;
  /** What it holds, in words. */
  readonly holds: string;
  readonly source: string;
}

export const FREERS: readonly Freer[] = [
  {
    id: 'memory-hot-remove',
    title: 'memory hot-remove',
    tables: ['kernel', 'pfn'],
    ranges: ['linear', 'vmemmap'],
    frees:
      'the tables of the linear map and of the vmemmap, and the memory map itself, of the removed memory',
    holds: 'the memory hotplug lock for write; no mmap lock',
    source: 'mm/memory_hotplug.c:try_remove_memory',
  },
  {
    id: 'memory-offline',
    title: 'memory offline',
    tables: ['pfn'],
    ranges: ['vmemmap'],
    frees: 'nothing: the memory map of the block is poisoned and means nothing any more',
    holds: 'the memory hotplug lock for write',
    source: 'drivers/base/memory.c:memory_block_offline',
  },
  {
    id: 'huge-vmap',
    title: 'huge vmap install',
    tables: ['kernel'],
    ranges: ['vmalloc'],
    frees: 'the empty tables below an entry of the vmalloc area that becomes a leaf',
    holds: 'mmap_read_trylock(&init_mm) where the tree has it, else nothing; it owns its range',
    source: 'mm/vmalloc.c:vmap_try_huge_pmd',
  },
  {
    id: 'set-memory-collapse',
    title: 'set_memory collapse',
    tables: ['kernel'],
    ranges: ['linear', 'modules', 'image'],
    frees: 'tables of the direct map and of shared executable memory whose entries make a large page again',
    holds: 'mmap_write_lock(&init_mm) since 7.3, before that only its own cpa_lock',
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  },
  {
    id: 'munmap',
    title: 'munmap, mremap and exit',
    tables: ['user'],
    ranges: ['user'],
    frees: 'all tables of the unmapped range',
    holds: 'the mmap lock for write, downgraded before the tables go; the VMA is detached first',
    source: 'mm/memory.c:free_pgtables',
  },
  {
    id: 'thp-collapse',
    title: 'THP collapse',
    tables: ['user'],
    ranges: ['user'],
    frees: 'the table of ptes that a huge page replaces',
    holds:
      'the mmap lock for write until 6.4; since then i_mmap or the mmap lock for read, and the table locks',
    source: 'mm/khugepaged.c:retract_page_tables',
  },
  {
    id: 'pt-reclaim',
    title: 'reclaim of empty user tables',
    tables: ['user'],
    ranges: ['user'],
    frees: 'a table of ptes that a zap has emptied',
    holds: 'the mmap lock or the VMA lock for read, and the table locks',
    source: 'mm/memory.c:zap_pte_table_if_empty@7.3',
  },
  {
    id: 'hugetlb-unshare',
    title: 'hugetlb unsharing',
    tables: ['user'],
    ranges: ['user'],
    frees: 'a shared table of pmds, which another mm may then free',
    holds: 'i_mmap and the hugetlb VMA lock for write',
    source: 'mm/hugetlb.c:huge_pmd_unshare',
  },
];

/** The row of a freer. */
export function freerOf(id: FreerId): Freer | undefined {
  return FREERS.find((freer) => freer.id === id);
}
