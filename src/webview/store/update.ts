/** The one place where the page's state changes: `update(state, action) -> [next, messages to the host]`. Pure. */
import type { MatrixCell } from '../../core/replay/what-ifs.js';
import type { ReplayKey, ToPage } from '../protocol.js';
import type { Subject } from '../model/history.js';
import { reportOfKind } from '../model/kinds.js';
import { tellStory } from '../model/story.js';
import type { Story } from '../model/story.js';
import { said } from '../l10n.js';
import type { Action, Update } from './actions.js';
import { isSameReplay, isSameWalk, toggled } from './state.js';
import type { PageState, Shown } from './state.js';
import { foldAll, foldGroups, foldHere, move, play, reveal, stepped, tick } from './steps.js';

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
