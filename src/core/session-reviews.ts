/** Reviews of a session: the tree with other texts for a while, and a series of patches judged on it. */
import { NEVER_CANCELLED, type Files } from './ports.js';
import type { ReplayReport } from './report/report.js';
import type { StagePorts } from './review/judged.js';
import { largePatches, type JudgedFiles, type LargePatch } from './review/large.js';
import type { Looks } from './review/looks.js';
import type { ReviewInput } from './review/placed.js';
import type { ReviewFinding, ReviewReport } from './review/report.js';
import { reviewSeries } from './review/review.js';
import { createLooks, createShowing, type LookPorts, type Showing } from './review/session-looks.js';
import type { Documents } from './session-documents.js';
import type { Replays } from './session-replays.js';
import { createView, type ViewWorld } from './session-view.js';

export interface ReviewPorts extends StagePorts {
  /** What other threads have judged of it; absent: nothing. */
  readonly judged?: readonly JudgedFiles[];
  /** Told of each race that is introduced: it can't be replayed any more when the review has ended. */
  readonly race?: (finding: ReviewFinding, race: ReplayReport) => void;
}

export interface Reviews {
  /** Judges a series of patches on the tree as it is; nothing is written. Never throws for what the patches are. */
  readonly review: (input: ReviewInput, ports: ReviewPorts) => ReviewReport;
  /** Patches of a review whose files are worth sharing among threads (`judgeFiles`). */
  readonly largePatches: (input: ReviewInput) => readonly LargePatch[];
  /** The tree with some texts changed, for one look. */
  readonly looks: Looks;
  readonly showing: Showing;
}

export interface ReviewerPorts {
  readonly root: string;
  readonly tool: string;
  readonly files: Files;
  readonly documents: Pick<Documents, 'isOpen' | 'changed'>;
  readonly replays: Pick<Replays, 'confirmed' | 'replay'>;
  readonly seen: Omit<ViewWorld, 'confirmed' | 'replay'>;
  readonly isOfTree: LookPorts['isOfTree'];
  readonly over: LookPorts['over'];
}

export function createReviews(ports: ReviewerPorts): Reviews {
  const { root, tool, files, documents, replays, seen, isOfTree, over } = ports;
  const { isOpen, changed } = documents;
  const view = createView({
    ...seen,
    confirmed: (suspicion, isReplayed) => replays.confirmed(suspicion, isReplayed, NEVER_CANCELLED),
    replay: replays.replay,
  });
  const showing = createShowing({ sources: seen.sources, isOpen, changed, view });
  const looks = createLooks({ files, own: showing, isOfTree, over });
  return {
    looks,
    showing,
    review: (input, { judged = [], race, ...stages }) =>
      reviewSeries(input, { tool, root, files, looks, judged, ...(race ? { race } : {}) }, stages),
    largePatches: (input) => largePatches(input, files),
  };
}
