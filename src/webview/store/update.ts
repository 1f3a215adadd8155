/** The one place where the page's state changes: `update(state, action) -> [next, messages to the host]`. Pure. */
import type { MatrixCell } from '../../core/replay/what-ifs.js';
import type { FromPage, ReplayKey, ToPage } from '../protocol.js';
import { rowOfStep } from '../model/fold.js';
import { currentPlaces } from '../model/lanes.js';
import { historyOf } from '../model/history.js';
import type { Subject } from '../model/history.js';
import { reportOfKind } from '../model/kinds.js';
import { markedSteps } from '../model/tracks.js';
import { tellStory } from '../model/story.js';
import type { Story } from '../model/story.js';
import { isSameReplay, isSameWalk, rowsOfState, toggled } from './state.js';
import type { PageState, Shown } from './state.js';
import { said } from '../l10n.js';

export type Move = Extract<ToPage, { type: 'go' }>['to'] | 'next-mark';

export type Action =
  | { readonly type: 'message'; readonly message: ToPage }
  | { readonly type: 'move'; readonly to: Move }
  | { readonly type: 'fold'; readonly what: 'here' | 'all'; readonly fold: boolean }
  | { readonly type: 'fold-group'; readonly start: number; readonly fold: boolean }
  | { readonly type: 'filter'; readonly text: string }
  | { readonly type: 'play'; readonly on: boolean }
  | { readonly type: 'tick' }
  | { readonly type: 'inspect'; readonly subject: Subject | null }
  | { readonly type: 'help'; readonly open: boolean }
  | { readonly type: 'what-if'; readonly protection: string }
  | { readonly type: 'replay'; readonly key: ReplayKey }
  | { readonly type: 'ask-matrix' }
  /** The trace of the n-th kind, from 1. */
  | { readonly type: 'kind'; readonly number: number }
  | { readonly type: 'dismiss-error' };

export type Update = readonly [state: PageState, posts: readonly FromPage[]];

export function update(state: PageState, action: Action): Update {
  switch (action.type) {
    case 'message':
      return receive(state, action.message);
    case 'move':
      return move({ ...state, isPlaying: false }, action.to);
    case 'fold':
      return [action.what === 'all' ? foldAll(state, action.fold) : foldHere(state, action.fold), []];
    case 'fold-group':
      return [foldGroups(state, [action.start], action.fold), []];
    case 'filter':
      return [{ ...state, filter: action.text }, []];
    case 'play':
      return play(state, action.on);
    case 'tick':
      return tick(state);
    case 'inspect':
      return [{ ...state, subject: action.subject }, []];
    case 'help':
      return [{ ...state, isHelpOpen: action.open }, []];
    case 'what-if':
      return state.shown === null
        ? [state, []]
        : replay(state, toggled(state.asked ?? state.shown.key, action.protection));
    case 'replay':
      return replay(state, action.key);
    case 'kind':
      return showKind(state, action.number);
    case 'ask-matrix':
      return state.shown === null
        ? [state, []]
        : [
            { ...state, busy: said('Trying each protection against each freer') },
            [{ type: 'matrix', key: state.shown.key }],
          ];
    case 'dismiss-error':
      return [{ ...state, error: null }, []];
  }
}

function receive(state: PageState, message: ToPage): Update {
  switch (message.type) {
    case 'show':
      return show(state, message);
    case 'busy':
      return [{ ...state, busy: message.text, error: null }, []];
    case 'matrix':
      return [{ ...state, matrix: message.cells, busy: null }, []];
    case 'error':
      return [{ ...state, error: message.message, busy: null, asked: null }, []];
    case 'go':
      return move({ ...state, isPlaying: false }, message.to);
  }
}

function show(state: PageState, message: Extract<ToPage, { type: 'show' }>): Update {
  const { key, report, whatIfs } = message;
  const story = tellStory(report);
  const old = state.shown;
  const isSame = old !== null && isSameWalk(old.key, key);
  const last = (story?.steps.length ?? 0) - 1;
  const remembered =
    state.restored !== null && isSameReplay(state.restored.key, key) ? state.restored.step : undefined;
  const wanted =
    message.step ?? remembered ?? (isSame && isSameReplay(old.key, key) ? old.step : story?.fatal) ?? 0;
  const shown: Shown = {
    key,
    whole: report,
    report,
    story,
    whatIfs,
    step: Math.max(0, Math.min(wanted, last)),
    folded: new Set((story?.groups ?? []).map((group) => group.start)),
  };
  const isChange = isSame && !isSameReplay(old.key, key);
  const next: PageState = {
    ...state,
    shown,
    previous: isChange
      ? {
          key: old.key,
          verdict: old.whole.verdict,
          consequence: old.whole.consequence,
          states: old.whole.states,
        }
      : isSame
        ? state.previous
        : null,
    matrix: isSame || isSameFunction(state.matrix, old?.key ?? null, key) ? state.matrix : null,
    filter: isSame ? state.filter : '',
    subject: isSame && knows(story, state.subject) ? state.subject : null,
    busy: null,
    asked: null,
    error: null,
    isPlaying: false,
    restored: null,
  };
  return stepped(reveal(next, shown.step));
}

/** Another kind of the same report, from its fatal step on. */
function showKind(state: PageState, number: number): Update {
  const { shown } = state;
  const report = shown === null ? undefined : reportOfKind(shown.whole, number);
  if (shown === null || report === undefined || report.consequence === shown.report.consequence)
    return [state, []];
  const story = tellStory(report);
  const step = story?.fatal ?? 0;
  const folded = new Set((story?.groups ?? []).map((group) => group.start));
  const next: PageState = {
    ...state,
    shown: { ...shown, report, story, step, folded },
    subject: knows(story, state.subject) ? state.subject : null,
    isPlaying: false,
  };
  return stepped(reveal(next, step));
}

/** The matrix belongs to the walker: it stays when only the freer changes. */
const isSameFunction = (
  matrix: readonly MatrixCell[] | null,
  old: ReplayKey | null,
  key: ReplayKey,
): boolean => matrix !== null && old?.document === key.document && old.function === key.function;

const knows = (story: Story | null, subject: Subject | null): boolean =>
  story !== null &&
  subject !== null &&
  [...story.scene.pages, ...story.scene.locks].some((each) => each.name === subject.name);

const replay = (state: PageState, key: ReplayKey): Update => [
  { ...state, asked: key, busy: said('Running the emulator'), error: null, isPlaying: false },
  [{ type: 'replay', key }],
];

function move(state: PageState, to: Move): Update {
  const { shown } = state;
  if (shown?.story == null || shown.story.steps.length === 0) return [state, []];
  const step = destination(state, shown.story, shown.step, to);
  if (step === null || step === shown.step) return [state, []];
  return stepped(reveal({ ...state, shown: { ...shown, step } }, step));
}

function destination(state: PageState, story: Story, now: number, to: Move): number | null {
  const rows = rowsOfState(state);
  const here = rowOfStep(rows, now);
  switch (to) {
    case 'first':
      return rows[0]?.end ?? null;
    case 'last':
      return rows.at(-1)?.end ?? null;
    case 'next':
      return (here < 0 ? rows.find((row) => row.end > now) : rows[here + 1])?.end ?? null;
    case 'previous':
      return (here < 0 ? rows.filter((row) => row.end < now).at(-1) : rows[here - 1])?.end ?? null;
    case 'next-switch':
      return story.runStarts.find((start) => start > now) ?? null;
    case 'previous-switch':
      return story.runStarts.filter((start) => start < now).at(-1) ?? null;
    case 'next-mark': {
      const marked = markedSteps(story.marks);
      return marked.find((step) => step > now) ?? marked[0] ?? null;
    }
    default:
      return Math.max(0, Math.min(to, story.steps.length - 1));
  }
}

/** A step that is inside a folded group stays folded only when it is the group's last one, which the fold's row stands for. */
function reveal(state: PageState, step: number): PageState {
  const group = state.shown?.story?.groups.find((each) => each.start <= step && step < each.end);
  return group === undefined ? state : foldGroups(state, [group.start], false);
}

function foldGroups(state: PageState, starts: readonly number[], fold: boolean): PageState {
  const { shown } = state;
  if (shown === null) return state;
  const folded = new Set(shown.folded);
  for (const start of starts) {
    if (fold) folded.add(start);
    else folded.delete(start);
  }
  const inside = shown.story?.groups.find(
    (group) => folded.has(group.start) && group.start <= shown.step && shown.step < group.end,
  );
  return { ...state, shown: { ...shown, folded, step: inside?.end ?? shown.step } };
}

const foldAll = (state: PageState, fold: boolean): PageState =>
  foldGroups(
    state,
    (state.shown?.story?.groups ?? []).map((group) => group.start),
    fold,
  );

function foldHere(state: PageState, fold: boolean): PageState {
  const step = state.shown?.step ?? 0;
  const group = state.shown?.story?.groups.find((each) => each.start <= step && step <= each.end);
  return group === undefined ? state : foldGroups(state, [group.start], fold);
}

function play(state: PageState, on: boolean): Update {
  const story = state.shown?.story;
  if (!on || story == null || story.steps.length === 0) return [{ ...state, isPlaying: false }, []];
  const isAtEnd = destination(state, story, state.shown?.step ?? 0, 'next') === null;
  const [next, posts] = isAtEnd ? move(state, 'first') : [state, []];
  return [{ ...next, isPlaying: true }, posts];
}

function tick(state: PageState): Update {
  if (!state.isPlaying) return [state, []];
  const [next, posts] = move(state, 'next');
  return next === state ? [{ ...state, isPlaying: false }, []] : [next, posts];
}

function stepped(state: PageState): Update {
  const { shown } = state;
  if (shown?.story == null || shown.story.steps.length === 0) return [state, []];
  return [
    state,
    [{ type: 'stepped', step: shown.step, places: currentPlaces(shown.story.steps, shown.step) }],
  ];
}

/** Steps that touched the inspected table or lock. */
export const inspectedSteps = (state: PageState): readonly number[] =>
  state.subject === null || state.shown?.story == null
    ? []
    : historyOf(state.shown.story.steps, state.subject);
