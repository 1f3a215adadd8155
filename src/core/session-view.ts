/** What a review sees of a session's tree: its functions, judged as they are shown now. */
import type { Suspicion } from './analysis/suspicion.js';
import { analyseFunction } from './analysis/walk-findings.js';
import type { WalkWorld } from './analysis/walk-world.js';
import { standing } from './analysis/wrong-lock.js';
import type { Sources } from './analysis/sources.js';
import type { FunctionRef } from './index/link.js';
import type { Finding, ReplayReport } from './report/report.js';
import type { ReplayRequest } from './replay/requests.js';
import { applySuppressions, UNUSED } from './report/suppressions.js';
import { replayedWalk } from './report/words.js';
import type { View } from './review/looks.js';
import { openRoots } from './review/open-roots.js';
import { toldOnce } from './scan.js';

export interface ViewWorld {
  readonly sources: Sources;
  readonly world: WalkWorld;
  /** The functions of a file that are worth looking at. */
  readonly functionsOf: (path: string) => readonly FunctionRef[];
  /** Files of the tree that are worth looking at. */
  readonly walking: () => readonly string[];
  /** A finding as it is told, replayed or not. */
  readonly confirmed: (suspicion: Suspicion, replay: boolean) => Finding;
  readonly replay: (request: ReplayRequest) => ReplayReport;
}

export function createView({ sources, world, functionsOf, walking, confirmed, replay }: ViewWorld): View {
  /** What no comment allows; that a comment meets nothing can't be said of a part of a file. */
  const allowed = (findings: readonly Finding[], path: string): readonly Finding[] =>
    applySuppressions(findings, [path], (file) => sources.read(file)).findings.filter(
      ({ rule }) => rule !== UNUSED,
    );
  return {
    world,
    read: sources.read,
    see: (path) => sources.see(path),
    filesWith: (word) => sources.mentioning([word]).length,
    walking,
    candidates: functionsOf,
    judge: (ref, withReplay) => {
      const { suspicions, findings, walkers } = analyseFunction(ref, world);
      const judged = suspicions.map((each) => confirmed(each, withReplay));
      return {
        walkers,
        findings: allowed(toldOnce([...judged, ...standing(findings, judged)]), ref.file),
        open: new Map(suspicions.map((each) => [each.finding.id, openRoots(each)])),
      };
    },
    replay: (finding) =>
      finding.freer === null
        ? undefined
        : replay({ ...replayedWalk(finding), freer: finding.freer, with: [] }),
  };
}
