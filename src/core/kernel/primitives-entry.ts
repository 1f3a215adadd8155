/** Primitives on the value of an entry (tests, conversions, index arithmetic) and those that read one. */
import { LEVELS } from '../program/ir.js';
import type { EntryTest, Level } from '../program/ir.js';
import { named, PARENTS, row } from './primitives-row.js';
import type { Row } from './primitives-row.js';

const UPPER = PARENTS.map(({ level }) => level);

function test(names: readonly string[], level: Level, tests: readonly EntryTest[], negated = false): Row[] {
  return named(names, {
    kind: 'test',
    level,
    tests,
    value: 0,
    ...(negated ? { negated: true as const } : {}),
  });
}

/** pXd_none(value) and so on: no load. A leaf is bad too: no architecture's pXd_bad() takes a leaf for a table. */
const TESTS: readonly Row[] = [
  ...LEVELS.flatMap((level) => test([`${level}_none`], level, ['none'])),
  ...LEVELS.flatMap((level) => test([`${level}_present`], level, ['present'])),
  ...UPPER.flatMap((level) => test([`${level}_bad`], level, ['bad', 'leaf'])),
  ...LEVELS.flatMap((level) => test([`${level}_table`], level, ['table'])),
  ...UPPER.flatMap((level) =>
    test(
      [
        `${level}_leaf`,
        `${level}_large`,
        `${level}_huge`,
        `${level}_devmap`,
        `${level}_sect`,
        `${level}_trans_huge`,
        `${level}_is_leaf`,
      ],
      level,
      ['leaf'],
    ),
  ),
  ...test(['pmd_is_huge', 'pmd_thp_or_huge', 'is_swap_pmd'], 'pmd', ['leaf']),
  ...test(['pte_huge', 'pte_devmap'], 'pte', ['leaf']),
  ...test(['pte_none_mostly', 'huge_pte_none', 'huge_pte_none_mostly'], 'pte', ['none']),
  ...test(['pmd_none2'], 'pmd', ['none']),
  ...test(['pmd_bad2'], 'pmd', ['bad', 'leaf']),
  ...LEVELS.flatMap((level) => test([`${level}_valid`], level, ['present'])),
  ...test(['pte_accessible', 'pte_valid_user'], 'pte', ['present']),
];

/** Entry pointer in, truth out: one load and a test. */
const READ_TESTS: readonly Row[] = [
  ...UPPER.map((level) =>
    row(`${level}_none_or_clear_bad`, { kind: 'read-test', level, tests: ['none', 'bad', 'leaf'], entry: 0 }),
  ),
  ...named(
    [
      'pmd_none_or_trans_huge_or_clear_bad',
      'pmd_none_or_clear_bad_unless_trans_huge',
      'pmd_trans_unstable',
      'pmd_devmap_trans_unstable',
    ],
    { kind: 'read-test', level: 'pmd', tests: ['none', 'bad', 'leaf'], entry: 0 },
  ),
  ...named(['pud_none_or_trans_huge_or_dev_or_clear_bad', 'pud_trans_unstable'], {
    kind: 'read-test',
    level: 'pud',
    tests: ['none', 'bad', 'leaf'],
    entry: 0,
  }),
];

/** Entry pointer in, value out: one load that the compiler can't repeat. */
const READS: readonly Row[] = [
  ...(['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const).flatMap((level) =>
    named([`${level}p_get`, `${level}p_get_lockless`], { kind: 'read', level, entry: 0, access: 'once' }),
  ),
  ...named(['pmd_read_atomic'], { kind: 'read', level: 'pmd', entry: 0, access: 'once' }),
  ...named(['__ptep_get', 'gup_get_pte'], { kind: 'read', level: 'pte', entry: 0, access: 'once' }),
  ...named(
    ['huge_ptep_get'],
    { kind: 'read', level: 'pmd', entry: 2, access: 'once' },
    { when: ['huge-ptep-get-takes-mm'] },
  ),
  ...named(
    ['huge_ptep_get'],
    { kind: 'read', level: 'pmd', entry: 0, access: 'once' },
    { when: ['!huge-ptep-get-takes-mm'] },
  ),
];

const EQUAL: readonly Row[] = named(['pte_same', 'pmd_same', 'pud_same'], {
  kind: 'equal',
  left: 0,
  right: 1,
});

const CONVERSIONS = [
  'val',
  'mkyoung',
  'mkold',
  'mkclean',
  'mkdirty',
  'wrprotect',
  'modify',
  'mkspecial',
  'mkdevmap',
  'mkinvalid',
  'mkleaf',
];

/** The same entry under another type or with other attribute bits. */
const VALUES: readonly Row[] = [
  ...LEVELS.flatMap((level) =>
    named(
      [
        `__${level}`,
        `native_${level}_val`,
        `native_make_${level}`,
        ...CONVERSIONS.map((word) => `${level}_${word}`),
      ],
      {
        kind: 'same',
        value: 0,
      },
    ),
  ),
  ...(['pte', 'pmd', 'pud'] as const).flatMap((level) =>
    named(
      [
        `${level}_mkwrite`,
        `${level}_mkwrite_novma`,
        `${level}_mkhuge`,
        `${level}_set_flags`,
        `${level}_clear_flags`,
      ],
      { kind: 'same', value: 0 },
    ),
  ),
  ...named(
    [
      'pmd_pte',
      'pte_pmd',
      'pud_pte',
      'pte_pud',
      'pud_pmd',
      'pmd_pud',
      'p4d_pte',
      'pte_p4d',
      'arch_make_huge_pte',
    ],
    { kind: 'same', value: 0 },
  ),
  ...named(
    [
      'pmd_mkpresent_invalid',
      'pmd_mknotpresent',
      'pmd_mksoft_dirty',
      'pmd_mkuffd_wp',
      'pte_mksoft_dirty',
      'pte_mkuffd_wp',
      'pte_advance_pfn',
    ],
    {
      kind: 'same',
      value: 0,
    },
  ),
  ...named(['pmdp_ptep', 'pte_raw', 'pmd_raw', 'pud_raw', '__nocache_fix'], { kind: 'same', value: 0 }),
  ...(['pte', 'pmd', 'pud'] as const).flatMap((level) =>
    named([`pfn_${level}`, `mk_${level}`, `folio_mk_${level}`], { kind: 'make-leaf', level }),
  ),
];

const GEOMETRY: readonly Row[] = [
  ...LEVELS.flatMap((level) => named([`${level}_index`], { kind: 'index', level, address: 0 })),
  row('__pte_index', { kind: 'index', level: 'pte', address: 0 }),
  ...UPPER.map((level) => row(`${level}_addr_end`, { kind: 'address-end', level, address: 0, end: 1 })),
];

export const ENTRY_ROWS: readonly Row[] = [
  ...TESTS,
  ...READ_TESTS,
  ...READS,
  ...EQUAL,
  ...VALUES,
  ...GEOMETRY,
];
