/** A scenario: everything the machine needs to run. It is what a `.race` file writes down. Plain data. */
import type { Assumption, TableLevel, ThreadProgram } from '../program/ir.js';

export type PageLevel = TableLevel | 'data';

/** Initial value of an entry: `none`, `leaf`, `bad`, or the name of the page that it points to. */
export type EntryInit = string;

export interface PageDecl {
  readonly name: string;
  readonly level: PageLevel;
  /** A static page (swapper_pg_dir) can't be freed. */
  readonly isStatic: boolean;
  readonly entries: readonly EntryInit[];
}

export type LockKind = 'rwsem' | 'percpu-rwsem' | 'mutex' | 'spinlock' | 'rwlock';

export interface LockDecl {
  readonly name: string;
  readonly kind: LockKind;
}

/** What differs between architectures for a race (kernel/architectures.ts has the rows with their sources). */
export interface ArchProfile {
  readonly name: string;
  /** A TLB flush waits until every CPU with interrupts off has taken the IPI (x86), or not (arm64's TLBI broadcast). */
  readonly flushWaitsForIrqsOff: boolean;
  /** RCU waits for CPUs with interrupts or preemption off too (consolidated flavours, since 5.0). */
  readonly rcuWaitsForIrqsOff: boolean;
}

export interface ThreadDecl {
  /** One word; the lane's name: `ptdump`, `hot-remove`. */
  readonly name: string;
  readonly cpu: number;
  /** The function it stands for: `ptdump_walk_pgd`. */
  readonly title: string;
  readonly role: 'walker' | 'freer' | 'environment';
  readonly program: ThreadProgram;
}

export interface Scenario {
  readonly title: string;
  readonly arch: ArchProfile;
  readonly pages: readonly PageDecl[];
  readonly locks: readonly LockDecl[];
  readonly threads: readonly ThreadDecl[];
  readonly assumptions: readonly Assumption[];
}

/** Kinds of violation, gravest first; the first found is the headline. */
export const RACE_KINDS = [
  'use-after-free',
  'bogus-descent',
  'null-descent',
  'leaf-descent',
  'removed-memory',
] as const;
export const BUG_KINDS = ['sleep-in-atomic', 'double-unlock', 'lock-leak', 'deadlock'] as const;
export const INFO_KINDS = ['stale-leaf', 'lock-order'] as const;
export const VIOLATION_KINDS = [...RACE_KINDS, ...BUG_KINDS, ...INFO_KINDS] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];
export type ViolationClass = 'race' | 'bug' | 'info';

export function violationClass(kind: ViolationKind): ViolationClass {
  if ((RACE_KINDS as readonly string[]).includes(kind)) return 'race';
  return (BUG_KINDS as readonly string[]).includes(kind) ? 'bug' : 'info';
}
