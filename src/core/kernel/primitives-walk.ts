/** Generic walkers with callbacks, and calls that do a whole walk inside and give only its answer. */
import { named, row } from './primitives-row.js';
import type { Row } from './primitives-row.js';
import type { MmArgument } from './types.js';

const VMA: MmArgument = { argument: 0, field: 'vm_mm' };
/** Until 5.3 walk_page_range(start, end, walk) found the mm in its walk: mm/pagewalk.c:walk_page_range@4.18 */
const WALK_MM: MmArgument = { argument: 2, field: 'mm' };
/** Until 5.3 the callbacks were in the struct mm_walk itself: walk_page_range(start, end, walk). */
const OPS = ['walk-ops'];
const NO_OPS = ['!walk-ops'];

const WALKERS: readonly Row[] = [
  row(
    'walk_page_range',
    { kind: 'walk', mm: 0, start: 1, end: 2, ops: 3, private: 4, asserts: 'mmap-any', insideVmas: true },
    { when: OPS },
  ),
  row(
    'walk_page_range',
    { kind: 'walk', mm: WALK_MM, start: 0, end: 1, ops: 2, asserts: 'mmap-any', insideVmas: true },
    { when: NO_OPS },
  ),
  row('walk_page_range_mm_unsafe', {
    kind: 'walk',
    mm: 0,
    start: 1,
    end: 2,
    ops: 3,
    private: 4,
    asserts: 'mmap-any',
    insideVmas: true,
  }),
  ...named(['walk_page_range_vma', 'walk_page_range_vma_unsafe'], {
    kind: 'walk',
    mm: VMA,
    start: 1,
    end: 2,
    ops: 3,
    private: 4,
    asserts: 'mmap-any',
    insideVmas: true,
  }),
  row(
    'walk_page_range_novma',
    { kind: 'walk', mm: 0, start: 1, end: 2, ops: 3, private: 5, asserts: 'mmap-any' },
    { when: ['!novma-asserts-write'] },
  ),
  row(
    'walk_page_range_novma',
    { kind: 'walk', mm: 0, start: 1, end: 2, ops: 3, private: 5, asserts: 'mmap-write' },
    { when: ['novma-asserts-write'] },
  ),
  row('walk_page_range_debug', {
    kind: 'walk',
    mm: 0,
    start: 1,
    end: 2,
    ops: 3,
    private: 5,
    asserts: 'mmap-write',
  }),
  row('walk_kernel_page_table_range', {
    kind: 'walk',
    mm: 'init_mm',
    start: 0,
    end: 1,
    ops: 2,
    private: 4,
    asserts: 'mmap-any',
  }),
  row('walk_kernel_page_table_range_lockless', {
    kind: 'walk',
    mm: 'init_mm',
    start: 0,
    end: 1,
    ops: 2,
    private: 4,
    asserts: 'none',
  }),
  row(
    'walk_page_vma',
    { kind: 'walk', mm: VMA, start: 0, end: 0, ops: 1, private: 2, asserts: 'mmap-any', insideVmas: true },
    { when: OPS },
  ),
  row(
    'walk_page_vma',
    { kind: 'walk', mm: VMA, start: 0, end: 0, ops: 1, asserts: 'mmap-any', insideVmas: true },
    { when: NO_OPS },
  ),
  row('walk_page_mapping', {
    kind: 'walk',
    mm: 'unknown',
    start: 1,
    end: 2,
    ops: 3,
    private: 4,
    asserts: 'i_mmap',
    insideVmas: true,
  }),
  row('apply_to_page_range', {
    kind: 'walk',
    mm: 0,
    start: 1,
    end: 2,
    callback: 3,
    private: 4,
    asserts: 'none',
    allocates: true,
  }),
  row('apply_to_existing_page_range', {
    kind: 'walk',
    mm: 0,
    start: 1,
    end: 2,
    callback: 3,
    private: 4,
    asserts: 'none',
  }),
];

/** Only an answer comes out; the walk is inside, and is judged where its body is. */
const TRANSLATIONS: readonly Row[] = [
  row('vmalloc_to_page', { kind: 'translate', mm: 'init_mm', address: 0, guarded: false, sleeps: false }),
  row('vmalloc_to_pfn', { kind: 'translate', mm: 'init_mm', address: 0, guarded: false, sleeps: false }),
  row('slow_virt_to_phys', {
    kind: 'translate',
    mm: 'init_mm',
    address: 0,
    guarded: false,
    sleeps: false,
  }),
  row('kernel_page_present', { kind: 'translate', mm: 'init_mm', guarded: false, sleeps: false }),
  row('kern_addr_valid', { kind: 'translate', mm: 'init_mm', address: 0, guarded: false, sleeps: false }),
  ...['get_user_pages_fast', 'pin_user_pages_fast'].map((name) =>
    row(name, { kind: 'translate', mm: 'unknown', address: 0, guarded: true, sleeps: true }),
  ),
  ...['get_user_pages_fast_only', 'get_user_page_fast_only', '__get_user_pages_fast'].map((name) =>
    row(name, { kind: 'translate', mm: 'unknown', address: 0, guarded: true, sleeps: false }),
  ),
  ...['get_user_pages_unlocked', 'pin_user_pages_unlocked'].map((name) =>
    row(name, { kind: 'translate', mm: 'unknown', address: 0, guarded: true, sleeps: true }),
  ),
  row('follow_page', { kind: 'translate', mm: VMA, address: 1, guarded: false, sleeps: false }),
  row('follow_pfn', { kind: 'translate', mm: VMA, address: 1, guarded: false, sleeps: false }),
  row('follow_phys', { kind: 'translate', mm: VMA, address: 1, guarded: false, sleeps: false }),
];

export const WALK_ROWS: readonly Row[] = [...WALKERS, ...TRANSLATIONS];
