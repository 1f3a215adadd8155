/** What a `.race` file says, as data. docs/race-language.md has the grammar. */
import type { AssumptionKind, Expr, LockMode, TableLevel } from '../../program/ir.js';
import type { LockDecl, PageDecl, ThreadDecl, ViolationKind } from '../../machine/scenario.js';

/** `file:12`, `file:function`, or `file:function:token`: the line of the first `token` inside the function. */
export type RacePlace =
  | { readonly file: string; readonly line: number }
  | { readonly file: string; readonly function: string; readonly token?: string };

/** Operations without operand. */
export const PLAIN_OPS = [
  'reuse',
  'nop',
  'rcu_read_lock',
  'rcu_read_unlock',
  'synchronize_rcu',
  'irq_off',
  'irq_on',
  'preempt_off',
  'preempt_on',
  'flush',
  'ipi_sync',
  'stop_machine',
  'end_stop_machine',
  'sleep',
] as const;
export type PlainOp = (typeof PLAIN_OPS)[number];

/** Go elsewhere: to the end of the thread, or of the innermost loop or its turn. */
export const JUMP_OPS = ['stop', 'break', 'continue'] as const;
export type JumpOp = (typeof JUMP_OPS)[number];

/** Levels that `page` and `alloc` know beside those of page tables. */
export const OTHER_LEVELS = ['section', 'memmap'] as const;

export const LIFE_OPS = ['free', 'free_rcu', 'poison', 'offline', 'remove'] as const;
export type LifeOp = (typeof LIFE_OPS)[number];

export type Statement = { readonly at?: RacePlace } & (
  | { readonly kind: 'load'; readonly dst: string; readonly from: Expr }
  | { readonly kind: 'store'; readonly to: Expr; readonly value: Expr }
  | { readonly kind: 'xchg'; readonly dst: string; readonly to: Expr; readonly value: Expr }
  | { readonly kind: 'alloc'; readonly dst: string; readonly level: TableLevel }
  | { readonly kind: LifeOp; readonly page: Expr }
  | { readonly kind: 'let'; readonly dst: string; readonly value: Expr }
  | { readonly kind: 'lock' | 'unlock'; readonly lock: string; readonly mode: LockMode }
  | { readonly kind: 'trylock'; readonly dst: string; readonly lock: string; readonly mode: LockMode }
  | { readonly kind: 'downgrade'; readonly lock: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: PlainOp }
  | { readonly kind: JumpOp }
  | { readonly kind: 'label' | 'goto'; readonly label: string }
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  /** Over the entries of a table; `count` absent: as many as the widest page has. */
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly count?: Expr;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'loop'; readonly body: readonly Statement[] }
  /** Any of the ways; `text` says why the model does not know. */
  | { readonly kind: 'choose'; readonly text: string; readonly ways: readonly (readonly Statement[])[] }
);

export interface RaceThread {
  readonly name: string;
  readonly cpu: number;
  readonly title: string;
  readonly role: ThreadDecl['role'];
  readonly body: readonly Statement[];
}

/** In `function` of `file`, these calls or identifiers occur in this order. */
export interface OrderCitation {
  /** Prefix of the kernel versions it is true for: `6.1`. */
  readonly version?: string;
  readonly file: string;
  readonly function: string;
  readonly calls: readonly string[];
}

/** What a step does at `place` it does one level up at `above`: `pmd_clear()` of one function is `pud_clear()` of another. */
export interface PlaceAbove {
  readonly place: RacePlace;
  readonly above: RacePlace;
}

export interface TraceLine {
  readonly lane: string;
  /** `load pmd pmd0[0]`, without result, place and marks. */
  readonly operation: string;
  readonly result?: string;
  readonly violation?: ViolationKind;
  readonly isWait: boolean;
  readonly at?: RacePlace;
}

export interface SavedTrace {
  readonly kind: ViolationKind;
  readonly steps: readonly TraceLine[];
}

export type Expectation =
  | { readonly verdict: 'race'; readonly kinds: readonly ViolationKind[] }
  | { readonly verdict: 'none' | 'unknown' };

/** Words of a `profile` line: a flush waits for CPUs with interrupts off or not, RCU does or does not. */
export const PROFILE_WORDS = [
  'flush-waits',
  'flush-broadcasts',
  'rcu-waits',
  'rcu-ignores-irqs-off',
] as const;
export type ProfileWord = (typeof PROFILE_WORDS)[number];

export interface RaceFile {
  /** A whole race, or a fragment that has only the freer's side. */
  readonly what:
    { readonly kind: 'race'; readonly version: 1 } | { readonly kind: 'freer'; readonly id: string };
  readonly title: string;
  readonly arch: readonly string[];
  /** What is different from the table of architectures (PROFILE_WORDS). */
  readonly profile: readonly ProfileWord[];
  readonly variant?: string;
  readonly tables?: 'kernel' | 'user' | 'pfn';
  readonly ranges: readonly string[];
  readonly when: readonly string[];
  readonly versions?: string;
  readonly config?: string;
  readonly orders: readonly OrderCitation[];
  /** Where the same is done one level up; none: the freer stops at the levels that it is written for. */
  readonly above: readonly PlaceAbove[];
  readonly assumptions: readonly { readonly kind: AssumptionKind; readonly text: string }[];
  readonly pages: readonly PageDecl[];
  readonly roots: readonly { readonly tables: 'kernel' | 'user'; readonly page: string }[];
  readonly locks: readonly LockDecl[];
  readonly threads: readonly RaceThread[];
  readonly expect?: Expectation;
  readonly traces: readonly SavedTrace[];
}

export interface RaceError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
