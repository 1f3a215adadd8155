/** What the language server asks of the core: a session of one root, in a worker for the findings of documents, in another for replays. */
import type { ExplorationBounds } from '../core/explorer/exploration.js';
import type { WordSegment } from '../core/index/words.js';
import type { Cancellation } from '../core/ports.js';
import type { ModelFormat } from '../core/replay/exports.js';
import type { MatrixCell, WhatIf } from '../core/replay/what-ifs.js';
import type { ReplayReport, ScanReport } from '../core/report/report.js';
import type { Diagnosis, ReplayRequest, ScanOptions, Session, WalkName } from '../core/session.js';
import type { ReviewAnswer } from '../protocol/review.js';

export type { Diagnosis, Fix, FreerChoice, ReplayRequest, TextEdit, WalkName } from '../core/session.js';

export interface Engine extends Pick<
  Session,
  | 'openDocument'
  | 'changeDocument'
  | 'closeDocument'
  | 'read'
  | 'diagnose'
  | 'fixes'
  | 'replay'
  | 'freers'
  | 'scan'
> {
  /**
   * The same as `scan`, of a whole tree: with what is kept from before, and shared among workers. `open` are the documents; where one
   * is not as its file, nothing that is kept is right, and this thread does the work.
   */
  scanTree(
    paths: readonly string[],
    options: ScanOptions,
    ports: ReviewPorts & { readonly open: Iterable<string> },
  ): Promise<ScanReport>;
  whatIfs(walk: WalkName): readonly WhatIf[];
  matrix(walk: WalkName, cancellation: Cancellation): readonly MatrixCell[];
  /** Throws RequestError when the text can't be read. */
  replayRaceFile(request: RaceFileRequest, cancellation: Cancellation): ReplayReport;
  /** Rejects with RequestError when there is no patch. */
  review(request: ReviewRequest, ports: ReviewPorts): Promise<Reviewed>;
  /** Throws RequestError when the walk can't be replayed. */
  exportReplay(request: ReplayRequest, format: ModelFormat, cancellation: Cancellation): string;
}

/** Patches, and what they are put on; `path` is absolute. */
export interface ReviewRequest {
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'range'; readonly range: string };
  readonly base?: string;
}

export interface ReviewPorts {
  readonly cancellation: Cancellation;
  readonly progress: (done: number, total: number) => void;
}

export type Reviewed = Omit<ReviewAnswer, 'root' | 'sides'>;

/** A `.race` file, as its text is now. */
export interface RaceFileRequest {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly bounds: ExplorationBounds;
}

/** A diagnosis, and from where it was made. */
export interface Checked extends Diagnosis {
  /** Only the files beside the document were looked at: callers that are elsewhere are not known. */
  readonly isAlone: boolean;
}

/** Makes engines in one thread. */
export interface Engines {
  /** Sees the files that are open, and what is beside them. */
  readonly open: (root: string) => Engine;
  /** Sees the whole tree: its files, and an index of their words, from the cache where it is there; `alive` is called while it is read. */
  readonly openTree: (root: string, alive: () => void) => Promise<EngineOfTree>;
  /** How the files of the tree look now: another text where one of them was changed, made or removed. */
  readonly stamp: (root: string) => string;
  /** The same, with an index that is at hand or in the cache; undefined where the tree would have to be read. */
  readonly openKnownTree: (root: string, known?: TreeLists) => Promise<EngineOfTree | undefined>;
}

export interface EngineOfTree {
  readonly engine: Engine;
  readonly lists: TreeLists;
}

/** The index of a tree, as threads share it: the large lists are in memory once. */
export interface TreeLists {
  readonly segments: readonly WordSegment[];
  readonly gone: ReadonlySet<string>;
  /** All sources, relative to the root. */
  readonly paths: readonly string[];
  /** How they looked before they were read ({@link Engines.stamp}). */
  readonly stamp: string;
}
