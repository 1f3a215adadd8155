/** What the server's threads say to each other. Both ends are this program, so the shapes are types only. */
import type { Finding, ReplayReport, ScanReport } from '../../core/report/report.js';
import type { ModelFormat } from '../../core/replay/exports.js';
import type { MatrixCell, WhatIf } from '../../core/replay/what-ifs.js';
import type {
  Checked,
  FreerChoice,
  RaceFileRequest,
  ReplayRequest,
  Reviewed,
  ReviewRequest,
  TreeLists,
  WalkName,
} from '../engine.js';
import type { PlacedFix } from '../features/fixes.js';

export type Job =
  /** The findings of one document, without replay. */
  | { readonly kind: 'check'; readonly path: string }
  /** From here on the whole tree is seen, where there is an index of it: the known one, or that of the cache. */
  | { readonly kind: 'index'; readonly known?: TreeLists }
  /** What mends a finding of a document. */
  | { readonly kind: 'fixes'; readonly path: string; readonly id: string }
  | { readonly kind: 'freers'; readonly walk: WalkName }
  | { readonly kind: 'replay'; readonly request: ReplayRequest }
  | { readonly kind: 'raceFile'; readonly request: RaceFileRequest }
  | { readonly kind: 'matrix' | 'whatIfs'; readonly walk: WalkName }
  /** Replays the findings of one document, and gives them again with their verdicts. */
  | { readonly kind: 'confirm'; readonly path: string }
  | { readonly kind: 'export'; readonly request: ReplayRequest; readonly format: ModelFormat }
  /** Patches on the whole tree. */
  | { readonly kind: 'review'; readonly request: ReviewRequest }
  /** Files and folders; none: the whole tree. */
  | { readonly kind: 'scan'; readonly targets: readonly string[]; readonly architectures: readonly string[] };

export interface JobAnswer {
  readonly check: Checked;
  /** Null: there is no index. */
  readonly index: TreeLists | null;
  readonly fixes: readonly PlacedFix[];
  readonly freers: readonly FreerChoice[];
  readonly replay: { readonly report: ReplayReport; readonly whatIfs: readonly WhatIf[] };
  readonly raceFile: ReplayReport;
  readonly whatIfs: readonly WhatIf[];
  readonly matrix: readonly MatrixCell[];
  readonly confirm: readonly Finding[];
  readonly export: string;
  readonly review: Reviewed;
  readonly scan: ScanReport;
}

export interface JobMessage {
  readonly id: number;
  readonly root: string;
  /** Texts of the open documents of this root, that override the files. */
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  /** One Int32: not zero when the job is cancelled. Shared, since the worker does not read messages while it works. */
  readonly cancelled: SharedArrayBuffer;
  readonly job: Job;
}

export type JobReply =
  | { readonly id: number; readonly type: 'started' }
  /** Told now and then by a job that gets on. */
  | { readonly id: number; readonly type: 'alive' }
  | { readonly id: number; readonly type: 'done'; readonly answer: JobAnswer[keyof JobAnswer] }
  | { readonly id: number; readonly type: 'failed'; readonly why: string }
  | { readonly id: number; readonly type: 'progress'; readonly done: number; readonly total: number };
