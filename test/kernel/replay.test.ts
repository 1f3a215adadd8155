/**
 * Walkers of the real 6.12 in the machine, as they stand and with a protection more: what each is known to meet. A function is
 * replayed by itself; what its callers hold is given with the protections.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FreerId } from '../../src/core/kernel/types.js';
import type { Session } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

interface Walk {
  readonly file: string;
  readonly function: string;
  readonly freer: FreerId;
  readonly arch?: string;
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  /** Verdict, and the gravest consequence. */
  readonly expected: string;
  readonly why: string;
}

const PTDUMP = { file: 'mm/ptdump.c', function: 'ptdump_walk_pgd' };
const ARM = { file: 'arch/arm/mm/dump.c', function: 'ptdump_walk_pgd' };
const VMALLOC = { file: 'mm/vmalloc.c', function: 'vmalloc_to_page' };
const SMAPS = { file: 'fs/proc/task_mmu.c', function: 'smap_gather_stats' };
const MINCORE = { file: 'mm/mincore.c', function: 'do_mincore' };
const FIND_PMD = { file: 'mm/rmap.c', function: 'mm_find_pmd' };
const UNSHARE = { file: 'mm/hugetlb.c', function: 'hugetlb_unshare_pmds' };
const GUP = { file: 'mm/gup.c', function: 'gup_fast_pgd_range' };

const WALKS: readonly Walk[] = [
  {
    ...PTDUMP,
    freer: 'memory-hot-remove',
    expected: 'refuted',
    why: 'it takes the hotplug lock by itself since 6.12.y',
  },
  { ...PTDUMP, freer: 'huge-vmap', expected: 'refuted', why: 'and the mmap lock of init_mm for write' },
  {
    ...ARM,
    freer: 'memory-hot-remove',
    expected: 'confirmed use-after-free',
    why: 'it holds nothing; latent, as arm has no hot-remove',
  },
  {
    ...ARM,
    freer: 'memory-hot-remove',
    with: ['get_online_mems'],
    expected: 'refuted',
    why: 'the lock that excludes it',
  },
  {
    ...VMALLOC,
    freer: 'huge-vmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'only the owner of the area keeps its tables: by itself it holds nothing',
  },
  {
    ...VMALLOC,
    freer: 'huge-vmap',
    arch: 'x86',
    with: ['mmap_write_lock(&init_mm)'],
    expected: 'refuted',
    why: 'the install takes the same lock for read',
  },
  {
    ...FIND_PMD,
    freer: 'munmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'it reads entries of puds alone, and munmap frees tables of puds, too',
  },
  {
    ...FIND_PMD,
    freer: 'munmap',
    arch: 'x86',
    with: ['mmap_write_lock(mm)'],
    expected: 'refuted',
    why: 'its callers hold the mmap lock',
  },
  {
    ...FIND_PMD,
    freer: 'thp-collapse',
    arch: 'x86',
    expected: 'refuted',
    why: 'no table of puds is collapsed',
  },
  {
    ...UNSHARE,
    freer: 'munmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'by itself it holds nothing for sure',
  },
  {
    ...UNSHARE,
    freer: 'hugetlb-unshare',
    arch: 'x86',
    expected: 'refuted',
    why: 'it clears the pud that led to the shared table, and does not read that',
  },
  {
    ...GUP,
    freer: 'munmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'its caller has interrupts off',
  },
  {
    ...GUP,
    freer: 'munmap',
    arch: 'x86',
    with: ['local_irq_save'],
    expected: 'refuted',
    why: 'the fallback of the batch interrupts every CPU, and a grace period waits for it',
  },
  {
    ...SMAPS,
    freer: 'munmap',
    arch: 'x86',
    with: ['mmap_read_lock(mm)'],
    expected: 'refuted',
    why: 'the mmap lock that m_start() takes, inside a VMA',
  },
  {
    ...SMAPS,
    freer: 'munmap',
    arch: 'x86',
    without: ['mmap_read_lock(mm)'],
    expected: 'confirmed use-after-free',
    why: 'the generic walker asserts the lock, and takes none',
  },
  {
    ...MINCORE,
    freer: 'munmap',
    arch: 'x86',
    with: ['mmap_read_lock(mm)'],
    expected: 'refuted',
    why: 'sys_mincore() holds the mmap lock',
  },
  {
    ...MINCORE,
    freer: 'munmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'by itself it holds nothing',
  },
];

const LETTERS: Readonly<Record<string, string>> = {
  'use-after-free': 'U',
  'bogus-descent': 'B',
  'null-descent': 'N',
  'leaf-descent': 'L',
  'sleep-in-atomic': 'S',
};

/**
 * A walker that reads each entry again for the descent, as the arm64 dump of 2019 did: arch/arm/mm/dump.c is the same text today. It has
 * no check for leaves above the pmds (arm has none there): what is left of a huge vmap under the lock that the install takes, too.
 */
const TABLE = `
                                              hot-remove arm64  hot-remove x86  huge-vmap arm64  huge-vmap x86
nothing                                       UBN               UBN             UBNL             UBNL
get_online_mems                               ok                ok              UBNL             UBNL
rcu_read_lock                                 UBN               UBN             UBNL             UBNL
local_irq_save                                UBN               UBN             UBNL             N
mmap_read_lock(&init_mm)                      UBN               UBN             UBNL             UBNL
mmap_write_lock(&init_mm)                     UBN               UBN             L                L
get_online_mems + mmap_write_lock(&init_mm)   ok                ok              L                L
rcu_read_lock + get_online_mems               S                 S               S                S
`;
const COLUMNS = [
  ['memory-hot-remove', 'arm64'],
  ['memory-hot-remove', 'x86'],
  ['huge-vmap', 'arm64'],
  ['huge-vmap', 'x86'],
] as const;

/**
 * Walkers of the tables of a process. gup_fast() asks for no VMA, so that the mmap lock for read is not enough for it: munmap() gives the
 * lock back for others to read before it frees the tables. The others map the table of ptes, which THP collapse respects, and are
 * inside VMAs; they may sleep on the way. munmap() waits for interrupts off on arm64 too: by RCU, or by IPI.
 */
const USER_TABLE = `
                                munmap x86  munmap arm64  thp-collapse x86
gup_fast_pgd_range
nothing                         UB          UB            UB
rcu_read_lock                   UB          UB            ok
local_irq_save                  ok          ok            ok
mmap_read_lock(mm)              UB          UB            UB
mmap_write_lock(mm)             ok          ok            UB
get_online_mems                 UB          UB            UB
smap_gather_stats
nothing                         UBN         UBN           ok
rcu_read_lock                   UBNS        UBNS          S
local_irq_save                  NS          NS            S
mmap_read_lock(mm)              ok          ok            ok
mmap_write_lock(mm)             ok          ok            ok
get_online_mems                 UBN         UBN           ok
hmm_range_fault
nothing                         UBN         UBN           ok
mmap_read_lock(mm)              ok          ok            ok
`;
const USER_WALKERS = [GUP, SMAPS, { file: 'mm/hmm.c', function: 'hmm_range_fault' }];
const USER_COLUMNS = [
  ['munmap', 'x86'],
  ['munmap', 'arm64'],
  ['thp-collapse', 'x86'],
] as const;

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));

describe.runIf(tree !== undefined)('6.12', () => {
  let session: Session;

  beforeAll(async () => {
    if (tree) session = await sessionOver(tree.root, join('.cache', 'replayable'));
  });

  test.each(WALKS)('$function against $freer with $with: $expected ($why)', ({ expected, ...walk }) => {
    const { verdict, consequence, reason } = session.replay({
      file: walk.file,
      function: walk.function,
      freer: walk.freer,
      with: walk.with ?? [],
      ...(walk.without === undefined ? {} : { without: walk.without }),
      ...(walk.arch === undefined ? {} : { arch: walk.arch }),
    });
    const told = consequence === null || verdict === 'refuted' ? verdict : `${verdict} ${consequence}`;
    expect(told, reason).toBe(expected);
  });

  const cellOf = (walk: Pick<Walk, 'file' | 'function'>, held: string, freer: FreerId, arch: string) => {
    const added = held === 'nothing' ? [] : held.split(' + ');
    const { file, function: name } = walk;
    const { kinds, verdict } = session.replay({ file, function: name, freer, arch, with: added });
    const found = kinds.flatMap((kind) => LETTERS[kind] ?? []).join('');
    return found === '' && verdict === 'refuted' ? 'ok' : found || verdict;
  };
  const linesOf = (table: string): readonly string[] => table.trim().split('\n').slice(1);

  const rows = linesOf(TABLE).map((line) => line.split(/ {2,}/));
  test.each(rows)('arch/arm/mm/dump.c holding %s: %s, %s, %s, %s', (held, ...expected) => {
    const found = COLUMNS.map(([freer, arch]) => cellOf(ARM, held, freer, arch));
    expect(found).toEqual(expected);
  });

  const userRows = linesOf(USER_TABLE).reduce<readonly (readonly string[])[]>((found, line) => {
    const cells = line.split(/ {2,}/);
    const [walker = ''] = cells.length === 1 ? cells : (found.at(-1) ?? []);
    return cells.length === 1 ? [...found, [walker]] : [...found, [walker, ...cells]];
  }, []);
  test.each(userRows.filter(({ length }) => length > 1))(
    '%s holding %s: %s, %s, %s',
    (name, held = '', ...expected) => {
      const walker = USER_WALKERS.find((each) => each.function === name) ?? GUP;
      expect(USER_COLUMNS.map(([freer, arch]) => cellOf(walker, held, freer, arch))).toEqual(expected);
    },
  );
});

if (tree === undefined) {
  test('walkers of 6.12', ({ skip }) => {
    skip(NO_TREES);
  });
}
