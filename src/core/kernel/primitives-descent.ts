/** Primitives that give a pointer to an entry: the root of a walk, one level down, or the whole way down. */
import type { Level } from '../program/ir.js';
import { named, PARENTS, row } from './primitives-row.js';
import type { Row } from './primitives-row.js';
import type { MmArgument } from './types.js';

const VMA: MmArgument = { argument: 0, field: 'vm_mm' };

const ROOTS: readonly Row[] = [
  ...named(['pgd_offset', 'pgd_offset_gate', 'pgd_offset_fast'], { kind: 'root', mm: 0, address: 1 }),
  row('pgd_offset_k', { kind: 'root', mm: 'init_mm', address: 0 }),
  ...named(['pgd_offset_pgd', 'pgd_offset_raw'], { kind: 'top-entry', table: 0, address: 1 }),
];

/** pXd_offset(parent *, address): they read the parent entry (again) and point into the table. */
const DESCENTS: readonly Row[] = [
  ...PARENTS.filter(({ to }) => to !== 'pte').map(({ to }) =>
    row(`${to}_offset`, { kind: 'descent', to, entry: 0, address: 1 }),
  ),
  ...named(['pte_offset_kernel', 'pte_offset_huge', 'pte_offset'], {
    kind: 'descent',
    to: 'pte',
    entry: 0,
    address: 1,
  }),
  // arm64: the table's physical address, and the table seen through the fixmap, before or beside the linear map
  ...PARENTS.filter(({ level }) => level !== 'pgd').flatMap(({ to }) =>
    named([`${to}_offset_phys`, `${to}_set_fixmap_offset`, `${to}_offset_kimg`], {
      kind: 'descent',
      to,
      entry: 0,
      address: 1,
    }),
  ),
  ...named(['p4d_offset_phys', 'p4d_set_fixmap_offset', 'p4d_offset_kimg'], {
    kind: 'descent',
    to: 'p4d',
    entry: 0,
    address: 1,
  }),
];

/** pXd_offset_lockless(parent *, parent value, address): the value that was read is the one that is followed. */
const LOCKLESS: readonly Row[] = PARENTS.filter(({ to }) => to !== 'pte').map(({ to }) =>
  row(`${to}_offset_lockless`, { kind: 'descent-by-value', to, value: 1, address: 2 }),
);

/** The table's address out of an entry's value: a descent made by hand. */
const TABLE_OF_VALUE: readonly Row[] = [
  ...named(['pgd_page_vaddr', 'pgd_pgtable', 'pgd_deref'], { kind: 'descent-by-value', to: 'p4d', value: 0 }),
  ...named(['p4d_pgtable', 'p4d_page_vaddr', 'p4d_deref'], { kind: 'descent-by-value', to: 'pud', value: 0 }),
  ...named(['pud_pgtable', 'pud_page_vaddr', 'pud_deref'], { kind: 'descent-by-value', to: 'pmd', value: 0 }),
  ...named(['pmd_page_vaddr', '__pmd_page', 'pmd_deref'], { kind: 'descent-by-value', to: 'pte', value: 0 }),
];

/** Of hugetlb memory: its ptes are not those that THP collapse replaces. */
export const HUGETLB_DESCENTS: readonly string[] = [
  'pte_offset_huge',
  'pte_alloc_huge',
  'huge_pte_offset',
  'huge_pte_alloc',
  'hugetlb_walk',
];

/** Those that look up what is there, in a table that another process may share. */
export const HUGETLB_LOOKUPS: readonly string[] = ['huge_pte_offset', 'hugetlb_walk'];

/** What a VMA is asked for that may be of hugetlb memory. */
export const HUGETLB_PROPERTIES: readonly string[] = ['is_vm_hugetlb_page'];

/** The struct page (or descriptor) of the table that an entry's value points to. */
const PAGE_OF_VALUE: readonly Row[] = [
  ...PARENTS.flatMap(({ level }) => named([`${level}_page`], { kind: 'page-of-entry', level, value: 0 })),
  ...named(['pte_page', 'pte_pgtable'], { kind: 'page-of-entry', level: 'pte', value: 0 }),
  ...named(['pmd_pgtable', 'pmd_pgtable_page', 'pmd_folio'], {
    kind: 'page-of-entry',
    level: 'pmd',
    value: 0,
  }),
];

/** The whole way down in one call. */
const CHAINS: readonly Row[] = [
  row('pmd_off', { kind: 'chain', to: 'pmd', mm: 0, address: 1, checks: false }),
  row('pmd_off_k', { kind: 'chain', to: 'pmd', mm: 'init_mm', address: 0, checks: false }),
  row('virt_to_kpte', { kind: 'chain', to: 'pte', mm: 'init_mm', address: 0, checks: true }),
  row('mm_find_pmd', { kind: 'chain', to: 'pmd', mm: 0, address: 1, checks: true }),
  row('lookup_pmd_address', { kind: 'chain', to: 'pmd', mm: 'init_mm', address: 0, checks: true }),
  row('lookup_address', {
    kind: 'chain',
    to: 'pte',
    mm: 'init_mm',
    address: 0,
    checks: true,
    stopsAtLeaf: true,
  }),
  row('lookup_address_in_mm', {
    kind: 'chain',
    to: 'pte',
    mm: 0,
    address: 1,
    checks: true,
    stopsAtLeaf: true,
  }),
  ...[
    'lookup_address_in_pgd',
    'lookup_address_in_pgd_attr',
    '__find_linux_pte',
    'find_linux_pte',
    'find_current_mm_pte',
  ].map((name) =>
    row(name, { kind: 'chain', to: 'pte', mm: 'unknown', address: 1, checks: true, stopsAtLeaf: true }),
  ),
  row('find_init_mm_pte', {
    kind: 'chain',
    to: 'pte',
    mm: 'init_mm',
    address: 0,
    checks: true,
    stopsAtLeaf: true,
  }),
  // under mmu_lock, after mmu_notifier_retry(): an munmap() waits for that lock before it unmaps
  row('find_kvm_host_pte', {
    kind: 'chain',
    to: 'pte',
    mm: { argument: 0, field: 'mm' },
    address: 2,
    checks: true,
    stopsAtLeaf: true,
    guarded: true,
  }),
  row('huge_pte_offset', {
    kind: 'chain',
    to: 'pmd',
    mm: 0,
    address: 1,
    checks: true,
    stopsAtLeaf: true,
  }),
  row('hugetlb_walk', { kind: 'chain', to: 'pmd', mm: VMA, address: 1, checks: true, stopsAtLeaf: true }),
];

/** pXd_alloc(mm, parent *, address): descends, and creates the table where it is missing. */
function allocating(to: Level, name: string, entry: number, address?: number): Row {
  return row(name, { kind: 'allocate', to, entry, ...(address === undefined ? {} : { address }) });
}

const ALLOCATES: readonly Row[] = [
  ...PARENTS.filter(({ to }) => to !== 'pte').flatMap(({ to }) => [
    allocating(to, `${to}_alloc`, 1, 2),
    allocating(to, `${to}_alloc_track`, 1, 2),
    // __pXd_alloc() only creates: it gives 0 or -ENOMEM
    allocating(to, `__${to}_alloc`, 1),
  ]),
  allocating('pte', 'pte_alloc_kernel', 0, 1),
  allocating('pte', 'pte_alloc_kernel_track', 0, 1),
  allocating('pte', 'pte_alloc_huge', 1, 2),
  allocating('pte', 'pte_alloc', 1),
  allocating('pte', '__pte_alloc', 1),
  allocating('pte', '__pte_alloc_kernel', 0),
];

const NEW_TABLES: readonly Row[] = [
  ...named(
    [
      'pte_alloc_one',
      'pte_alloc_one_kernel',
      '__pte_alloc_one',
      '__pte_alloc_one_kernel',
      'pte_alloc_one_noprof',
      'pte_alloc_one_kernel_noprof',
    ],
    { kind: 'new-table', level: 'pte' },
  ),
  ...(['pmd', 'pud', 'p4d'] as const).flatMap((level) =>
    named([`${level}_alloc_one`, `__${level}_alloc_one`, `${level}_alloc_one_noprof`], {
      kind: 'new-table',
      level,
    }),
  ),
  ...named(['pgd_alloc', '__pgd_alloc'], { kind: 'new-table', level: 'pgd' }),
];

export const DESCENT_ROWS: readonly Row[] = [
  ...ROOTS,
  ...DESCENTS,
  ...LOCKLESS,
  ...TABLE_OF_VALUE,
  ...PAGE_OF_VALUE,
  ...CHAINS,
  ...ALLOCATES,
  ...NEW_TABLES,
];
