/** The order of findings, and which of them are reported. The same input gives the same order with any number of workers. */
import { SEVERITIES, type Finding, type Severity, type WalkerReport, type WalkJudgement } from './report.js';

/** By file, then line, then column, then rule, then id; text by code units, so that no locale changes it. */
export function inOrder<F extends Finding>(findings: readonly F[]): readonly F[] {
  const key = ({ file, line, column, rule, id }: Finding): readonly (string | number)[] => [
    file,
    line,
    column,
    rule,
    id,
  ];
  return [...findings].sort((a, b) => compare(key(a), key(b)));
}

function compare(left: readonly (string | number)[], right: readonly (string | number)[]): number {
  for (const [at, value] of left.entries()) {
    const other = right[at] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** The graver, the more; never zero. */
export const gravityOf = (severity: Severity): number => SEVERITIES.length - SEVERITIES.indexOf(severity);

/** Findings that are at least as grave as asked. */
export function atLeast(findings: readonly Finding[], severity: Severity): readonly Finding[] {
  return findings.filter((finding) => gravityOf(finding.severity) >= gravityOf(severity));
}

/** Does a finding count on one of these? One that names no architecture holds for all of them. */
export function isOn({ live, latent }: Finding, architectures: readonly string[]): boolean {
  const named = [...live, ...latent];
  return named.length === 0 || named.some((architecture) => architectures.includes(architecture));
}

/** How many there are of each severity, gravest first. */
export function countBySeverity(
  findings: readonly Finding[],
): readonly { readonly severity: Severity; readonly count: number }[] {
  return SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((each) => each.severity === severity).length,
  }));
}

/** How many walkers there are of each judgement: all of them, so that they add up. */
export function countByJudgement(walkers: readonly WalkerReport[]): Readonly<Record<WalkJudgement, number>> {
  const counts: Record<WalkJudgement, number> = {
    reported: 0,
    latent: 0,
    owned: 0,
    context: 0,
    protected: 0,
    unjudged: 0,
  };
  for (const { judgement } of walkers) counts[judgement] += 1;
  return counts;
}
