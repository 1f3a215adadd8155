/** Protections worth trying on a walk, and the small table of what each does against each freer. */
import { smallestFixes } from '../explorer/smallest-fix.js';
import type { FreerId } from '../kernel/types.js';
import type { ViolationKind } from '../machine/scenario.js';
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
  readonly kinds: readonly ViolationKind[];
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
 * Which of them helps is for the replay to say; each is a row of kernel/protections.ts, taken by the call that is named. They stand
 * in the order in which the kernel takes them, and pairs of them are made in that order.
 */
const CANDIDATES: readonly (WhatIf & { readonly against: readonly FreerId[] })[] = [
  { protection: 'get_online_mems', title: 'get_online_mems()', against: KERNEL },
  { protection: 'mmap_read_lock(&init_mm)', title: 'mmap_read_lock(&init_mm)', against: KERNEL },
  { protection: 'mmap_write_lock(&init_mm)', title: 'mmap_write_lock(&init_mm)', against: KERNEL },
  { protection: 'mmap_read_lock(mm)', title: 'mmap_read_lock(mm)', against: USER },
  { protection: 'mmap_write_lock(mm)', title: 'mmap_write_lock(mm)', against: USER },
  { protection: 'vma_start_read(vma)', title: 'vma_start_read(vma)', against: USER },
  {
    protection: 'hugetlb_vma_lock_read(vma)',
    title: 'hugetlb_vma_lock_read(vma)',
    against: ['hugetlb-unshare'],
  },
  { protection: 'i_mmap_lock_read(mapping)', title: 'i_mmap_lock_read(mapping)', against: USER },
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

type Replay = (freer: FreerId, protections: readonly string[]) => ReplayReport;

/** Nothing added, then each protection by itself, against each freer: row by row. `replay` runs one cell. */
export function matrixOf(freers: readonly FreerId[], replay: Replay): readonly MatrixCell[] {
  const rows: readonly (readonly string[])[] = [
    [],
    ...whatIfsAgainst(freers).map(({ protection }) => [protection]),
  ];
  return rows.flatMap((protections) => freers.map((freer) => cellOf(freer, protections, replay)));
}

function cellOf(freer: FreerId, protections: readonly string[], replay: Replay): MatrixCell {
  const { verdict, kinds, states } = replay(freer, protections);
  return { protections, freer, verdict, kinds, states };
}

/** What is the least to hold around the walk, so that no freer that applies harms it? */
export interface SmallestFix {
  /** False: the walk is harmless as it stands. */
  readonly needed: boolean;
  /** The fixes, each of the same number of protections, in the order to take them; none: nothing that was tried is enough. */
  readonly fixes: readonly (readonly string[])[];
  /** The freers that a fix has to stand against; those that the walk can't be replayed against tell nothing. */
  readonly against: readonly FreerId[];
  readonly notReplayable: readonly FreerId[];
}

/**
 * Single protections of the matrix, then pairs of them. A fix is refuted against every freer, in all states: no race, no sleep in
 * atomic context, no deadlock, no lock that is taken in both orders. `replay` runs the pairs; the single ones are in `cells`.
 */
export function smallestFixOf(cells: readonly MatrixCell[], replay: Replay): SmallestFix {
  const bare = cells.filter(({ protections }) => protections.length === 0);
  const against = bare.flatMap(({ freer, verdict }) => (verdict === 'not-replayable' ? [] : [freer]));
  const notReplayable = bare.flatMap(({ freer, verdict }) => (verdict === 'not-replayable' ? [freer] : []));
  const needed = bare.some((cell) => cell.verdict !== 'not-replayable' && !isHarmless(cell));
  if (!needed) return { needed, fixes: [], against, notReplayable };
  const known = (freer: FreerId, protections: readonly string[]): MatrixCell | undefined =>
    cells.find((cell) => cell.freer === freer && isSame(cell.protections, protections));
  const isFix = (protections: readonly string[]): boolean =>
    against.every((freer) => isHarmless(known(freer, protections) ?? cellOf(freer, protections, replay)));
  const misuses = (protection: string): boolean =>
    against.some((freer) => isMisuse(known(freer, [protection])) && !isMisuse(known(freer, [])));
  const candidates = [
    ...new Set(cells.flatMap(({ protections }) => (protections.length === 1 ? protections : []))),
  ];
  return { needed, fixes: smallestFixes(candidates, isFix, misuses), against, notReplayable };
}

const isHarmless = ({ verdict, kinds }: MatrixCell): boolean =>
  verdict === 'refuted' && !kinds.includes('lock-order');

const isMisuse = (cell: MatrixCell | undefined): boolean =>
  cell?.kinds.some((kind) => kind === 'sleep-in-atomic' || kind === 'deadlock' || kind === 'lock-order') ??
  false;

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);
