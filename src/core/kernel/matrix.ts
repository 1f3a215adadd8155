/** Questions to the protection x freer matrix (kernel/exclusions.ts). */
import type { LockMode } from '../program/ir.js';
import { EXCLUSIONS } from './exclusions.js';
import type { Exclusion, FreerId } from './types.js';
import { holds, NEWEST } from './when.js';

/** What a walker holds, as the lock state at a step has it. */
export interface Held {
  /** Row of kernel/protections.ts. */
  readonly protection: string;
  /** `any`: held, but it is not known how (an assertion): taken as read. */
  readonly mode: LockMode | 'any';
  /** Whose lock it is, where there are several: of init_mm, of the walked user mm, of something else or unknown. */
  readonly of?: 'init_mm' | 'user' | 'other';
}

export interface Circumstances {
  /** Capabilities of the tree on the architecture ({@link capabilitiesOn}); the newest kernel's by default. */
  readonly capabilities?: ReadonlySet<string>;
  /** Did the walk look its VMA up under the lock? By default it is taken to have: say so as an assumption. */
  readonly insideVma?: boolean;
}

export interface Verdict {
  readonly excludes: Exclusion['excludes'];
  /** The cell that decides; absent when nothing that is held has any bearing on the freer. */
  readonly row?: Exclusion;
}

const STRENGTH = { no: 0, partly: 1, yes: 2 } as const;

/** All cells of a freer. */
export function exclusions(freer: FreerId): readonly Exclusion[] {
  return EXCLUSIONS.filter((row) => row.freer === freer);
}

/** The cell for one thing that is held, in these circumstances; undefined is a plain no. */
export function exclusionBy(
  freer: FreerId,
  held: Held,
  circumstances: Circumstances = {},
): Exclusion | undefined {
  const { capabilities = NEWEST, insideVma = true } = circumstances;
  const mode = held.mode === 'any' ? 'read' : held.mode;
  return EXCLUSIONS.find(
    (row) =>
      row.freer === freer &&
      row.protection === held.protection &&
      (row.mode === 'any' || row.mode === mode) &&
      (row.of === undefined || row.of === held.of) &&
      (row.where === undefined || row.where === (insideVma ? 'inside-vma' : 'outside-vma')) &&
      holds(row.when, capabilities),
  );
}

/** Does what is held keep the freer out? The strongest answer of all that is held, with the cell that gives it. */
export function excludes(freer: FreerId, held: readonly Held[], circumstances: Circumstances = {}): Verdict {
  let best: Verdict = { excludes: 'no' };
  for (const each of held) {
    const row = exclusionBy(freer, each, circumstances);
    if (row && (best.row === undefined || STRENGTH[row.excludes] > STRENGTH[best.excludes]))
      best = { excludes: row.excludes, row };
  }
  return best;
}
