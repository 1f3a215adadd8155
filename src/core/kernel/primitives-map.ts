/**
 * pte_offset_map() and its family, and the locks of single tables.
 *
 * Until 6.4 pte_offset_map() only maps: no RCU, never NULL. Since 6.5 it enters an RCU section that pte_unmap() leaves,
 * and gives NULL when the pmd no longer points to a table.
 */
import { named, row } from './primitives-row.js';
import type { Row } from './primitives-row.js';
import type { When } from './types.js';

const CAN_FAIL: When = ['pte-map-can-fail'];
const NEVER_FAILS: When = ['!pte-map-can-fail'];

interface MapShape {
  readonly entry: number;
  readonly address: number;
  readonly mm?: number;
  readonly locks?: true;
  readonly allocates?: true;
}

/** Both generations of one name. Where the map may fail for want of memory (`allocates`) it was nullable before, too. */
function bothGenerations(name: string, shape: MapShape): Row[] {
  const { entry, address, locks = false } = shape;
  const rest = {
    ...(shape.mm === undefined ? {} : { mm: shape.mm }),
    ...(shape.allocates === undefined ? {} : { allocates: shape.allocates }),
  };
  return [
    row(name, { kind: 'map', entry, address, ...rest, rcu: true, locks, nullable: true }, { when: CAN_FAIL }),
    row(
      name,
      { kind: 'map', entry, address, ...rest, rcu: false, locks, nullable: shape.allocates === true },
      { when: NEVER_FAILS },
    ),
  ];
}

const MAPS: readonly Row[] = [
  ...bothGenerations('pte_offset_map', { entry: 0, address: 1 }),
  ...bothGenerations('pte_offset_map_lock', { entry: 1, address: 2, mm: 0, locks: true }),
  ...bothGenerations('pte_alloc_map', { entry: 1, address: 2, mm: 0, allocates: true }),
  ...bothGenerations('pte_alloc_map_lock', { entry: 1, address: 2, mm: 0, locks: true, allocates: true }),
  row('__pte_offset_map', { kind: 'map', entry: 0, address: 1, rcu: true, locks: false, nullable: true }),
  row('__pte_offset_map_lock', {
    kind: 'map',
    entry: 1,
    address: 2,
    mm: 0,
    rcu: true,
    locks: true,
    nullable: true,
  }),
  ...named(['pte_offset_map_nolock', 'pte_offset_map_ro_nolock', 'pte_offset_map_rw_nolock'], {
    kind: 'map',
    entry: 1,
    address: 2,
    mm: 0,
    rcu: true,
    locks: false,
    nullable: true,
  }),
];

const UNMAPS: readonly Row[] = [
  row('pte_unmap', { kind: 'unmap', rcu: true, unlocks: false }, { when: CAN_FAIL }),
  row('pte_unmap', { kind: 'unmap', rcu: false, unlocks: false }, { when: NEVER_FAILS }),
  row('pte_unmap_unlock', { kind: 'unmap', rcu: true, unlocks: true }, { when: CAN_FAIL }),
  row('pte_unmap_unlock', { kind: 'unmap', rcu: false, unlocks: true }, { when: NEVER_FAILS }),
  ...named(
    ['follow_pfnmap_end', 'folio_walk_end', 'page_vma_mapped_walk_done'],
    { kind: 'unmap', rcu: true, unlocks: true },
    { when: CAN_FAIL },
  ),
  row('page_vma_mapped_walk_done', { kind: 'unmap', rcu: false, unlocks: true }, { when: NEVER_FAILS }),
];

const ENTRY_LOCKS: readonly Row[] = [
  row('pmd_lock', { kind: 'entry-lock', level: 'pmd', entry: 1, nullable: false }),
  row('pud_lock', { kind: 'entry-lock', level: 'pud', entry: 1, nullable: false }),
  ...named(['pmd_trans_huge_lock', '__pmd_trans_huge_lock'], {
    kind: 'entry-lock',
    level: 'pmd',
    entry: 0,
    nullable: true,
  }),
  ...named(['pud_trans_huge_lock', '__pud_trans_huge_lock'], {
    kind: 'entry-lock',
    level: 'pud',
    entry: 0,
    nullable: true,
  }),
  row('huge_pte_lock', { kind: 'entry-lock', level: 'pmd', entry: 2, nullable: false }),
  row('pte_lockptr', { kind: 'lock-of-entry', level: 'pte', entry: 1 }),
  row('ptep_lockptr', { kind: 'lock-of-entry', level: 'pte', entry: 1 }),
  row('pmd_lockptr', { kind: 'lock-of-entry', level: 'pmd', entry: 1 }),
  row('pud_lockptr', { kind: 'lock-of-entry', level: 'pud', entry: 1 }),
  row('huge_pte_lockptr', { kind: 'lock-of-entry', level: 'pmd', entry: 2 }),
];

/** The whole way down, ending with the table's lock held. */
const LOCKED_CHAINS: readonly Row[] = [
  row(
    'get_locked_pte',
    { kind: 'locked-chain', mm: 0, address: 1, acquired: 'nonnull', rcu: true },
    { when: CAN_FAIL },
  ),
  row(
    'get_locked_pte',
    { kind: 'locked-chain', mm: 0, address: 1, acquired: 'nonnull', rcu: false },
    { when: NEVER_FAILS },
  ),
  row(
    '__get_locked_pte',
    { kind: 'locked-chain', mm: 0, address: 1, acquired: 'nonnull', rcu: true },
    { when: CAN_FAIL },
  ),
  row(
    '__get_locked_pte',
    { kind: 'locked-chain', mm: 0, address: 1, acquired: 'nonnull', rcu: false },
    { when: NEVER_FAILS },
  ),
  row('follow_pte', { kind: 'locked-chain', mm: 0, acquired: 'zero', rcu: false }, { when: NEVER_FAILS }),
  row('follow_pte', { kind: 'locked-chain', mm: 0, acquired: 'zero', rcu: true }, { when: CAN_FAIL }),
  row('follow_pfnmap_start', { kind: 'locked-chain', mm: 'unknown', acquired: 'zero', rcu: true }),
  row('folio_walk_start', {
    kind: 'locked-chain',
    mm: { argument: 1, field: 'vm_mm' },
    acquired: 'nonnull',
    rcu: true,
  }),
  row(
    'page_vma_mapped_walk',
    { kind: 'locked-chain', mm: 'unknown', acquired: 'true', rcu: true },
    { when: CAN_FAIL },
  ),
  row(
    'page_vma_mapped_walk',
    { kind: 'locked-chain', mm: 'unknown', acquired: 'true', rcu: false },
    { when: NEVER_FAILS },
  ),
];

export const MAP_ROWS: readonly Row[] = [...MAPS, ...UNMAPS, ...ENTRY_LOCKS, ...LOCKED_CHAINS];
