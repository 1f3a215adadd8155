/** A suspicion becomes a finding: replay confirms it, refutes it, or says why it can't; the severity follows. */
import { violationClass } from '../machine/scenario.js';
import type { Cancellation } from '../ports.js';
import { replayWalk, type ReplayOrder, type ReplayWorld } from '../replay/replay.js';
import type { Finding, Severity } from '../report/report.js';
import type { Suspicion } from './walk-findings.js';

/** The order of the replay that judges a suspicion: on the first architecture where the freer is live, else where it would be. */
export function orderOf(suspicion: Suspicion): ReplayOrder {
  const { finding, rule, walk, chain } = suspicion;
  const callersHold = chain.hops.at(-2)?.held;
  return {
    walker: walk.ref,
    freer: rule.freer,
    tables: rule.tables,
    arch: finding.live[0] ?? finding.latent[0] ?? 'any',
    held: callersHold ?? new Map(),
    added: [],
  };
}

export function judge(suspicion: Suspicion, world: ReplayWorld, cancellation: Cancellation): Finding {
  const { finding } = suspicion;
  const outcome = replayWalk(world, orderOf(suspicion), cancellation);
  if (outcome.kind === 'not-replayable') {
    return { ...finding, verdict: 'not-replayable', reason: joined(finding.reason, outcome.reason) };
  }
  const { exploration } = outcome;
  const harmful = exploration.violations.filter(({ kind }) => violationClass(kind) === 'race');
  if (exploration.verdict === 'unknown') {
    return {
      ...finding,
      verdict: 'unknown',
      states: exploration.states,
      reason: joined(finding.reason, 'a bound of the search was reached'),
    };
  }
  const [gravest] = harmful;
  if (!gravest) {
    return {
      ...finding,
      verdict: 'refuted',
      severity: 'info',
      states: exploration.states,
      reason: joined(finding.reason, 'replay found no race'),
    };
  }
  return {
    ...finding,
    verdict: 'confirmed',
    consequence: gravest.kind,
    states: exploration.states,
    severity: confirmedSeverity(suspicion),
  };
}

/** Error: live, confirmed, a walk that nobody owns, and a root that is seen to be reached at run time. */
function confirmedSeverity({ finding, chain }: Suspicion): Severity {
  if (finding.severity === 'info') return 'info';
  return chain.top.kind === 'root' && chain.top.start.kind !== 'unseen' ? 'error' : 'warning';
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');
