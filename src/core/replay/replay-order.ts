/** What is to be replayed: plain data, made of a finding or of what somebody asks. */
import type { Held } from '../analysis/held.js';
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import type { FreerId } from '../kernel/types.js';
import type { CFreer } from './c-freer.js';
import type { Holding } from './hold.js';

export interface ReplayOrder {
  readonly walker: FunctionRef;
  /** One that is known, or a function of the tree. */
  readonly freer: FreerId | CFreer;
  readonly tables: 'kernel' | 'user' | 'pfn';
  readonly arch: string;
  /** What the callers hold around the walk. */
  readonly held: Held;
  /** What all callers hold that are seen, and is not put around the walk: told with the answer. */
  readonly leftOut?: Held;
  /** The mm whose tables are walked, as `held` names it: `info->mm`. */
  readonly mm?: string;
  /** Protections to leave out, of the walk's own and of the callers' (rows of kernel/protections.ts). */
  readonly without?: ReadonlySet<string>;
  /** Its callers have looked up the VMA that they are in, whether the walker does or not. */
  readonly insideVma?: true;
  /** What its callers give it for parameters that are true or false (replay/truths.ts). */
  readonly truths?: ReadonlyMap<string, boolean>;
  /** The caller owns the range: no freer works on it meanwhile. */
  readonly ownsRange?: true;
  /** What is added (`--with`). */
  readonly added: readonly Holding[];
  readonly bounds?: Partial<ExplorationBounds>;
}
