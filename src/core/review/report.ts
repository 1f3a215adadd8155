/** What `review` answers; the JSON of the command line is this object. Contract: docs/json.md. */
import type { Finding, GivenUp, Severity, Verdict } from '../report/report.js';
import type { HunkOutcome } from './apply/hunk.js';
import type { FileKind } from './patch/patch.js';

/** Introduced: not there, or harmless, without the patch. Fixed: not there, or harmless, with it. */
export type Change = 'introduced' | 'fixed' | 'remaining';

/** A place in the tree that reaches the walk with nothing that keeps the freer out. */
export interface OpenRoot {
  readonly file: string;
  readonly function: string;
  /** Whose code is on the way from the root to the walk; absent: no one's, so of all. */
  readonly architecture?: string;
  readonly held: readonly string[];
}

/** With the patch for what is introduced or remains, without it for what is fixed. */
export interface ReviewFinding extends Finding {
  readonly change: Change;
  /** The same finding on the other side, where its weight is what has changed. */
  readonly other?: { readonly severity: Severity; readonly verdict: Verdict };
  /** The same walk before, where it has moved or its text is another, and so its id. */
  readonly movedFrom?: { readonly id: string; readonly file: string; readonly function: string };
  /** Of the patch that introduces or fixes it, from 1; and its id there, where a later patch moves it. */
  readonly patch?: number;
  readonly toldAs?: string;
  /** Roots that reach it unprotected. Absent: not asked for what is fixed. */
  readonly open?: readonly OpenRoot[];
  /** Of what remains: roots that do not reach it unprotected any more. Absent: none. */
  readonly closed?: readonly OpenRoot[];
  /** The steps of the race that matter, in two columns; of what is introduced and confirmed. */
  readonly interleaving?: readonly string[];
}

export interface ReviewedFile {
  readonly path: string;
  readonly from: string | undefined;
  readonly kind: FileKind;
  readonly hunks: readonly Omit<Extract<HunkOutcome, { kind: 'applied' }>, 'places'>[];
  readonly failed: readonly Extract<HunkOutcome, { kind: 'failed' }>[];
  readonly problem?: string;
}

/** What the walks of a function hold on all ways, when that is another with the patch. */
export interface ProtectionChange {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A function demands a lock of its callers, with the patch; and who does not hold it. */
export interface Requirement {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly lock: string;
  readonly missing: readonly OpenRoot[];
}

/** A freer that an architecture has with the patch and did not have without it, or the other way round. */
export interface SupportChange {
  readonly freer: string;
  readonly title: string;
  readonly architecture: string;
  readonly isLive: boolean;
  /** Why it is live, on the side where it is. */
  readonly reason: string;
}

/** Something that the message says and that can be checked. */
export interface CheckedClaim {
  readonly id: string;
  /** The words of the message. */
  readonly quote: string;
  /** Line of the patch's text. */
  readonly line: number;
  readonly isRight: boolean;
  readonly answer: string;
  /** The kernel source that the answer rests on. */
  readonly source: string;
}

export interface Comment {
  readonly file: string;
  /** In the file with the patch; 0: about the patch as a whole. */
  readonly line: number;
  readonly text: string;
  /** The patch, from 1, and the line of its text that it is about. */
  readonly patch: number;
  readonly patchLine: number;
  /** The same line in the input, where that is not encoded. */
  readonly inputLine?: number;
  /** Of the finding that it speaks of. */
  readonly finding?: string;
}

export interface PatchReview {
  readonly title: string;
  /** As the subject numbers it. */
  readonly number?: number;
  readonly commit?: string;
  readonly files: readonly ReviewedFile[];
  /** Functions that were judged with and without it; 0: nothing of the patch is about walkers. */
  readonly judged: number;
  /** There may be more that it touches. */
  readonly isCut: boolean;
  /** Which bound was reached, and what was judged. */
  readonly cut?: string;
  readonly findings: readonly ReviewFinding[];
  readonly protections: readonly ProtectionChange[];
  readonly requirements: readonly Requirement[];
  readonly support: readonly SupportChange[];
  readonly claims: readonly CheckedClaim[];
  /** What of the input is no patch that can be read. */
  readonly defects: readonly { readonly line: number; readonly reason: string }[];
}

export interface ReviewReport {
  readonly version: 1;
  readonly tool: string;
  readonly root: string;
  /** Title of the patch, or of the series. */
  readonly patch: string;
  /** What the patches were put on: a commit, or the tree as it is. */
  readonly base: string;
  /** Paths that the series changes. */
  readonly files: readonly string[];
  /** Over the whole series. */
  readonly findings: readonly ReviewFinding[];
  readonly comments: readonly Comment[];
  readonly patches: readonly PatchReview[];
  /** What was left aside, and what to know. */
  readonly notes: readonly string[];
  /** Files of a large patch that met the limit of time or memory: what walks in them was not judged. Absent: none. */
  readonly givenUp?: readonly GivenUp[];
  readonly ms: number;
}
