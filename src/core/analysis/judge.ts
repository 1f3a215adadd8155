/** A suspicion becomes a finding: replay confirms it, refutes it, or says why it can't; the severity follows. */
import { bestKnown } from '../kernel/architectures.js';
import { violationClass } from '../machine/scenario.js';
import type { Cancellation } from '../ports.js';
import type { FunctionProgram } from '../program/ir.js';
import { explorationOfRaces } from '../replay/behind-bug.js';
import { JUDGE_BOUNDS, verdictOn } from '../replay/replay.js';
import type { ReplayOrder } from '../replay/replay-order.js';
import { truthsGiven } from '../replay/truths.js';
import type { ReplayWorld } from '../replay/world.js';
import type { Finding, Severity } from '../report/report.js';
import { pointersIntoTables } from './tracked-variables.js';
import type { Suspicion } from './suspicion.js';

/**
 * The order of the replay that judges a suspicion: on an architecture where the freer is live, else where it would be; on the one
 * that is known best, unless another is named.
 */
export function orderOf(suspicion: Suspicion, arch = bestKnown(placesOf(suspicion)) ?? 'any'): ReplayOrder {
  const { rule, walk, chain } = suspicion;
  const callersHold = chain.hops.at(-2)?.held ?? chain.entry;
  const truths = truthsGiven(walk.program.params, chain.values);
  return {
    walker: walk.ref,
    freer: rule.freer,
    tables: rule.tables,
    arch,
    held: callersHold,
    ...(truths ? { truths } : {}),
    added: [],
  };
}

const placesOf = ({ finding }: Suspicion): readonly string[] =>
  finding.live.length > 0 ? finding.live : finding.latent;

/** Where the replay on the architecture that is known best finds nothing, one with other tables and flushes is asked as well. */
export function judge(suspicion: Suspicion, world: ReplayWorld, cancellation: Cancellation): Finding {
  const order = orderOf(suspicion);
  const judged = judgedBy(order, suspicion, world, cancellation);
  const [other] = placesOf(suspicion).filter((each) => each !== order.arch);
  if (judged.verdict !== 'refuted' || other === undefined) return judged;
  const again = judgedBy(orderOf(suspicion, other), suspicion, world, cancellation);
  return again.verdict === 'confirmed' ? again : judged;
}

function judgedBy(
  order: ReplayOrder,
  suspicion: Suspicion,
  world: ReplayWorld,
  cancellation: Cancellation,
): Finding {
  const { finding } = suspicion;
  const outcome = verdictOn(world, order, cancellation);
  if (outcome.kind === 'not-replayable') {
    return { ...finding, verdict: 'not-replayable', reason: joined(finding.reason, outcome.reason) };
  }
  const exploration = explorationOfRaces(outcome.scenario, outcome.exploration, JUDGE_BOUNDS, cancellation);
  const sleeps = outcome.exploration.violations.some(({ kind }) => kind === 'sleep-in-atomic');
  const bug = sleeps ? 'it may sleep in atomic context, too' : '';
  const harmful = exploration.violations.filter(({ kind }) => violationClass(kind) === 'race');
  if (exploration.verdict === 'unknown') {
    return {
      ...finding,
      verdict: 'unknown',
      states: exploration.states,
      reason: joined(
        finding.reason,
        exploration.stopped === 'alone'
          ? 'what replay found needs no freer'
          : 'a bound of the search was reached',
      ),
    };
  }
  const [gravest] = harmful;
  const unseen = gravest ? undefined : handsTableOn(suspicion.walk.program);
  if (unseen !== undefined) {
    const reason = `replay found no race, but what ${unseen} does with the pointer into a table is not seen`;
    return {
      ...finding,
      verdict: 'unknown',
      states: exploration.states,
      reason: joined(finding.reason, reason, bug),
    };
  }
  if (!gravest) {
    return {
      ...finding,
      verdict: 'refuted',
      severity: 'info',
      states: exploration.states,
      reason: joined(finding.reason, 'replay found no race', bug),
    };
  }
  return {
    ...finding,
    verdict: 'confirmed',
    consequence: gravest.kind,
    states: exploration.states,
    severity: confirmedSeverity(suspicion),
    reason: joined(finding.reason, bug),
  };
}

/** A call through a pointer that is given a pointer into a table, as C text: the replay takes it to touch none. */
function handsTableOn(program: FunctionProgram): string | undefined {
  const pointers = pointersIntoTables(program);
  const call = program.steps.find(
    (step) =>
      step.op === 'call' &&
      step.callee.kind !== 'symbol' &&
      step.args.some((arg) => arg.kind === 'var' && pointers.has(arg.name)),
  );
  return call && `${/^[^(]*/.exec(call.text)?.[0] ?? ''}()`;
}

/** Error: live, confirmed, a walk that nobody owns, and a root that is seen to be reached at run time. */
function confirmedSeverity({ finding, chain }: Suspicion): Severity {
  if (finding.severity === 'info') return 'info';
  return chain.top.kind === 'root' && chain.top.start.kind !== 'unseen' ? 'error' : 'warning';
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');
