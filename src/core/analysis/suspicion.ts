/** What the analysis of a walk hands to the replay. */
import type { Finding } from '../report/report.js';
import type { Chain, Chains } from './chain.js';
import type { Origin } from './origin.js';
import type { WalkRule } from './rules.js';
import type { Walk } from './walks.js';

/** A finding that replay has yet to judge. */
export interface Suspicion {
  readonly finding: Finding;
  readonly rule: WalkRule;
  readonly walk: Walk;
  readonly chain: Chain;
  readonly origin: Origin;
  /** All ways to the walk that are not kept apart from the freer, and all that were looked at. */
  readonly open: readonly Chain[];
  readonly all: Chains;
}
