/**
 * The matrix says what a protection is worth; the machine shows it. For every freer, kind of tree and protection: where the cell
 * says yes no fragment of the freer may race with a walker that holds it, where it says no at least one must.
 */
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import { profileOf } from '../../src/core/kernel/architectures.js';
import { FREER_FRAGMENTS } from '../../src/core/kernel/fragments.js';
import { excludes } from '../../src/core/kernel/matrix.js';
import type { Held } from '../../src/core/kernel/matrix.js';
import type { FreerId } from '../../src/core/kernel/types.js';
import { FREER_IDS } from '../../src/core/kernel/types.js';
import { holds } from '../../src/core/kernel/when.js';
import type { RaceFile } from '../../src/core/trace/language/ast.js';
import { combine, raceOf, SINGLE_FETCH } from '../support/races.js';

interface TreeKind {
  readonly name: string;
  readonly architecture: string;
  readonly capabilities: ReadonlySet<string>;
}

function treeKind(name: string, architecture: string, capabilities: string): TreeKind {
  return {
    name,
    architecture,
    capabilities: new Set(['rcu-waits-for-irqs-off', ...capabilities.split(/\s+/)]),
  };
}

const OF_6_12 =
  'thp-collapse-syncs retract-without-mmap-lock pte-free-defer hugetlb-unshare-syncs huge-vmap-locks-init-mm rcu-table-free';
const OF_7_3 = `${OF_6_12} pt-reclaim table-fallback-waits-for-rcu`;
const TREE_KINDS: readonly TreeKind[] = [
  treeKind('x86 in 5.10', 'x86', 'thp-collapse-syncs rcu-table-free flush-waits-for-irqs-off'),
  treeKind('arm64 in 5.10', 'arm64', 'thp-collapse-syncs rcu-table-free'),
  treeKind('mips in 5.10', 'mips', 'thp-collapse-syncs flush-waits-for-irqs-off'),
  treeKind('x86 in 6.12', 'x86', `${OF_6_12} flush-waits-for-irqs-off`),
  treeKind(
    'x86 in 6.12 without PARAVIRT',
    'x86',
    `${OF_6_12.replace(' rcu-table-free', '')} flush-waits-for-irqs-off`,
  ),
  treeKind('riscv in 6.12', 'riscv', OF_6_12),
  treeKind('powerpc in 6.12', 'powerpc', `${OF_6_12} hot-remove-holds-page-table-lock`),
  treeKind('s390 in 6.12', 's390', OF_6_12),
  treeKind(
    'x86 in 7.3',
    'x86',
    `${OF_7_3} flush-waits-for-irqs-off set-memory-collapse collapse-locks-init-mm pud-free-leaves-pmds`,
  ),
  treeKind('x86 in 7.1', 'x86', `${OF_7_3} flush-waits-for-irqs-off set-memory-collapse`),
];

interface Protection {
  readonly held: Held;
  readonly enter: string;
  readonly leave: string;
  readonly tables: readonly ('kernel' | 'user' | 'pfn')[];
}

function locked(protection: string, mode: 'read' | 'write', of?: 'init_mm' | 'user'): Protection {
  const name = of === undefined ? protection : `${protection}(${of === 'user' ? 'mm' : of})`;
  const tables =
    of === 'init_mm'
      ? (['kernel', 'pfn'] as const)
      : of === 'user'
        ? (['user'] as const)
        : (['kernel', 'user', 'pfn'] as const);
  return {
    held: { protection, mode, ...(of ? { of } : {}) },
    enter: `lock ${name} ${mode}`,
    leave: `unlock ${name} ${mode}`,
    tables,
  };
}

const EVERY = ['kernel', 'user', 'pfn'] as const;
const PROTECTIONS: readonly Protection[] = [
  locked('mem_hotplug_lock', 'read'),
  locked('mem_hotplug_lock', 'write'),
  locked('mmap_lock', 'read', 'init_mm'),
  locked('mmap_lock', 'write', 'init_mm'),
  locked('mmap_lock', 'read', 'user'),
  locked('mmap_lock', 'write', 'user'),
  locked('vma_lock', 'read'),
  locked('i_mmap_rwsem', 'read'),
  locked('i_mmap_rwsem', 'write'),
  locked('anon_vma', 'read'),
  locked('hugetlb_vma_lock', 'read'),
  { ...locked('page_table_lock', 'write', 'init_mm'), tables: ['kernel'] },
  {
    held: { protection: 'rcu', mode: 'read' },
    enter: 'rcu_read_lock',
    leave: 'rcu_read_unlock',
    tables: EVERY,
  },
  { held: { protection: 'irq', mode: 'write' }, enter: 'irq_off', leave: 'irq_on', tables: EVERY },
  {
    held: { protection: 'stop-machine', mode: 'write' },
    enter: 'stop_machine',
    leave: 'end_stop_machine',
    tables: EVERY,
  },
  {
    held: { protection: 'preempt', mode: 'write' },
    enter: 'preempt_off',
    leave: 'preempt_on',
    tables: EVERY,
  },
];

const PFN_WALK = `
  load sec section[0]
  if table sec
    load page sec[0]
  end`;

const FRAGMENTS = FREER_FRAGMENTS.map(({ text }) => raceOf(text));

function fragmentsOf(freer: FreerId, { architecture, capabilities }: TreeKind): readonly RaceFile[] {
  const all = FRAGMENTS.filter(
    ({ what, when }) => what.kind === 'freer' && what.id === freer && holds(when, capabilities),
  );
  const own = all.filter(({ arch }) => arch.includes(architecture));
  return own.length > 0 ? own : all.filter(({ arch }) => arch.includes('any'));
}

function races(
  fragment: RaceFile,
  { architecture, capabilities }: TreeKind,
  { held, enter, leave }: Protection,
): boolean {
  const walker = fragment.tables === 'pfn' ? PFN_WALK : SINGLE_FETCH;
  const scenario = combine(
    fragment,
    walker,
    { name: held.protection, enter: [enter], leave: [leave] },
    architecture,
  );
  const { verdict } = explore({ ...scenario, arch: profileOf(architecture, capabilities) });
  expect(verdict).not.toBe('unknown');
  return verdict === 'race';
}

describe.each(TREE_KINDS)('$name', (tree) => {
  const freers = FREER_IDS.filter((freer) => fragmentsOf(freer, tree).length > 0);
  test.each(freers)('%s', (freer) => {
    const differences: string[] = [];
    for (const insideVma of [true, false]) {
      const fragments = fragmentsOf(freer, tree).filter(
        ({ variant }) => (variant === 'outside-vma') !== insideVma,
      );
      if (fragments.length === 0) continue;
      for (const protection of PROTECTIONS) {
        const fitting = fragments.filter(
          ({ tables }) => tables !== undefined && protection.tables.includes(tables),
        );
        if (fitting.length === 0) continue;
        const { held } = protection;
        const says = excludes(freer, [held], { capabilities: tree.capabilities, insideVma }).excludes;
        const racing = fitting
          .filter((fragment) => races(fragment, tree, protection))
          .map(({ variant }) => variant ?? '');
        const agrees = says === 'partly' || (says === 'yes' ? racing.length === 0 : racing.length > 0);
        if (!agrees)
          differences.push(
            `${held.protection} ${held.mode}${insideVma ? '' : ' outside a VMA'}: matrix ${says}, races: ${racing.join(' ') || 'none'}`,
          );
      }
    }
    expect(differences).toEqual([]);
  });
});
