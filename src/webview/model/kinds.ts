/** A report has a trace for each kind of violation: the page shows one of them, as if the report were about that kind. */
import type { ReplayReport } from '../../core/report/report.js';

/** The report as it is for its n-th kind, from 1; undefined when there are not so many, or that kind has no trace. */
export function reportOfKind(report: ReplayReport, number: number): ReplayReport | undefined {
  const { scene } = report;
  const kind = report.kinds[number - 1];
  if (kind === undefined || scene === null) return undefined;
  if (kind === scene.kind) return report;
  const other = report.others?.find((each) => each.kind === kind);
  if (other === undefined) return undefined;
  const { headline, minimal, pages, trace } = other;
  return {
    ...report,
    consequence: kind,
    trace,
    scene: { ...scene, kind, headline, pages, ...(minimal ? { minimal } : {}) },
  };
}
