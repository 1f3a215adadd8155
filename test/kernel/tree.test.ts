/** What real trees say of themselves: Kconfig tables and freers, per architecture. */
import { describe, expect, test } from 'vitest';
import { readTree, factsOf } from '../../src/core/kernel/tree.js';
import type { TreeFacts } from '../../src/core/kernel/tree.js';
import { readKconfig } from '../../src/core/kernel/tree-kconfig.js';
import { createFreerPrograms } from '../../src/core/replay/freer-programs.js';
import type { FreerId } from '../../src/core/kernel/types.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';
import type { KernelTree } from '../support/trees.js';

const TREES = kernelTrees();
const VERSIONS = ['5.10', '6.1', '6.12', '7.3'] as const;
type Version = (typeof VERSIONS)[number];

const treeOf = (version: Version): KernelTree | undefined => TREES.find((tree) => isVersion(tree, version));
const factsByVersion = new Map<Version, TreeFacts>();
const facts = (version: Version): TreeFacts | undefined => {
  const tree = treeOf(version);
  const known = factsByVersion.get(version) ?? (tree && readTree(tree.files));
  if (known) factsByVersion.set(version, known);
  return known;
};

/** Architectures that can have a symbol, as people list them for each version; `arm(..)`: under a condition that matters. */
const KCONFIG: readonly (readonly [symbol: string, byVersion: Partial<Record<Version, string>>])[] = [
  [
    'ARCH_ENABLE_MEMORY_HOTREMOVE',
    {
      '5.10': 'arm64 ia64 powerpc s390 sh x86',
      '6.1': 'arm64 ia64 loongarch powerpc s390 sh x86',
      '6.12': 'arm64 loongarch powerpc riscv s390 x86',
      '7.3': '',
    },
  ],
  ['ARCH_ENABLE_MEMORY_HOTPLUG', { '7.3': 'arm64 loongarch powerpc riscv s390 x86' }],
  [
    'HAVE_ARCH_HUGE_VMAP',
    {
      '5.10': 'arm64 powerpc x86',
      '6.1': 'arm64 powerpc x86',
      '6.12': 'arm64 powerpc riscv x86',
      '7.3': 'arm64 powerpc riscv x86',
    },
  ],
  ['HAVE_ARCH_HUGE_VMALLOC', { '5.10': '', '6.1': 'arm64 powerpc x86', '6.12': 'arm64 powerpc riscv x86' }],
  ['GENERIC_PTDUMP', { '5.10': 'arm64 riscv s390 x86', '6.1': 'arm64 powerpc riscv s390 x86' }],
  ['ARCH_HAS_PTDUMP', { '6.12': 'arm64 powerpc riscv s390 x86', '7.3': 'arm64 powerpc riscv s390 x86' }],
  [
    'MMU_GATHER_RCU_TABLE_FREE',
    {
      '5.10': 'arm arm64 powerpc s390 sparc x86',
      '6.1': 'arm arm64 powerpc s390 sparc x86',
      '6.12': 'arm arm64 powerpc riscv s390 sparc x86',
      '7.3': 'alpha arm arm64 loongarch mips parisc powerpc riscv s390 sparc um x86',
    },
  ],
  [
    'HAVE_FAST_GUP',
    { '5.10': 'arm arm64 mips powerpc s390 sh x86', '6.1': 'arm arm64 loongarch mips powerpc s390 sh x86' },
  ],
  ['HAVE_GUP_FAST', { '6.12': 'arm arm64 loongarch mips powerpc riscv s390 sh x86' }],
  [
    'ARCH_SUPPORTS_PER_VMA_LOCK',
    { '6.12': 'arm arm64 powerpc riscv s390 x86', '7.3': 'arm arm64 loongarch powerpc riscv s390 x86' },
  ],
  [
    'ARCH_WANT_HUGE_PMD_SHARE',
    { '5.10': 'arm64 riscv x86', '6.12': 'arm64 riscv x86', '7.3': 'arm64 riscv x86' },
  ],
];

/** Who frees user tables after a grace period, and under which condition: `select MMU_GATHER_RCU_TABLE_FREE if ..`. */
const RCU_TABLE_FREE: Readonly<Record<Version, string>> = {
  '5.10': 'arm(SMP && ARM_LPAE) arm64 powerpc s390 sparc(SPARC64 && SMP) x86(PARAVIRT)',
  '6.1': 'arm(SMP && ARM_LPAE) arm64 powerpc s390 sparc(SPARC64 && SMP) x86(PARAVIRT)',
  '6.12': 'arm(SMP && ARM_LPAE) arm64 powerpc riscv(SMP && MMU) s390 sparc(SPARC64 && SMP) x86(PARAVIRT)',
  '7.3':
    'alpha arm(SMP && ARM_LPAE) arm64 loongarch mips parisc powerpc riscv(SMP && MMU) s390 sparc(SPARC64 && SMP) um x86',
};

/** On which architectures each freer is live. */
const LIVE: Readonly<Partial<Record<FreerId, Partial<Record<Version, string>>>>> = {
  'memory-hot-remove': {
    '5.10': 'arm64 powerpc s390 x86',
    '6.1': 'arm64 powerpc s390 x86',
    '6.12': 'arm64 powerpc riscv s390 x86',
    '7.3': 'arm64 powerpc riscv s390 x86',
  },
  'huge-vmap': { '5.10': 'arm64 powerpc x86', '6.12': 'arm64 powerpc riscv x86' },
  'set-memory-collapse': { '5.10': '', '6.12': '', '7.3': 'x86' },
  'pt-reclaim': { '6.12': '', '7.3': 'alpha arm arm64 loongarch mips parisc riscv s390 sparc um x86' },
  'hugetlb-unshare': { '6.1': 'arm64 riscv x86' },
};

/** Capabilities of the tree, on x86 and on arm64, that tell the versions apart. */
const CAPABILITIES: readonly (readonly [id: string, x86: string, arm64: string])[] = [
  ['pte-map-can-fail', '6.12 7.3', '6.12 7.3'],
  ['retract-without-mmap-lock', '6.12 7.3', '6.12 7.3'],
  ['huge-vmap-locks-init-mm', '6.1 6.12 7.3', '6.12 7.3'],
  ['huge-vmap-off-with-ptdump', '', '5.10 6.1 6.12'],
  ['ptdump-locks-hotplug', '6.1 6.12 7.3', '6.1 6.12 7.3'],
  ['collapse-locks-init-mm', '7.3', ''],
  ['flush-without-ipi', '7.3', ''],
  ['flush-waits-for-irqs-off', '5.10 6.1 6.12 7.3', ''],
  ['vma-lock', '6.12 7.3', '6.12 7.3'],
  ['hugetlb-unshare-syncs', '6.1 6.12 7.3', '6.1 6.12 7.3'],
  ['rcu-waits-for-irqs-off', '5.10 6.1 6.12 7.3', '5.10 6.1 6.12 7.3'],
  ['table-fallback-waits-for-rcu', '7.3', '7.3'],
  ['pud-free-leaves-pmds', '7.3', ''],
];

const here = VERSIONS.filter((version) => treeOf(version) !== undefined);

describe.skipIf(here.length === 0)(
  here.length === 0 ? NO_TREES : `trees that are here: ${here.join(', ')}`,
  () => {
    test.each(KCONFIG)('%s', (symbol, byVersion) => {
      for (const [version, expected] of Object.entries(byVersion)) {
        const tree = treeOf(version as Version);
        if (!tree) continue;
        const found = readKconfig(tree.files)
          .supports(symbol)
          .map(({ architecture }) => architecture);
        expect(found.join(' '), version).toBe(expected);
      }
    });

    test.each(Object.entries(RCU_TABLE_FREE))('how munmap frees tables in %s', (version, expected) => {
      const tree = treeOf(version as Version);
      const known = facts(version as Version);
      expect(tree === undefined).toBe(known === undefined);
      if (!tree || !known) return;
      const supports = readKconfig(tree.files).supports('MMU_GATHER_RCU_TABLE_FREE');
      const told = supports.map(({ architecture, condition }) =>
        condition === undefined ? architecture : `${architecture}(${condition})`,
      );
      expect(told.join(' ')).toBe(expected);
      const deferring = new Set(supports.map(({ architecture }) => architecture));
      const programs = createFreerPrograms();
      const byRcu = version === '7.3' ? ['munmap-rcu.race'] : ['munmap-ipi.race', 'munmap-rcu.race'];
      for (const [architecture, capabilities] of known.byArchitecture) {
        const names = programs
          .fitting('munmap', 'user', architecture, capabilities, true)
          .map(({ name }) => name);
        expect(names, architecture).toEqual(deferring.has(architecture) ? byRcu : ['munmap-plain.race']);
      }
    });

    test.each(Object.entries(LIVE))('%s is live', (freer, byVersion) => {
      for (const [version, expected] of Object.entries(byVersion)) {
        const tree = facts(version as Version);
        if (!tree) continue;
        expect(
          factsOf(tree, freer as FreerId)
            .live.map(({ architecture }) => architecture)
            .join(' '),
          version,
        ).toBe(expected);
      }
    });

    test.each(CAPABILITIES)('%s', (id, x86, arm64) => {
      const having = (architecture: string): string =>
        here.filter((version) => facts(version)?.byArchitecture.get(architecture)?.has(id)).join(' ');
      const expected = (versions: string): string =>
        here.filter((version) => versions.split(' ').includes(version)).join(' ');
      expect(having('x86')).toBe(expected(x86));
      expect(having('arm64')).toBe(expected(arm64));
    });

    test('why an architecture is latent is told', () => {
      const tree = facts('6.12');
      expect(tree === undefined).toBe(!here.includes('6.12'));
      if (!tree) return;
      const reason = (architecture: string) =>
        factsOf(tree, 'memory-hot-remove').latent.find((each) => each.architecture === architecture)?.reason;
      expect(reason('arm')).toBe('no ARCH_ENABLE_MEMORY_HOTREMOVE');
      expect(reason('loongarch')).toBe(
        'ARCH_ENABLE_MEMORY_HOTREMOVE; arch_remove_memory() and vmemmap_free() free no table',
      );
    });

    test('nothing about a whole tree is unknown', () => {
      expect(here.flatMap((version) => facts(version)?.unknown ?? [])).toEqual([]);
    });
  },
);
