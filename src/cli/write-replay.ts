/** A replay in the format that was asked for. */
import { toJson } from '../core/report/json.js';
import type { ReplayReport } from '../core/report/report.js';
import { replayText } from '../core/report/replay-text.js';
import type { ReplayRequest, Session } from '../core/session.js';
import { exportOutcome } from '../core/replay/exports.js';
import { sourceLines, type ReplayOutcome } from '../core/replay/replay.js';
import { exportLitmus } from '../core/trace/exports/litmus.js';
import { exportMermaid } from '../core/trace/exports/mermaid.js';
import { exportModule } from '../core/trace/exports/module.js';
import { svgOfTrace } from '../core/trace/exports/svg.js';
import { readPage } from '../host/assets.js';
import { standaloneHtml } from '../webview/standalone.js';
import { UsageError } from './status.js';
import type { Terminal } from './terminal.js';

/** For other tools: the race itself, in their language. */
const EXPORTS = ['race', 'promela', 'c', 'litmus', 'mermaid', 'svg', 'module'] as const;
export type ExportFormat = (typeof EXPORTS)[number];

export const REPLAY_FORMATS = ['text', 'json', 'html', ...EXPORTS] as const;
export type ReplayFormat = (typeof REPLAY_FORMATS)[number];

export function replayWritten(
  session: Session,
  request: ReplayRequest,
  report: ReplayReport,
  format: ReplayFormat,
  terminal: Terminal,
): string {
  switch (format) {
    case 'text':
      return replayText(report, {
        width: terminal.width,
        color: terminal.isColored,
        sourceLine: sourceLines((file) => session.read(file)),
      });
    case 'json':
      return toJson(report);
    case 'html':
      return standaloneHtml(report, readPage());
    default: {
      const outcome = session.explore(request);
      if (outcome.kind === 'not-replayable') throw new UsageError(`not replayable: ${outcome.reason}`);
      return outcomeWritten(outcome, format);
    }
  }
}

export type Explored = Extract<ReplayOutcome, { kind: 'explored' }>;

/** Some are made of a trace: there is none to make where no race was found. */
export function outcomeWritten(outcome: Explored, format: ExportFormat): string {
  const text = exported(outcome, format);
  if (text === undefined)
    throw new UsageError(
      `there is no trace here of which ${format} could be made: ${NEEDS[format] ?? 'no race was found'}`,
    );
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** What a trace lacks of which nothing can be made. */
const NEEDS: Partial<Record<ExportFormat, string>> = {
  litmus: 'no race of a pointer that was taken',
  module: 'it takes a race of memory hot-remove with a walk of page tables',
};

function exported(outcome: Explored, format: ExportFormat): string | undefined {
  const { trace } = outcome;
  switch (format) {
    case 'race':
    case 'promela':
    case 'c':
      return exportOutcome(outcome, format);
    case 'litmus':
      return exportLitmus(trace);
    case 'module':
      return exportModule(trace);
    case 'mermaid':
      return trace.steps.length > 0 ? exportMermaid(trace) : undefined;
    case 'svg':
      return trace.steps.length > 0 ? svgOfTrace(trace) : undefined;
  }
}
