/** Going from step to step, and the folds around them: the step that is shown is never hidden in one. Pure. */
import { rowOfStep } from '../model/fold.js';
import { currentPlaces } from '../model/lanes.js';
import { markedSteps } from '../model/tracks.js';
import type { Story } from '../model/story.js';
import type { Move, Update } from './actions.js';
import { rowsOfState } from './state.js';
import type { PageState } from './state.js';

export function move(state: PageState, to: Move): Update {
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
export function reveal(state: PageState, step: number): PageState {
  const group = state.shown?.story?.groups.find((each) => each.start <= step && step < each.end);
  return group === undefined ? state : foldGroups(state, [group.start], false);
}

export function foldGroups(state: PageState, starts: readonly number[], fold: boolean): PageState {
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

export const foldAll = (state: PageState, fold: boolean): PageState =>
  foldGroups(
    state,
    (state.shown?.story?.groups ?? []).map((group) => group.start),
    fold,
  );

export function foldHere(state: PageState, fold: boolean): PageState {
  const step = state.shown?.step ?? 0;
  const group = state.shown?.story?.groups.find((each) => each.start <= step && step <= each.end);
  return group === undefined ? state : foldGroups(state, [group.start], fold);
}

export function play(state: PageState, on: boolean): Update {
  const story = state.shown?.story;
  if (!on || story == null || story.steps.length === 0) return [{ ...state, isPlaying: false }, []];
  const isAtEnd = destination(state, story, state.shown?.step ?? 0, 'next') === null;
  const [next, posts] = isAtEnd ? move(state, 'first') : [state, []];
  return [{ ...next, isPlaying: true }, posts];
}

export function tick(state: PageState): Update {
  if (!state.isPlaying) return [state, []];
  const [next, posts] = move(state, 'next');
  return next === state ? [{ ...state, isPlaying: false }, []] : [next, posts];
}

export function stepped(state: PageState): Update {
  const { shown } = state;
  if (shown?.story == null || shown.story.steps.length === 0) return [state, []];
  return [
    state,
    [{ type: 'stepped', step: shown.step, places: currentPlaces(shown.story.steps, shown.step) }],
  ];
}
