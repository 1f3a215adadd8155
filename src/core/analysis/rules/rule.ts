/** What a rule is. A walk rule asks who can meet a walk; it is a row of data, and the analysis of chains does the rest. */
import type { FreerId, Range } from '../../kernel/types.js';

export interface WalkRule {
  readonly id: string;
  readonly title: string;
  readonly freer: FreerId;
  readonly tables: 'kernel' | 'user' | 'pfn';
  /** What keeps the freer out, as one writes it; the first is what a fix takes. */
  readonly protections: readonly string[];
  /** The lock that is missing, by its name. */
  readonly missing: readonly string[];
  /** Ranges in which the freer works. */
  readonly ranges: readonly Range[];
  /** What the freer does to the walk, as the end of a sentence. */
  readonly danger: string;
}
