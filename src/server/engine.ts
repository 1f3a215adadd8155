/** The part of the core's session that the language server drives: one engine a root, in the main thread for documents, in the worker for replays. */
import type { ExplorationBounds } from '../core/explorer/exploration.js';
import type { FreerId } from '../core/kernel/types.js';
import type { Cancellation } from '../core/ports.js';
import type { Finding, ReplayReport, ScanReport, WalkerReport } from '../core/report/report.js';
import type { MatrixCell, WhatIf } from '../webview/protocol.js';

/** A change of a text: the UTF-16 units from `start` up to `end` become `text`. Edits of one list apply one after the other. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface WalkName {
  readonly file: string;
  readonly function: string;
}

export interface ReplayRequest extends WalkName {
  readonly freer?: FreerId;
  readonly with: readonly string[];
  readonly bounds?: Partial<ExplorationBounds>;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly walkers: readonly WalkerReport[];
  /** Places that could not be parsed, in words; `line` from 1. */
  readonly defects: readonly { readonly line: number; readonly what: string }[];
}

export interface Engine {
  openDocument(path: string, text: string): void;
  changeDocument(path: string, edits: readonly TextEdit[]): void;
  closeDocument(path: string): void;
  diagnose(path: string): Diagnosis;
  replay(request: ReplayRequest, cancellation: Cancellation): ReplayReport;
  freers(
    walk: WalkName,
  ): readonly { readonly freer: FreerId; readonly applies: boolean; readonly reason: string }[];
  whatIfs(walk: WalkName & { readonly freer?: FreerId }): readonly WhatIf[];
  matrix(walk: WalkName, cancellation: Cancellation): readonly MatrixCell[];
  /** Text of a replay for other tools; the formats that the core knows. */
  exportReplay(request: ReplayRequest, format: 'race' | 'promela' | 'c' | 'litmus'): string;
  scan(
    paths: readonly string[],
    ports: { readonly cancellation: Cancellation; readonly progress: (done: number, total: number) => void },
  ): ScanReport;
}
