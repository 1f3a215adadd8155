/** A way from a root, or from as far up as was looked, down to a walk: the calls on it, and what is held at each. */
import type { FunctionRef } from '../index/link.js';
import type { Context } from '../kernel/contexts.js';
import type { Place } from '../program/ir.js';
import type { Held } from './held.js';
import type { Start } from './starts.js';
import type { Values } from './values.js';

/** Why a chain goes up no further. */
export type ChainTop =
  /** A root: what starts it, and in which context. */
  | { readonly kind: 'root'; readonly start: Start; readonly context: Context | undefined }
  /** What is held there is enough already. */
  | { readonly kind: 'protected' }
  /** A bound was hit. */
  | { readonly kind: 'bound' };

export interface Hop {
  readonly ref: FunctionRef;
  /** The call that leads on; the walk itself for the last hop. */
  readonly at: Place | undefined;
  /** The name that is called there: of the next hop, or of what calls that back; undefined for the walk itself. */
  readonly callee: string | undefined;
  /** What is held there, from the top of the chain on. */
  readonly held: Held;
  /** Values of the function's parameters, in the names of the functions above. */
  readonly values: Values;
}

export interface Chain {
  readonly top: ChainTop;
  /** From the root to the function that walks. */
  readonly hops: readonly Hop[];
  /** What is held where its first function is entered: by whoever starts it. */
  readonly entry: Held;
  /** What is held over the whole walk. */
  readonly held: Held;
  /** Values of the walking function's parameters, in the names of the top function. */
  readonly values: Values;
}

/** Part of a chain, or one whose top is not known yet. */
export type Way = Pick<Chain, 'hops' | 'held' | 'values'>;

export interface Chains {
  readonly chains: readonly Chain[];
  /** A bound was hit: there are more. */
  readonly isCut: boolean;
}
