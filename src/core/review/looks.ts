/** What the review asks of a session: to see the tree as it is with some texts changed. */
import type { WalkWorld } from '../analysis/walk-world.js';
import type { FunctionRef } from '../index/link.js';
import type { Finding, ReplayReport, WalkerReport } from '../report/report.js';
import type { Texts } from './apply/apply.js';
import type { OpenRoot } from './report.js';

/** What a scan says of one function. */
export interface Judged {
  readonly walkers: readonly WalkerReport[];
  readonly findings: readonly Finding[];
  /** Of findings about walks, by their id: the roots that reach them unprotected. */
  readonly open: ReadonlyMap<string, readonly OpenRoot[]>;
}

/** The tree at one stage of a series. */
export interface View {
  readonly world: WalkWorld;
  readonly read: (path: string) => string | undefined;
  /** The functions of a file that a scan looks at. */
  readonly candidates: (path: string) => readonly FunctionRef[];
  readonly judge: (ref: FunctionRef, replay: boolean) => Judged;
  /** The replay of a finding, with its steps; undefined: there is none. */
  readonly replay: (finding: Finding) => ReplayReport | undefined;
  /** Makes sure that a file and what is beside it are in the index. */
  readonly see: (path: string) => void;
  /** The files of the tree that a scan looks at. */
  readonly walking: () => readonly string[];
  /** How many files of the tree have a word. */
  readonly filesWith: (word: string) => number;
}

export interface Looks {
  /** Looks at the tree with `texts` in the place of its own; afterwards, or after all of the work that it is part of, everything is as it was. */
  at<R>(texts: Texts, look: (view: View) => R): R;
  /** Looks that belong together: what one has read the next one need not. Afterwards everything is as it was. */
  during<R>(work: () => R): R;
}
