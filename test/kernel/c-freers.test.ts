/**
 * Freers of real trees, lowered from their C, against the fragments that stand for them: with the same walks and the same locks
 * both must lead to the same races. Two accounts of one freer, the one made by machine and the other by hand, check each other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FreerId } from '../../src/core/kernel/types.js';
import { RACE_KINDS } from '../../src/core/machine/scenario.js';
import type { ReplayRequest, Session } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

/** Ours: one walk reads each entry for the check and again for the descent, the other once. */
const WALKS_FILE = 'mm/our_walks.c';
const walk = (name: string, descend: string): string => `
static void ${name}(unsigned long addr)
{
	pud_t *pudp = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pud_t pud = READ_ONCE(*pudp);
	pmd_t *pmdp;
	pmd_t pmd;
	pte_t *pte;
	int i;

	if (pud_none(pud) || pud_leaf(pud))
		return;
	${descend}
	for (i = 0; i < PTRS_PER_PTE; i++, pte++)
		note(pte_val(READ_ONCE(*pte)));
}
`;
const CHECK = 'pmd = READ_ONCE(*pmdp);\n\tif (pmd_none(pmd) || pmd_leaf(pmd))\n\t\treturn;';
const WALKS =
  walk('reads_twice', `pmdp = pmd_offset(pudp, addr);\n\t${CHECK}\n\tpte = pte_offset_kernel(pmdp, addr);`) +
  walk(
    'reads_once',
    `pmdp = pmd_offset_lockless(pudp, pud, addr);\n\t${CHECK}\n\tpte = (pte_t *)pmd_page_vaddr(pmd);`,
  );

const PROTECTIONS: readonly (readonly string[])[] = [
  [],
  ['get_online_mems'],
  ['rcu_read_lock'],
  ['local_irq_save'],
  ['mmap_read_lock(&init_mm)'],
  ['mmap_write_lock(&init_mm)'],
];

interface Pair {
  readonly tree: string;
  readonly arch: string;
  /** The fragments stand for this. */
  readonly freer: FreerId;
  readonly file: string;
  readonly function: string;
}

const X86 = { arch: 'x86', file: 'arch/x86/mm/init_64.c', function: 'remove_pagetable' } as const;
const ARM64 = { arch: 'arm64', file: 'arch/arm64/mm/mmu.c', function: '__remove_pgd_mapping' } as const;
const VMAP = { freer: 'huge-vmap', file: 'mm/vmalloc.c', function: 'vmap_try_huge_pmd' } as const;
const PAIRS: readonly Pair[] = [
  { tree: '6.12', freer: 'memory-hot-remove', ...X86 },
  { tree: '6.12', freer: 'memory-hot-remove', ...ARM64 },
  { tree: '6.12', arch: 'x86', ...VMAP },
  { tree: '6.12', arch: 'arm64', ...VMAP },
  { tree: '6.1', arch: 'x86', ...VMAP },
  { tree: '6.1', arch: 'arm64', ...VMAP },
  { tree: '7.3', freer: 'memory-hot-remove', ...ARM64 },
  {
    tree: '6.12',
    freer: 'memory-hot-remove',
    arch: 'riscv',
    file: 'arch/riscv/mm/init.c',
    function: 'remove_pgd_mapping',
  },
];

/**
 * Freers of user tables, from their C, against a walk that reads each entry twice: what is held, and what comes of it. Retraction of the
 * tables of a file frees them until 6.4 after an interrupt on every CPU, under the mmap lock; since then after a grace period. So does
 * what replaces the entries of a huge page by one; it asserts the mmap lock, until 6.4 for write, then for read at least. munmap() hands tables to the mmu_gather,
 * which frees them after a flush, and on x86 a flush waits for an interrupt.
 */
const USER_WALKS_FILE = 'mm/our_user_walks.c';
const USER_WALKS = WALKS.replaceAll('pgd_offset_k(addr)', 'pgd_offset(mm, addr)').replaceAll(
  '(unsigned long addr)',
  '(struct mm_struct *mm, unsigned long addr)',
);
const RETRACTION = { file: 'mm/khugepaged.c', function: 'retract_page_tables' } as const;
const MAPPED = { file: 'mm/khugepaged.c', function: 'collapse_pte_mapped_thp' } as const;
const MUNMAP = { file: 'mm/memory.c', function: 'free_pgtables' } as const;
const USER_FREERS = [
  { tree: '6.1', against: RETRACTION, held: [], races: 'use-after-free bogus-descent null-descent' },
  {
    tree: '6.1',
    against: RETRACTION,
    held: ['rcu_read_lock'],
    races: 'use-after-free bogus-descent null-descent',
  },
  { tree: '6.1', against: RETRACTION, held: ['local_irq_save'], races: 'null-descent' },
  { tree: '6.1', against: RETRACTION, held: ['mmap_read_lock(mm)'], races: 'none' },
  { tree: '6.12', against: RETRACTION, held: [], races: 'use-after-free bogus-descent null-descent' },
  { tree: '6.12', against: RETRACTION, held: ['rcu_read_lock'], races: 'null-descent' },
  {
    tree: '6.12',
    against: RETRACTION,
    held: ['mmap_write_lock(mm)'],
    races: 'use-after-free bogus-descent null-descent',
  },
  { tree: '6.1', against: MAPPED, held: [], races: 'use-after-free bogus-descent null-descent' },
  {
    tree: '6.1',
    against: MAPPED,
    held: ['rcu_read_lock'],
    races: 'use-after-free bogus-descent null-descent',
  },
  { tree: '6.1', against: MAPPED, held: ['local_irq_save'], races: 'null-descent' },
  { tree: '6.1', against: MAPPED, held: ['mmap_read_lock(mm)'], races: 'none' },
  { tree: '6.12', against: MAPPED, held: ['rcu_read_lock'], races: 'null-descent' },
  {
    tree: '6.12',
    against: MAPPED,
    held: ['mmap_read_lock(mm)'],
    races: 'use-after-free bogus-descent null-descent',
  },
  { tree: '6.12', against: MAPPED, held: ['mmap_write_lock(mm)'], races: 'none' },
  { tree: '6.12', against: MUNMAP, held: [], races: 'use-after-free bogus-descent null-descent' },
  {
    tree: '6.12',
    against: MUNMAP,
    held: ['rcu_read_lock'],
    races: 'use-after-free bogus-descent null-descent',
  },
  { tree: '6.12', against: MUNMAP, held: ['local_irq_save'], races: 'null-descent' },
] as const;

const trees = kernelTrees();
const cache = mkdtempSync(join(tmpdir(), 'walkrace-c-freers-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
const sessions = new Map<string, Promise<Session>>();

function sessionOf(root: string): Promise<Session> {
  const known = sessions.get(root) ?? sessionOver(root, cache);
  sessions.set(root, known);
  return known;
}

/** The races of a replay, and nothing of what is only information. */
function racesOf(session: Session, request: ReplayRequest): string {
  const outcome = session.explore(request);
  if (outcome.kind === 'not-replayable') return outcome.reason;
  const kinds = outcome.exploration.violations.map(({ kind }) => kind);
  return RACE_KINDS.filter((kind) => kinds.includes(kind)).join(' ') || outcome.exploration.verdict;
}

describe.skipIf(trees.length === 0)(
  `freers in C and by hand${trees.length === 0 ? `: ${NO_TREES}` : ''}`,
  () => {
    for (const { tree, arch, freer, file, function: name } of PAIRS) {
      const found = trees.find((each) => isVersion(each, tree));
      const title = `${tree}, ${arch}: ${name}() and ${freer}`;
      test.skipIf(found === undefined)(
        found === undefined ? `${title}: skipped: no tree of ${tree}` : title,
        async () => {
          const session = await sessionOf(found?.root ?? '');
          session.openDocument(WALKS_FILE, WALKS);
          const answers = (
            against: Pick<ReplayRequest, 'freer' | 'against'>,
          ): Readonly<Record<string, string>> =>
            Object.fromEntries(
              ['reads_twice', 'reads_once'].flatMap((walker) =>
                PROTECTIONS.map((added): readonly [string, string] => [
                  `${walker} with ${added.join(' ') || 'nothing'}`,
                  racesOf(session, { file: WALKS_FILE, function: walker, arch, with: added, ...against }),
                ]),
              ),
            );
          const lowered = answers({ against: { file, function: name } });
          expect(lowered['reads_twice with nothing']).toContain('use-after-free');
          expect(new Set(Object.values(lowered)).size).toBeGreaterThan(1);
          expect(lowered).toEqual(answers({ freer }));
        },
        300_000,
      );
    }
    for (const { tree, against, held, races } of USER_FREERS) {
      const found = trees.find((each) => isVersion(each, tree));
      const title = `${tree}: ${against.function}() against a walk that holds ${held.join(' ') || 'nothing'}: ${races}`;
      test.skipIf(found === undefined)(
        found === undefined ? `${title}: skipped: no tree of ${tree}` : title,
        async () => {
          const session = await sessionOf(found?.root ?? '');
          session.openDocument(USER_WALKS_FILE, USER_WALKS);
          const request = {
            file: USER_WALKS_FILE,
            function: 'reads_twice',
            arch: 'x86',
            with: held,
            against,
            bounds: { maxMs: 120_000 },
          };
          expect(racesOf(session, request)).toBe(races);
        },
        300_000,
      );
    }
  },
);
