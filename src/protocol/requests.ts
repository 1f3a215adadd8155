/**
 * What the language server answers beyond the Language Server Protocol, for any client: docs/editors.md tells it to people.
 * Documents are named by their URI, positions and lines count from 0 as everywhere in the protocol; a report keeps its own
 * paths (relative to the root) and lines (from 1).
 */
import * as v from 'valibot';
import type { FreerId } from '../core/kernel/types.js';
import type { ReplayReport, ScanReport, Severity, Tables, Verdict } from '../core/report/report.js';
import type { MatrixCell, WhatIf } from '../core/replay/what-ifs.js';
import type { ReplayKey } from '../webview/protocol.js';

const uri = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const line = v.pipe(v.number(), v.integer(), v.minValue(0));

/** `walkrace/walkers`: the walkers of an open document, and the one whose function holds the line. */
export const WALKERS = 'walkrace/walkers';
export const walkersParams = v.object({ document: uri, line: v.optional(line) });
export interface WalkerAt {
  readonly function: string;
  /** First and last line of the function. */
  readonly line: number;
  readonly endLine: number;
  readonly tables: Tables;
  readonly roots: number;
}
export interface WalkersAnswer {
  readonly walkers: readonly WalkerAt[];
  /** The function at the line, if it is a walker. */
  readonly at: string | null;
}

/** `walkrace/freers`: every freer, and whether its range and the walk's meet. */
export const FREERS = 'walkrace/freers';
export const freersParams = v.object({ document: uri, function: name });
export interface FreerAnswer {
  readonly freer: FreerId;
  readonly applies: boolean;
  readonly reason: string;
}

/** `walkrace/replay`: run the walk against a freer; no freer: the first one that applies. */
export const REPLAY = 'walkrace/replay';
export const replayParams = v.object({
  document: uri,
  function: name,
  freer: v.optional(name),
  protections: v.optional(v.pipe(v.array(name), v.maxLength(16), v.readonly()), []),
});
export interface ReplayParams {
  readonly document: string;
  readonly function: string;
  readonly freer?: string;
  readonly protections?: readonly string[];
}
export interface ReplayAnswer {
  readonly key: ReplayKey;
  readonly report: ReplayReport;
  readonly whatIfs: readonly WhatIf[];
  /** URI of the root that the report's paths start from. */
  readonly root: string;
}

/** `walkrace/matrix`: protections x freers of one walker. */
export const MATRIX = 'walkrace/matrix';
export const matrixParams = v.object({ document: uri, function: name });
export type MatrixAnswer = readonly MatrixCell[];

/** `walkrace/whatIfs`: the protections worth trying on a walker. */
export const WHAT_IFS = 'walkrace/whatIfs';
export const whatIfsParams = v.object({ document: uri, function: name });
export type WhatIfsAnswer = readonly WhatIf[];

/** `walkrace/scan`: files or folders with replay; `walkrace/status` tells how far it is. */
export const SCAN = 'walkrace/scan';
export const scanParams = v.object({
  targets: v.pipe(v.array(uri), v.minLength(1), v.maxLength(1_000)),
  /** Whether the server shows the client's own progress; a client that shows one by itself says false. */
  progress: v.optional(v.boolean(), true),
});
export interface ScanAnswer {
  readonly root: string;
  readonly report: ScanReport;
  /** How many of its findings the settings and the baseline show. */
  readonly shown: number;
}

/** `walkrace/overview`: findings that the settings show, and walkers without one: of the open documents, and of the last scan. */
export const OVERVIEW = 'walkrace/overview';
export interface OverviewRow {
  readonly document: string;
  /** Path of the document, relative to its root. */
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly character: number;
  /** Null: a walker without a finding that the settings show. */
  readonly finding: {
    readonly rule: string;
    readonly severity: Severity;
    readonly freer: FreerId | null;
    readonly verdict: Verdict;
    readonly message: string;
  } | null;
}
export interface OverviewAnswer {
  readonly rows: readonly OverviewRow[];
}

/** `walkrace/export`: a replay as a file's text. */
export const EXPORT = 'walkrace/export';
export const EXPORT_FORMATS = ['race', 'json', 'html', 'promela', 'c', 'litmus'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const exportParams = v.object({ ...replayParams.entries, format: v.picklist(EXPORT_FORMATS) });
export interface ExportParams extends ReplayParams {
  readonly format: ExportFormat;
}
export interface ExportAnswer {
  /** A name for the file: `ptdump_walk_pgd-memory-hot-remove.race`. */
  readonly fileName: string;
  readonly text: string;
}

/** `walkrace/information`: versions and timings for a bug report; no source text, no paths. */
export const INFORMATION = 'walkrace/information';
export interface InformationAnswer {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly documents: number;
  readonly roots: readonly { readonly kernelTree: boolean }[];
  readonly memoryMegabytes: number;
  /** Milliseconds of the last checks of a document, newest last. */
  readonly checks: readonly { readonly ms: number; readonly bytes: number; readonly findings: number }[];
}

/** `walkrace/status`: notification to the client. */
export const STATUS = 'walkrace/status';
export type Status =
  | {
      readonly state: 'idle';
      readonly findings: number;
      /** Not among them: those that the baseline lists. */
      readonly known: number;
      readonly defects: number;
      /** Some were checked with no more of the tree than what is beside them. */
      readonly isAlone: boolean;
    }
  | { readonly state: 'checking' | 'replaying'; readonly what: string }
  | { readonly state: 'scanning'; readonly done: number; readonly total: number };
