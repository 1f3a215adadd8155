/** A scan in the format that was asked for. */
import { pathToFileURL } from 'node:url';
import { scanCheckpatch } from '../core/report/checkpatch.js';
import { toJson } from '../core/report/json.js';
import type { Finding, ScanReport } from '../core/report/report.js';
import { scanSarif } from '../core/report/sarif.js';
import { scanText } from '../core/report/text.js';
import { replayedWalk } from '../core/report/words.js';
import { sourceLines } from '../core/replay/replay.js';
import type { Session } from '../core/session.js';
import type { Trace } from '../core/trace/trace.js';
import { rulePages } from './rule-pages.js';
import type { Terminal } from './terminal.js';
import { VERSION } from './version.js';

export const SCAN_FORMATS = ['text', 'json', 'sarif', 'checkpatch'] as const;
export type ScanFormat = (typeof SCAN_FORMATS)[number];

export interface ScanContext {
  readonly session: Session;
  readonly terminal: Terminal;
  /** With a baseline: is the finding in it? */
  readonly isKnown?: (finding: Finding) => boolean;
}

export function scanWritten(report: ScanReport, format: ScanFormat, context: ScanContext): string {
  const { session, terminal, isKnown } = context;
  const sourceLine = sourceLines((file) => session.read(file));
  switch (format) {
    case 'json':
      return toJson(report);
    case 'text':
      return scanText(report, {
        paints: terminal.colors,
        sourceLine,
        ...(isKnown ? { nothing: 'nothing new found' } : {}),
      });
    case 'checkpatch':
      return scanCheckpatch(report, sourceLine);
    case 'sarif':
      return toJson(
        scanSarif(report, {
          version: VERSION,
          rootUri: `${pathToFileURL(report.root).href.replace(/\/$/, '')}/`,
          rules: rulePages(),
          traceOf: (finding) => traceOf(finding, session),
          ...(isKnown ? { isKnown } : {}),
        }),
      );
  }
}

/** The steps of a confirmed finding: run again, so that a report of thousands need not hold them all. */
function traceOf(finding: Finding, session: Session): Trace | undefined {
  if (finding.freer === null || finding.severity === 'info') return undefined;
  const { scene, trace } = session.replay({ ...replayedWalk(finding), freer: finding.freer, with: [] });
  return scene === null ? undefined : { ...scene, steps: trace };
}
