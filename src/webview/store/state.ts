/** What the page knows, and what can be derived from it. Plain data; `update` (update.ts) makes the next one. */
import type { ReplayReport } from '../../core/report/report.js';
import type { MatrixCell, WhatIf } from '../../core/replay/what-ifs.js';
import type { ReplayKey } from '../protocol.js';
import { rowsOf } from '../model/fold.js';
import type { Row } from '../model/fold.js';
import { historyOf } from '../model/history.js';
import type { Subject } from '../model/history.js';
import type { Story } from '../model/story.js';

/** A verdict seen on this page, to set the next one against it. */
export interface Seen {
  readonly key: ReplayKey;
  readonly verdict: ReplayReport['verdict'];
  readonly consequence: ReplayReport['consequence'];
  readonly states: number;
}

export interface Shown {
  readonly key: ReplayKey;
  /** As it came. */
  readonly whole: ReplayReport;
  /** As it is for the kind that is shown. */
  readonly report: ReplayReport;
  readonly story: Story | null;
  readonly whatIfs: readonly WhatIf[];
  readonly step: number;
  /** First steps of the groups that are folded. */
  readonly folded: ReadonlySet<number>;
}

export interface PageState {
  /** Is there an editor behind the page that can run the emulator? */
  readonly hasHost: boolean;
  readonly shown: Shown | null;
  /** The verdict before the present one, when a what-if changed it. */
  readonly previous: Seen | null;
  readonly matrix: readonly MatrixCell[] | null;
  /** The text of what the host is doing. */
  readonly busy: string | null;
  /** The replay that was asked for and has not come yet. */
  readonly asked: ReplayKey | null;
  readonly error: string | null;
  readonly filter: string;
  readonly isPlaying: boolean;
  readonly subject: Subject | null;
  readonly isHelpOpen: boolean;
  /** The step to show first, from the saved state. */
  readonly restored: { readonly key: ReplayKey; readonly step: number } | null;
}

export const initialState = (hasHost: boolean, restored: PageState['restored'] = null): PageState => ({
  hasHost,
  shown: null,
  previous: null,
  matrix: null,
  busy: null,
  asked: null,
  error: null,
  filter: '',
  isPlaying: false,
  subject: null,
  isHelpOpen: false,
  restored,
});

export const rowsOfState = (state: PageState): readonly Row[] => {
  const { shown } = state;
  if (shown?.story == null) return [];
  return rowsOf(shown.story.steps, shown.story.groups, shown.folded, state.filter);
};

/** Steps that touched the inspected table or lock. */
export const inspectedSteps = (state: PageState): readonly number[] =>
  state.subject === null || state.shown?.story == null
    ? []
    : historyOf(state.shown.story.steps, state.subject);

/** Same walk, same freer: only what is added to the walk may differ. */
export const isSameWalk = (a: ReplayKey, b: ReplayKey): boolean =>
  a.document === b.document && a.function === b.function && a.freer === b.freer;

export const isSameReplay = (a: ReplayKey, b: ReplayKey): boolean =>
  isSameWalk(a, b) &&
  a.protections.length === b.protections.length &&
  a.protections.every((each) => b.protections.includes(each));

/** The key with one protection more, or without it where it has it. */
export const toggled = (key: ReplayKey, protection: string): ReplayKey => ({
  ...key,
  protections: key.protections.includes(protection)
    ? key.protections.filter((each) => each !== protection)
    : [...key.protections, protection],
});
