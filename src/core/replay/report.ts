/** A replay as it is reported. */
import { DEFAULT_BOUNDS } from '../explorer/exploration.js';
import { violationClass } from '../machine/scenario.js';
import type { OtherTrace, ReplayReport, Verdict } from '../report/report.js';
import type { Trace } from '../trace/trace.js';
import type { ReplayOutcome } from './replay.js';
import type { ReplayOrder } from './replay-order.js';

const VERDICTS: Readonly<Record<'race' | 'none' | 'unknown', Exclude<Verdict, 'not-run'>>> = {
  race: 'confirmed',
  none: 'refuted',
  unknown: 'unknown',
};

export function replayReport(tool: string, order: ReplayOrder, outcome: ReplayOutcome): ReplayReport {
  const bounds = { ...DEFAULT_BOUNDS, ...order.bounds };
  const common = {
    version: 1,
    tool,
    walker: { file: order.walker.file, function: order.walker.facts.name, line: order.walker.facts.line },
    freer: freerName(order.freer),
    protections: [...new Set(order.added.map(({ text }) => text))],
    ...(order.without ? { without: [...order.without].sort() } : {}),
    ...(order.ownsRange ? { ownsRange: true as const } : {}),
  } as const;
  if (outcome.kind === 'not-replayable') {
    return {
      ...common,
      verdict: 'not-replayable',
      consequence: null,
      kinds: [],
      bounds: { entries: 0, levels: [], ...bounds },
      states: 0,
      ms: 0,
      assumptions: outcome.assumptions,
      trace: [],
      scene: null,
      reason: outcome.reason,
    };
  }
  const { exploration, trace } = outcome;
  const { steps, ...scene } = trace;
  const harmful = exploration.violations.filter(({ kind }) => violationClass(kind) !== 'info');
  return {
    ...common,
    verdict: VERDICTS[exploration.verdict],
    consequence: harmful[0]?.kind ?? exploration.violations[0]?.kind ?? null,
    kinds: exploration.violations.map(({ kind }) => kind),
    bounds: { entries: scene.bounds.entries, levels: scene.bounds.levels, ...bounds },
    states: exploration.states,
    ms: exploration.ms,
    assumptions: scene.assumptions,
    trace: steps,
    scene,
    ...otherTraces(outcome.others),
    reason: exploration.stopped === undefined ? '' : STOPPED[exploration.stopped],
  };
}

/** The field of a report; none when there is nothing to put in it. */
export function otherTraces(traces: readonly Trace[]): Pick<ReplayReport, 'others'> {
  const others = traces.flatMap(({ kind, headline, minimal, pages, steps }): readonly OtherTrace[] =>
    kind === undefined ? [] : [{ kind, headline, ...(minimal ? { minimal } : {}), pages, trace: steps }],
  );
  return others.length > 0 ? { others } : {};
}

/** As `--against` takes it. */
function freerName(freer: ReplayOrder['freer']): string {
  if (typeof freer === 'string') return freer;
  const { file, facts } = freer.function;
  return `${file}:${facts.name}`;
}

const STOPPED = {
  alone: 'what was found the walk does by itself, on ways that the model can not exclude',
  states: 'stopped early: the bound on states was reached',
  time: 'stopped early: the bound on time was reached',
  cancelled: 'stopped early: it was cancelled',
} as const;
