/** Protections worth trying on a walk, and the small table of what each does against each freer. */
import type { FreerId } from '../kernel/types.js';
import type { ReplayReport } from '../report/report.js';

/** One protection to try. */
export interface WhatIf {
  /** As `--with` takes it: `mmap_write_lock(&init_mm)`. */
  readonly protection: string;
  readonly title: string;
}

/** One cell: the walk under these protections against this freer. */
export interface MatrixCell {
  readonly protections: readonly string[];
  readonly freer: FreerId;
  readonly verdict: ReplayReport['verdict'];
  readonly kinds: readonly string[];
  readonly states: number;
}

const KERNEL: readonly FreerId[] = [
  'memory-hot-remove',
  'memory-offline',
  'huge-vmap',
  'set-memory-collapse',
];
const USER: readonly FreerId[] = ['munmap', 'thp-collapse', 'pt-reclaim', 'hugetlb-unshare'];

/**
 * What people take around a walk, rightly or not: those that help against one freer and not the other are the ones to see.
 * Which of them helps is for the replay to say; each is a row of kernel/protections.ts, taken by the call that is named.
 */
const CANDIDATES: readonly (WhatIf & { readonly against: readonly FreerId[] })[] = [
  { protection: 'get_online_mems', title: 'get_online_mems()', against: KERNEL },
  { protection: 'mmap_read_lock(&init_mm)', title: 'mmap_read_lock(&init_mm)', against: KERNEL },
  { protection: 'mmap_write_lock(&init_mm)', title: 'mmap_write_lock(&init_mm)', against: KERNEL },
  { protection: 'mmap_read_lock(mm)', title: 'mmap_read_lock(mm)', against: USER },
  { protection: 'mmap_write_lock(mm)', title: 'mmap_write_lock(mm)', against: USER },
  { protection: 'rcu_read_lock', title: 'rcu_read_lock()', against: [...KERNEL, ...USER] },
  { protection: 'local_irq_save', title: 'local_irq_save()', against: [...KERNEL, ...USER] },
];

/** Those that have a bearing on any of the freers. */
export function whatIfsAgainst(freers: readonly FreerId[]): readonly WhatIf[] {
  return CANDIDATES.filter(({ against }) => against.some((freer) => freers.includes(freer))).map(
    ({ protection, title }) => ({
      protection,
      title,
    }),
  );
}

/** Nothing added, then each protection by itself, against each freer: row by row. `replay` runs one cell. */
export function matrixOf(
  freers: readonly FreerId[],
  replay: (freer: FreerId, protections: readonly string[]) => ReplayReport,
): readonly MatrixCell[] {
  const rows: readonly (readonly string[])[] = [
    [],
    ...whatIfsAgainst(freers).map(({ protection }) => [protection]),
  ];
  return rows.flatMap((protections) =>
    freers.map((freer): MatrixCell => {
      const { verdict, kinds, states } = replay(freer, protections);
      return { protections, freer, verdict, kinds, states };
    }),
  );
}
