/**
 * A trace for showing: what the webview, the HTML page and the terminal read. Plain JSON, `race` is its version.
 * State after step n = initial state + the deltas `d` of steps 0..n, so that scrubbing needs no engine.
 */
import type { Assumption, Level } from '../program/ir.js';
import type { ViolationKind, LockKind, PageLevel } from '../machine/scenario.js';

/** `freed` etc. are the page's state; a table all of whose entries are none and that is still live is `live`. */
export type PageState = 'live' | 'freed' | 'reused' | 'poisoned' | 'offline' | 'removed';

export interface TraceStep {
  /** Name of the thread (lane) that moves. */
  readonly t: string;
  /** Operation text as in a `.race` file: `load pmd pmd0[0] -> pte0`. */
  readonly text: string;
  /** `file:line`; absent for steps of the model itself. */
  readonly at?: string;
  /** The C source line, trimmed, where it is known. */
  readonly code?: string;
  /** The function of the source line, where it is known. */
  readonly function?: string;
  /** What the lane holds before the step: `mem_hotplug_lock:r`, `rcu`, `irqs off`. */
  readonly held: readonly string[];
  /** Cells changed: `pmd0[0]` (entry), `pte0` (page state), lock name (holders, `ptdump:r`; empty string = free), `rcu LANE`, `irq LANE` (nesting), `reg LANE` (the page[index] that the lane's pointer points at). */
  readonly d: Readonly<Record<string, string>>;
  /** The three steps that matter: the load that got the pointer, the step that freed the page, the faulting use. */
  readonly mark?: 'took' | 'freed' | 'used';
  /** The lane could not go on here and waits. */
  readonly blocked?: boolean;
  readonly violation?: ViolationKind;
}

export interface TracePage {
  readonly name: string;
  readonly level: PageLevel;
  readonly isStatic: boolean;
  readonly entries: readonly string[];
}

/** All of a trace but its steps. */
export interface Scene {
  readonly race: 1;
  readonly title: string;
  readonly arch: string;
  readonly verdict: 'race' | 'none' | 'unknown';
  readonly kind?: ViolationKind;
  /** One sentence: "walk_pte() reads pte0[0] (dump.c:302) after hot-remove freed it (mmu.c:1049); it holds nothing". */
  readonly headline: string;
  readonly bounds: {
    readonly entries: number;
    readonly levels: readonly Level[];
    readonly states: number;
    readonly complete: boolean;
  };
  readonly minimal?: { readonly laneChanges: number; readonly steps: number };
  readonly assumptions: readonly Assumption[];
  readonly pages: readonly TracePage[];
  readonly locks: readonly { readonly name: string; readonly kind: LockKind }[];
  readonly threads: readonly {
    readonly name: string;
    readonly cpu: number;
    readonly title: string;
    readonly role: 'walker' | 'freer' | 'environment';
  }[];
}

export interface Trace extends Scene {
  readonly steps: readonly TraceStep[];
}
