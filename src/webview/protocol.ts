/**
 * Messages between the trace page and its host (the VS Code extension, or nobody in a standalone HTML file).
 * Both directions are discriminated unions on `type`; what comes in is validated before it is used (messages.ts).
 *
 * The host's document holds `<div id="walkrace"></div>`, loads trace.css and then trace.js, and needs no more than
 * `script-src` for the one and `style-src` for the other: the page has no inline style, no font, no image and no network.
 * It posts `ready` once it listens; a `show` that comes earlier is lost.
 */
import type { MatrixCell, WhatIf } from '../core/replay/what-ifs.js';
import type { ReplayReport } from '../core/report/report.js';

/** What identifies a replay; small enough for a deep link and for the webview's saved state. The rest is recomputed. */
export interface ReplayKey {
  /** URI of the document in the editor, or the path relative to the root in a standalone page. */
  readonly document: string;
  readonly function: string;
  readonly freer: string;
  readonly protections: readonly string[];
}

export type ToPage =
  | {
      readonly type: 'show';
      readonly key: ReplayKey;
      readonly report: ReplayReport;
      readonly whatIfs: readonly WhatIf[];
      readonly step?: number;
    }
  | { readonly type: 'busy'; readonly text: string }
  | { readonly type: 'matrix'; readonly cells: readonly MatrixCell[] }
  | { readonly type: 'error'; readonly message: string }
  /** Go to a step, or by one of the page's own commands (for editor keybindings). */
  | {
      readonly type: 'go';
      readonly to: number | 'first' | 'last' | 'next' | 'previous' | 'next-switch' | 'previous-switch';
    };

export type FromPage =
  | { readonly type: 'ready' }
  /** The page moved to a step: the host highlights the lines `places` (one per lane that has a current line). */
  | {
      readonly type: 'stepped';
      readonly step: number;
      readonly places: readonly { readonly lane: string; readonly at: string }[];
    }
  /** Open this source line. */
  | { readonly type: 'open'; readonly at: string }
  | { readonly type: 'replay'; readonly key: ReplayKey }
  | { readonly type: 'matrix'; readonly key: ReplayKey }
  /** `content` is there for what the page makes itself (json, svg); the host makes the rest from the replay. */
  | {
      readonly type: 'export';
      readonly format: 'race' | 'json' | 'svg' | 'html' | 'promela' | 'c' | 'litmus';
      readonly content?: string;
    }
  | { readonly type: 'copy'; readonly text: string };

/** Saved by the page (setState) and given back by a serializer after a reload. */
export interface SavedState {
  readonly key: ReplayKey;
  readonly step: number;
}
