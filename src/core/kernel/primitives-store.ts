/** Primitives that change an entry, free a table, flush a TLB or wait for other CPUs. */
import { named, PARENTS, row } from './primitives-row.js';
import type { Row } from './primitives-row.js';

const LEAVES = ['pte', 'pmd', 'pud'] as const;

const STORES: readonly Row[] = [
  // (pointer, value)
  ...PARENTS.flatMap(({ level }) =>
    named([`set_${level}`, `native_set_${level}`, `set_${level}_safe`, `xen_set_${level}`], {
      kind: 'store',
      level,
      entry: 0,
      value: 1,
    }),
  ),
  ...named(
    [
      'set_pte',
      'native_set_pte',
      '__set_pte',
      '__set_pte_nosync',
      'set_pte_safe',
      'native_set_pte_atomic',
      'set_pte_atomic',
    ],
    {
      kind: 'store',
      level: 'pte',
      entry: 0,
      value: 1,
    },
  ),
  // (mm, address, pointer, value)
  ...LEAVES.flatMap((level) =>
    named(
      [
        `set_${level}_at`,
        `__set_${level}_at`,
        `native_set_${level}_at`,
        ...(level === 'pte' ? ['set_ptes', '__set_ptes', 'set_pte_at_notify'] : []),
      ],
      {
        kind: 'store',
        level,
        entry: 2,
        value: 3,
      },
    ),
  ),
  ...named(['set_huge_pte_at', '__set_huge_pte_at'], {
    kind: 'store',
    level: 'pmd',
    entry: 2,
    value: 3,
    stores: 'leaf',
  }),
  // nothing left in the entry
  ...PARENTS.flatMap(({ level }) =>
    named([`${level}_clear`, `native_${level}_clear`, `${level}_clear_bad`], {
      kind: 'store',
      level,
      entry: 0,
    }),
  ),
  ...named(
    [
      'pte_clear',
      'native_pte_clear',
      '__pte_clear',
      'ptep_clear',
      'pte_clear_not_present_full',
      'huge_pte_clear',
    ],
    {
      kind: 'store',
      level: 'pte',
      entry: 2,
    },
  ),
  ...named(['pud_clear_huge'], { kind: 'store', level: 'pud', entry: 0 }),
  ...named(['pmd_clear_huge'], { kind: 'store', level: 'pmd', entry: 0 }),
  ...named(['p4d_clear_huge'], { kind: 'store', level: 'p4d', entry: 0 }),
  // a leaf of an upper level: huge vmap
  ...(['pmd', 'pud', 'p4d'] as const).map((level) =>
    row(`${level}_set_huge`, { kind: 'store', level, entry: 0, stores: 'leaf' }),
  ),
  // a table: (mm, pointer, table)
  ...PARENTS.flatMap(({ level }) =>
    named([`${level}_populate`, `${level}_populate_safe`, `${level}_populate_kernel`], {
      kind: 'store',
      level,
      entry: 1,
      value: 2,
      stores: 'table',
    }),
  ),
  row('pmd_set', { kind: 'store', level: 'pmd', entry: 0, value: 1, stores: 'table' }),
  row('pud_set', { kind: 'store', level: 'pud', entry: 0, value: 1, stores: 'table' }),
  row('pmd_install', { kind: 'store', level: 'pmd', entry: 1, value: 2, stores: 'table' }),
];

const EXCHANGES: readonly Row[] = [
  ...named(
    [
      'ptep_get_and_clear',
      'ptep_get_and_clear_full',
      '__ptep_get_and_clear',
      'huge_ptep_get_and_clear',
      'get_and_clear_full_ptes',
      'get_and_clear_ptes',
      'native_ptep_get_and_clear',
      'ptep_modify_prot_start',
    ],
    {
      kind: 'exchange',
      level: 'pte',
      entry: 2,
    },
  ),
  ...named(['clear_full_ptes', 'clear_ptes', 'clear_not_present_full_ptes', 'clear_nonpresent_ptes'], {
    kind: 'exchange',
    level: 'pte',
    entry: 2,
  }),
  row('native_local_ptep_get_and_clear', { kind: 'exchange', level: 'pte', entry: 0 }),
  row('native_local_pmdp_get_and_clear', { kind: 'exchange', level: 'pmd', entry: 0 }),
  row('native_pmdp_get_and_clear', { kind: 'exchange', level: 'pmd', entry: 0 }),
  row('native_pudp_get_and_clear', { kind: 'exchange', level: 'pud', entry: 0 }),
  ...named(['ptep_clear_flush', 'ptep_clear_flush_notify', 'huge_ptep_clear_flush'], {
    kind: 'exchange',
    level: 'pte',
    entry: 2,
    flushes: true,
  }),
  ...(['pmd', 'pud'] as const).flatMap((level) => [
    ...named([`${level}p_huge_get_and_clear`, `${level}p_huge_get_and_clear_full`], {
      kind: 'exchange',
      level,
      entry: 2,
    }),
    row(`${level}p_huge_clear_flush`, { kind: 'exchange', level, entry: 2, flushes: true }),
  ]),
  row('pmdp_collapse_flush', { kind: 'exchange', level: 'pmd', entry: 2, flushes: true }),
];

/** They change attribute bits of a leaf in place: the entry is touched, and stays what it is. */
const TOUCHES: readonly Row[] = [
  ...LEAVES.flatMap((level) =>
    named(
      [
        'test_and_clear_young',
        'clear_flush_young',
        'set_wrprotect',
        'set_access_flags',
        'clear_young_notify',
        'clear_flush_young_notify',
      ].map((word) => `${level}p_${word}`),
      { kind: 'read', level, entry: 2, access: 'once' },
    ),
  ),
  ...named(['pmdp_invalidate', 'pmdp_invalidate_ad'], {
    kind: 'read',
    level: 'pmd',
    entry: 2,
    access: 'once',
  }),
];

const FREES: readonly Row[] = [
  ...named(
    [
      'pte_free_kernel',
      'pte_free',
      'pmd_free',
      'pud_free',
      'p4d_free',
      '__pud_free',
      '__p4d_free',
      'pgd_free',
    ],
    {
      kind: 'free',
      page: 1,
      deferred: 'no',
    },
  ),
  ...named(
    [
      'free_pagetable',
      'free_hotplug_pgtable_page',
      'pagetable_free',
      'pagetable_dtor_free',
      'pagetable_free_kernel',
      '__pagetable_free',
      '__pte_free',
      'free_page',
      'free_pages',
      '__free_page',
      '__free_pages',
    ],
    {
      kind: 'free',
      page: 0,
      deferred: 'no',
    },
  ),
  row('pte_free_defer', { kind: 'free', page: 1, deferred: 'rcu' }),
  // into the mmu_gather: after the flush, and after a grace period where the architecture frees tables by RCU
  ...['pte', 'pmd', 'pud', 'p4d']
    .flatMap((level) => [`${level}_free_tlb`, `__${level}_free_tlb`])
    .concat('tlb_remove_table', 'tlb_remove_ptdesc')
    .flatMap((name) => [
      row(name, { kind: 'free', page: 1, deferred: 'rcu' }, { when: ['rcu-table-free'] }),
      row(name, { kind: 'free', page: 1, deferred: 'flush' }, { when: ['!rcu-table-free'] }),
    ]),
];

const WAITS: readonly Row[] = [
  ...named(
    [
      'flush_tlb_all',
      'flush_tlb_mm',
      'flush_tlb_mm_range',
      'flush_tlb_range',
      'flush_tlb_page',
      'flush_tlb_kernel_range',
      'flush_tlb_kernel_page',
      'flush_pmd_tlb_range',
      'flush_pud_tlb_range',
      'flush_hugetlb_tlb_range',
      '__flush_tlb_range',
      '__flush_tlb_kernel_pgtable',
      'radix__flush_tlb_kernel_range',
      'radix__flush_tlb_range',
      'radix__flush_tlb_pwc_range_psize',
      'tlb_flush_mmu',
      'tlb_flush_mmu_tlbonly',
      'tlb_finish_mmu',
      'cpa_flush_all',
    ],
    { kind: 'flush' },
  ),
  ...named(['tlb_remove_table_sync_one', 'kick_all_cpus_sync', 'serialize_against_pte_lookup'], {
    kind: 'ipi-sync',
  }),
  ...named(
    [
      'synchronize_rcu',
      'synchronize_rcu_expedited',
      'synchronize_sched',
      'synchronize_net',
      'tlb_remove_table_sync_rcu',
    ],
    { kind: 'grace-period' },
  ),
];

export const STORE_ROWS: readonly Row[] = [...STORES, ...EXCHANGES, ...TOUCHES, ...FREES, ...WAITS];
