/** A replay in the format that was asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJson } from '../core/report/json.js';
import type { ReplayReport } from '../core/report/report.js';
import { replayText } from '../core/report/replay-text.js';
import type { ReplayRequest, Session } from '../core/session.js';
import { exportOutcome } from '../core/replay/exports.js';
import { sourceLines, type ReplayOutcome } from '../core/replay/replay.js';
import { exportLitmus } from '../core/trace/exports/litmus.js';
import { standaloneHtml } from '../webview/standalone.js';
import { UsageError } from './status.js';
import type { Terminal } from './terminal.js';

export const REPLAY_FORMATS = ['text', 'json', 'race', 'html', 'promela', 'c', 'litmus'] as const;
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
      return htmlPage(report);
    case 'race':
    case 'promela':
    case 'c':
    case 'litmus': {
      const outcome = session.explore(request);
      if (outcome.kind === 'not-replayable') throw new UsageError(`not replayable: ${outcome.reason}`);
      return outcomeWritten(outcome, format);
    }
  }
}

export type Explored = Extract<ReplayOutcome, { kind: 'explored' }>;

/** For other tools. A litmus test is made of a trace: there is none to make where no race was found. */
export function outcomeWritten(outcome: Explored, format: 'race' | 'promela' | 'c' | 'litmus'): string {
  const text = format === 'litmus' ? exportLitmus(outcome.trace) : exportOutcome(outcome, format);
  if (text === undefined) throw new UsageError('there is no race here of which a litmus test could be made');
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** One file that opens anywhere; the page's script and style are beside this program. */
export function htmlPage(report: ReplayReport): string {
  const read = (name: string): string => readFileSync(join(__dirname, 'webview', name), 'utf8');
  return standaloneHtml(report, read('trace.js'), read('trace.css'));
}
