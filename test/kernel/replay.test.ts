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
  /** Verdict, and the gravest consequence. */
  readonly expected: string;
  readonly why: string;
}

const PTDUMP = { file: 'mm/ptdump.c', function: 'ptdump_walk_pgd' };
const ARM = { file: 'arch/arm/mm/dump.c', function: 'ptdump_walk_pgd' };
const VMALLOC = { file: 'mm/vmalloc.c', function: 'vmalloc_to_page' };
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
    ...GUP,
    freer: 'munmap',
    arch: 'x86',
    expected: 'confirmed use-after-free',
    why: 'its caller has interrupts off',
  },
];

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
      ...(walk.arch === undefined ? {} : { arch: walk.arch }),
    });
    const told = consequence === null || verdict === 'refuted' ? verdict : `${verdict} ${consequence}`;
    expect(told, reason).toBe(expected);
  });

  // What it does with the pages that it finds is followed far, with choices that are unknown; the tables are what counts here.
  test('gup_fast_pgd_range() with interrupts off: no table that it is in is freed by munmap', () => {
    const { kinds } = session.replay({ ...GUP, freer: 'munmap', arch: 'x86', with: ['local_irq_save'] });
    expect(kinds).not.toContain('use-after-free');
    expect(kinds).not.toContain('bogus-descent');
  });
});

if (tree === undefined) {
  test('walkers of 6.12', ({ skip }) => {
    skip(NO_TREES);
  });
}
