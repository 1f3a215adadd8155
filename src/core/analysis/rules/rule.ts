/**
 * What a rule is. A walk rule asks who can meet a walk; it is a row of data, and the analysis of chains does the rest. A local
 * rule looks at the program of one function.
 */
import type { TreeIndex } from '../../index/index.js';
import type { FunctionRef } from '../../index/link.js';
import type { FreerId, Range } from '../../kernel/types.js';
import type { FunctionProgram, Place } from '../../program/ir.js';
import type { Knowledge } from '../../program/lower/context.js';
import type { ViolationKind } from '../../machine/scenario.js';
import type { CustodyOf } from '../custody.js';
import type { LockName } from '../held.js';
import type { CallEffect } from '../transfer.js';
import type { Waiting } from '../waiting.js';
import type { Walk } from '../walks.js';

export interface WalkRule {
  readonly id: string;
  readonly title: string;
  readonly freer: FreerId;
  readonly tables: 'kernel' | 'user' | 'pfn';
  /** Where an architecture does not have the freer, nothing is said: it is no gap that the next kernel may open. */
  readonly isOnlyLive?: true;
  /** The rule whose finding at the same walk asks for a lock that keeps this freer out, too: then this one is not told as well. */
  readonly toldBy?: string;
  /** What else has to be so in the walking function; absent: nothing. */
  readonly applies?: (walk: Walk) => boolean;
  /** Steps of the walk that the freer can harm, where it is not all of it; none: the rule has nothing to say of the walk. */
  readonly at?: (walk: Walk) => readonly number[];
  /** What a walk of a function rests on that the function leaves to its callers: then it is told for information. */
  readonly rests?: (walk: Walk) => string | undefined;
  /**
   * Not every object of such a walk needs the lock (a private mapping is not shared). Functions that take it on some of their ways
   * are taken to do so where it is needed.
   */
  readonly isTakenWhereNeeded?: true;
  /** It is about walks that are protected but for this: nobody on the way has looked for the VMA of the address. */
  readonly isOutsideVma?: true;
  /** Locks that nobody comes to without what keeps the freer out, so that a caller that has one has the other: classes. */
  readonly impliedBy?: readonly string[];
  /** What keeps the freer out, as one writes it; the first is what a fix takes. */
  readonly protections: readonly string[];
  /** The lock that is missing, by its name. */
  readonly missing: readonly string[];
  /** Ranges in which the freer works. */
  readonly ranges: readonly Range[];
  /** What the freer does to the walk, as the end of a sentence. */
  readonly danger: string;
}

/** What a function does wrong by itself, whoever calls it. */
export interface Lapse {
  /** Where it goes wrong, and the C text of that place. */
  readonly at: Place;
  readonly text: string;
  /** One sentence. */
  readonly message: string;
  /** What the judgement rests on. */
  readonly reason: string;
  /** A lock that is held there on the ways that are wrong, if not on all. */
  readonly lock?: LockName;
  /** `info` where it does no harm as it stands; absent: a warning. */
  readonly severity?: 'info';
}

/** What a local rule may look at, besides the function. */
export interface LocalWorld {
  readonly ref: FunctionRef;
  readonly index: TreeIndex;
  readonly knowledge: Knowledge;
  /** What the calls of the function do to the locks. */
  readonly effect: CallEffect;
  /** What it takes and lets go; undefined where there are too many ways to say. */
  readonly custody: () => CustodyOf | undefined;
  /** The program of a function that the same file defines. */
  readonly inSameFile: (name: string) => FunctionProgram | undefined;
}

/** A rule about one function by itself: no chain, no freer, nothing to replay. */
export interface LocalRule {
  readonly id: string;
  readonly title: string;
  readonly check: (program: FunctionProgram, world: LocalWorld) => readonly Lapse[];
}

/** What is wrong with waiting for a lock where something is held. */
export interface Clash {
  /** The lock or state that is held; undefined where the context alone is wrong. */
  readonly with: string | undefined;
  /** Where it waits, as the middle of a sentence: `in an RCU section`, `while it holds mmap_lock(mm)`. */
  readonly where: string;
  /** What comes of it, and the source that says so. */
  readonly reason: string;
  /** What the machine calls it. */
  readonly consequence: ViolationKind;
}

/** A rule about a lock that is waited for: by itself, or in a function that is called, however far down. */
export interface LockRule {
  readonly id: string;
  readonly title: string;
  readonly clash: (waiting: Waiting) => Clash | undefined;
}
