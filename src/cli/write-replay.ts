/** A replay in the format that was asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJson } from '../core/report/json.js';
import type { ReplayReport } from '../core/report/report.js';
import { replayText } from '../core/report/replay-text.js';
import type { ReplayRequest, Session } from '../core/session.js';
import { sourceLines } from '../core/replay/replay.js';
import { standaloneHtml } from '../webview/standalone.js';
import { UsageError } from './status.js';
import type { Terminal } from './terminal.js';
import { scenarioWritten } from './write-scenario.js';

export const REPLAY_FORMATS = ['text', 'json', 'race', 'html', 'promela', 'c'] as const;
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
    case 'c': {
      const outcome = session.explore(request);
      if (outcome.kind === 'not-replayable') throw new UsageError(`not replayable: ${outcome.reason}`);
      return scenarioWritten(outcome.scenario, outcome.exploration, format);
    }
  }
}

/** One file that opens anywhere; the page's script and style are beside this program. */
export function htmlPage(report: ReplayReport): string {
  const read = (name: string): string => readFileSync(join(__dirname, 'webview', name), 'utf8');
  return standaloneHtml(report, read('trace.js'), read('trace.css'));
}
