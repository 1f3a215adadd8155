/** What the rules about walks look at. */
import type { TreeFacts } from '../kernel/tree.js';
import type { ChainWorld } from './chain-memory.js';

export interface WalkWorld extends ChainWorld {
  readonly tree: TreeFacts;
}
