/** A review as SARIF: introduced findings are new, fixed ones absent, remaining ones unchanged. */
import type { Log } from 'sarif';
import { sarifOf, type SarifOptions } from '../report/sarif.js';
import type { Change, ReviewReport } from './report.js';

const STATES = { introduced: 'new', fixed: 'absent', remaining: 'unchanged' } as const satisfies Record<
  Change,
  string
>;

export function reviewSarif(report: ReviewReport, options: SarifOptions): Log {
  const changes = new Map(report.findings.map((finding) => [finding.id, finding.change]));
  return sarifOf(
    {
      findings: report.findings,
      properties: { patch: report.patch, base: report.base, comments: report.comments },
    },
    { ...options, stateOf: ({ id }) => STATES[changes.get(id) ?? 'remaining'] },
  );
}
