/** The replay of a `.race` file, for people and as JSON (docs/json.md). */
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { ThreadDecl } from '../machine/scenario.js';
import type { RaceFileReplay } from '../replay/race-file.js';
import { otherTraces } from '../replay/report.js';
import { renderTraceText, type RenderOptions } from '../trace/render.js';
import type { ReplayReport } from './report.js';

export type RaceFileReport = Pick<
  ReplayReport,
  | 'version'
  | 'tool'
  | 'verdict'
  | 'consequence'
  | 'kinds'
  | 'states'
  | 'ms'
  | 'assumptions'
  | 'trace'
  | 'scene'
  | 'others'
> & {
  readonly file: string;
  /** Each trace of the file: could it be followed again? */
  readonly saved: readonly {
    readonly kind: string;
    readonly outcome: 'same' | 'differs';
    /** The step that was not possible, from 0, and what was. */
    readonly at?: number;
    readonly wanted?: string;
    readonly possible?: readonly string[];
  }[];
  /** What the file expects and is not so. */
  readonly unexpected: readonly string[];
};

const VERDICTS = { race: 'confirmed', none: 'refuted', unknown: 'unknown' } as const;

export function raceFileReport(
  tool: string,
  file: string,
  { exploration, trace, others, saved, unexpected }: RaceFileReplay,
): RaceFileReport {
  const { steps, ...scene } = trace;
  return {
    version: 1,
    tool,
    file,
    verdict: VERDICTS[exploration.verdict],
    consequence: exploration.violations[0]?.kind ?? null,
    kinds: exploration.violations.map(({ kind }) => kind),
    states: exploration.states,
    ms: exploration.ms,
    assumptions: scene.assumptions,
    trace: steps,
    scene,
    ...otherTraces(others),
    saved: saved.map(({ kind, replay }) =>
      replay.outcome === 'same'
        ? { kind, outcome: 'same' }
        : { kind, outcome: 'differs', at: replay.at, wanted: replay.wanted, possible: replay.possible },
    ),
    unexpected,
  };
}

/** The thread that walks and the one that frees; where no role says so, the first and another one. */
export function sidesOf<T extends Pick<ThreadDecl, 'role'>>(
  threads: readonly T[],
): { readonly walker: T | undefined; readonly freer: T | undefined } {
  const walker = threads.find(({ role }) => role === 'walker') ?? threads[0];
  const freer = threads.find(({ role }) => role === 'freer') ?? threads.find((each) => each !== walker);
  return { walker, freer };
}

/** The same as the replay of a walker, for the trace page: the lane that walks against the lane that frees. */
export function raceFileAsReplay(
  tool: string,
  file: string,
  replayed: RaceFileReplay,
  bounds: ExplorationBounds,
): ReplayReport {
  const { verdict, consequence, kinds, states, ms, assumptions, trace, scene, saved, unexpected } =
    raceFileReport(tool, file, replayed);
  const { walker, freer } = sidesOf(replayed.scenario.threads);
  const lost = saved.flatMap(({ kind, outcome }) =>
    outcome === 'differs' ? [`the saved trace of ${kind} can't be followed`] : [],
  );
  return {
    version: 1,
    tool,
    walker: { file, function: walker?.title ?? file, line: 1 },
    freer: freer?.title ?? 'nothing',
    protections: [],
    verdict,
    consequence,
    kinds,
    bounds: { entries: scene?.bounds.entries ?? 0, levels: scene?.bounds.levels ?? [], ...bounds },
    states,
    ms,
    assumptions,
    trace,
    scene,
    reason: [...unexpected, ...lost].join('; '),
  };
}

/** The trace, then what became of the traces that the file holds. */
export function raceFileText(
  { trace, exploration, saved, unexpected }: RaceFileReplay,
  options: RenderOptions,
): string {
  const kinds = exploration.violations.map(({ kind }) => kind).join(', ');
  const verdict = VERDICTS[exploration.verdict];
  const lines = [
    ...saved.map(({ kind, replay }) =>
      replay.outcome === 'same'
        ? `the saved trace of ${kind} was followed to its end${replay.kind === kind ? '' : `, which is no ${kind} any more`}`
        : `the saved trace of ${kind} can't be followed: step ${replay.at + 1}, "${replay.wanted}", was not possible; possible were: ${replay.possible.join('; ')}`,
    ),
    ...unexpected,
  ];
  return [
    trace.title,
    `${verdict}${kinds === '' ? '' : `: ${kinds}`}`,
    '',
    renderTraceText(trace, options) + lines.map((line) => `${line}\n`).join(''),
  ].join('\n');
}
