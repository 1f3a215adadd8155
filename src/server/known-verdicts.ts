/** What the last replay of a document knew, for the findings of the next check. Pure. */
import type { Finding } from '../core/report/report.js';

/** Verdicts by finding, and the findings that the replay did not have: the whole tree protects them. */
export interface Known {
  readonly verdicts: ReadonlyMap<string, Finding>;
  readonly absent: ReadonlySet<string>;
}

export const NOTHING_KNOWN: Known = { verdicts: new Map(), absent: new Set() };

/** What is known after a replay of what a check had found. */
export function knownBy(confirmed: readonly Finding[], checked: readonly Finding[]): Known {
  const present = new Set(confirmed.map(({ id }) => id));
  return {
    verdicts: new Map(
      confirmed.filter(({ verdict }) => verdict !== 'not-run').map((finding) => [finding.id, finding]),
    ),
    absent: new Set(checked.map(({ id }) => id).filter((id) => !present.has(id))),
  };
}

/** Findings with what an earlier replay knew of them, where this check does not know it. */
export function withKnown(findings: readonly Finding[], { verdicts, absent }: Known): readonly Finding[] {
  return findings
    .filter(({ id }) => !absent.has(id))
    .map((finding) => {
      const known = verdicts.get(finding.id);
      if (known === undefined || finding.verdict !== 'not-run') return finding;
      const { verdict, severity, consequence, states, reason } = known;
      return { ...finding, verdict, severity, consequence, states, reason };
    });
}
