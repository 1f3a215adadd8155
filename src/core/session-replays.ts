/** The replays of a session: of a walk that somebody names, and of what the analysis suspects. */
import type { Diagnoses } from './analysis/diagnoses.js';
import { judge } from './analysis/judge.js';
import type { Suspicion } from './analysis/suspicion.js';
import { NEVER_CANCELLED, type Cancellation } from './ports.js';
import { freersFor, type FreerChoice } from './replay/order.js';
import { replayWalk, type ReplayOutcome } from './replay/replay.js';
import { replayReport } from './replay/report.js';
import { createRequests, type ReplayRequest, type WalkName } from './replay/requests.js';
import type { Finding, ReplayReport } from './report/report.js';
import type { Worlds } from './session-worlds.js';

export interface ReplayPorts {
  readonly root: string;
  readonly tool: string;
  readonly worlds: Pick<Worlds, 'sources' | 'walk' | 'replay'>;
  readonly diagnoses: Pick<Diagnoses, 'inContext'>;
}

export interface Replays {
  /** Throws RequestError when the function, the freer or a protection is not known. */
  readonly replay: (request: ReplayRequest, cancellation?: Cancellation) => ReplayReport;
  /** The replay with its scenario, for exports. */
  readonly explore: (request: ReplayRequest, cancellation?: Cancellation) => ReplayOutcome;
  readonly freers: (walk: WalkName) => readonly FreerChoice[];
  /** What is told of a suspicion, with the verdict of a replay where one is asked for. */
  readonly confirmed: (suspicion: Suspicion, replay: boolean, cancellation: Cancellation) => Finding;
}

export function createReplays({ root, tool, worlds, diagnoses }: ReplayPorts): Replays {
  const { see, read } = worlds.sources;
  const { find, order } = createRequests({ root, world: worlds.walk, see, read });
  return {
    replay: (request, cancellation = NEVER_CANCELLED) => {
      const asked = order(request);
      return replayReport(tool, asked, replayWalk(worlds.replay, asked, cancellation));
    },
    explore: (request, cancellation = NEVER_CANCELLED) =>
      replayWalk(worlds.replay, order(request), cancellation),
    freers: (walk) => freersFor(worlds.walk, find(walk)),
    confirmed: (suspicion, replay, cancellation) =>
      diagnoses.inContext(
        replay ? judge(suspicion, worlds.replay, cancellation) : suspicion.finding,
        suspicion,
      ),
  };
}
