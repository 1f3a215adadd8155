/** What the server's two threads say to each other. Both ends are this program, so the shapes are types only. */
import type { Finding, ReplayReport, ScanReport } from '../../core/report/report.js';
import type { ModelFormat } from '../../core/replay/exports.js';
import type { MatrixCell } from '../../core/replay/what-ifs.js';
import type { ReplayRequest, WalkName } from '../engine.js';

export type Job =
  | { readonly kind: 'replay'; readonly request: ReplayRequest }
  | { readonly kind: 'matrix'; readonly walk: WalkName }
  /** Replays the findings of one document, and gives them again with their verdicts. */
  | { readonly kind: 'confirm'; readonly path: string }
  | { readonly kind: 'export'; readonly request: ReplayRequest; readonly format: ModelFormat }
  /** Files and folders; none: the whole tree. */
  | { readonly kind: 'scan'; readonly targets: readonly string[]; readonly architectures: readonly string[] };

export interface JobAnswer {
  readonly replay: ReplayReport;
  readonly matrix: readonly MatrixCell[];
  readonly confirm: readonly Finding[];
  readonly export: string;
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
  | { readonly id: number; readonly type: 'done'; readonly answer: JobAnswer[keyof JobAnswer] }
  | { readonly id: number; readonly type: 'failed'; readonly why: string }
  | { readonly id: number; readonly type: 'progress'; readonly done: number; readonly total: number };
