/** A review as SARIF: introduced findings are new, fixed ones absent, remaining ones unchanged, or updated where the walk is another text or place. */
import type { Log, Result } from 'sarif';
import type { Finding } from '../report/report.js';
import { sarifOf, type SarifOptions } from '../report/sarif.js';
import type { Trace } from '../trace/trace.js';
import type { ReviewFinding, ReviewReport } from './report.js';

/** The races of what is introduced, by the finding's id. */
export type Races = ReadonlyMap<string, Trace>;

export function reviewSarif(
  report: ReviewReport,
  races: Races,
  options: Omit<SarifOptions, 'traceOf' | 'isKnown' | 'stateOf'>,
): Log {
  const states = new Map<Finding, Result.baselineState>(
    report.findings.map((finding) => [finding, stateOf(finding)]),
  );
  return sarifOf(
    {
      findings: report.findings,
      ...(report.givenUp ? { givenUp: report.givenUp } : {}),
      properties: {
        patch: report.patch,
        base: report.base,
        notes: report.notes,
        comments: report.comments,
      },
    },
    {
      ...options,
      traceOf: ({ id }) => races.get(id),
      stateOf: (finding) => states.get(finding) ?? 'unchanged',
    },
  );
}

function stateOf({ change, movedFrom }: ReviewFinding): Result.baselineState {
  switch (change) {
    case 'introduced':
      return 'new';
    case 'fixed':
      return 'absent';
    case 'remaining':
      return movedFrom ? 'updated' : 'unchanged';
  }
}
