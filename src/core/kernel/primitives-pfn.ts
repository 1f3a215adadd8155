/** Page frames and their struct pages: the memmap is a table too, and memory hot-remove frees it. */
import { named, row, words } from './primitives-row.js';
import type { Row } from './primitives-row.js';

const PFNS: readonly Row[] = [
  ...named(['pfn_to_page', '__pfn_to_page', 'pfn_folio'], { kind: 'pfn-to-page', pfn: 0 }),
  ...named(['pfn_valid', 'early_pfn_valid', 'pfn_present', 'memmap_valid_within', 'pfn_in_present_section'], {
    kind: 'pfn-check',
    pfn: 0,
    online: false,
    gives: 'truth',
  }),
  row('pfn_to_online_page', { kind: 'pfn-check', pfn: 0, online: true, gives: 'page' }),
  ...named(['online_section_nr', 'pfn_section_valid'], {
    kind: 'pfn-check',
    pfn: 0,
    online: true,
    gives: 'truth',
  }),
  row('page_ext_get', { kind: 'page-ext', page: 0, rcu: 'enter' }),
  row('page_ext_put', { kind: 'page-ext', page: 0, rcu: 'leave' }),
  row('lookup_page_ext', { kind: 'page-ext', page: 0, rcu: 'none' }),
];

/** Page flags as functions: PageLocked(page) and its kind. */
const FLAGS = words(`
  PageLocked PageReferenced PageUptodate PageDirty PageLRU PageActive PageSlab PageReserved PagePrivate
  PageWriteback PageHead PageTail PageCompound PageAnon PageKsm PageBuddy PageOffline PageTable
  PageGuard PageHuge PageHWPoison PageHasHWPoisoned PageUnevictable PageMlocked PageSwapCache
  PageSwapBacked PageTransHuge PageTransCompound PageMovable PageIdle PageYoung PageReported
  PagePoisoned PageIsolated PageError
`);

const READERS = words(`
  page_count page_ref_count page_mapcount total_mapcount folio_mapcount page_mapped page_mapping
  page_zone page_zonenum page_zone_id page_to_nid page_pgdat compound_order
  compound_nr page_private page_has_type page_is_buddy buddy_order buddy_order_unsafe page_index
  page_offset page_anon_vma get_pageblock_migratetype get_pfnblock_flags_mask
  is_migrate_isolate_page is_zone_device_page stable_page_flags page_is_young page_is_idle
  get_page_unless_zero try_get_page page_cache_get_speculative folio_ref_count folio_test_lru
  folio_test_hugetlb folio_test_anon folio_test_large folio_test_slab folio_nr_pages folio_order
  folio_zone folio_nid folio_pgdat folio_lru_gen page_cgroup_ino page_memcg folio_memcg snapshot_page
  dump_page
`);

export const PFN_ROWS: readonly Row[] = [
  ...PFNS,
  ...named(['page_folio', 'compound_head'], { kind: 'page-read', page: 0, gives: 'page' }),
  ...named([...FLAGS, ...READERS], { kind: 'page-read', page: 0 }),
];
