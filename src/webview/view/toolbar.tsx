/** The controls above the timeline: stepping, marks, filter, folding. Every one has a key. */
import type { Ref } from 'preact';
import { rowsOfState } from '../store/state.js';
import { markedSteps } from '../model/tracks.js';
import { count } from '../model/words.js';
import { IconButton } from './icon.js';
import type { StoryView } from './context.js';
import type { Action, Move } from '../store/actions.js';
import { rich, useTranslate } from './translated.js';

export function Toolbar({
  state,
  shown,
  story,
  dispatch,
  filterRef,
}: StoryView & { readonly filterRef: Ref<HTMLInputElement> }) {
  const t = useTranslate();
  const go = (to: Move) => () => dispatch({ type: 'move', to });
  const rows = rowsOfState(state);
  const visible = rows.reduce((sum, row) => sum + row.end - row.start + 1, 0);
  const hidden = story.steps.length - visible;
  const hasFilter = state.filter.trim() !== '';
  return (
    <div class="toolbar" role="group" aria-label={t('Steps')}>
      <Stepping go={go} isPlaying={state.isPlaying} dispatch={dispatch} />
      <p class="position">
        {rich(t('step {0} of {1}'), <strong>{shown.step + 1}</strong>, story.steps.length)}
      </p>
      <Jumps go={go} hasMarks={markedSteps(story.marks).length > 0} />
      <Folding isDisabled={hasFilter || story.groups.length === 0} dispatch={dispatch} />
      <label class="filter">
        <span class="sr-only">{t('Filter steps')}</span>
        <input
          ref={filterRef}
          type="search"
          placeholder={t('Filter steps  /')}
          value={state.filter}
          onInput={(event) => dispatch({ type: 'filter', text: event.currentTarget.value })}
        />
      </label>
      {hasFilter && hidden > 0 && <p class="hidden-steps">{t('{0} hidden', count(hidden, 'step', t))}</p>}
    </div>
  );
}

type Dispatch = (action: Action) => void;
type Go = (to: Move) => () => void;

/** One step on or back, the ends, and steps that go by themselves. */
function Stepping({
  go,
  isPlaying,
  dispatch,
}: {
  readonly go: Go;
  readonly isPlaying: boolean;
  readonly dispatch: Dispatch;
}) {
  const t = useTranslate();
  return (
    <div class="toolbar-group">
      <IconButton icon="first" label={t('First step')} keyHint="Home" onPress={go('first')} />
      <IconButton icon="previous" label={t('Previous step')} keyHint="←" onPress={go('previous')} />
      <IconButton
        icon={isPlaying ? 'pause' : 'play'}
        label={isPlaying ? t('Pause') : t('Play')}
        keyHint="Space"
        onPress={() => dispatch({ type: 'play', on: !isPlaying })}
      />
      <IconButton icon="next" label={t('Next step')} keyHint="→" onPress={go('next')} />
      <IconButton icon="last" label={t('Last step')} keyHint="End" onPress={go('last')} />
    </div>
  );
}

/** To where another lane goes on, and to the marked steps. */
function Jumps({ go, hasMarks }: { readonly go: Go; readonly hasMarks: boolean }) {
  const t = useTranslate();
  return (
    <div class="toolbar-group">
      <IconButton
        icon="previous-switch"
        label={t('Previous lane change')}
        keyHint="p"
        onPress={go('previous-switch')}
      />
      <IconButton icon="next-switch" label={t('Next lane change')} keyHint="n" onPress={go('next-switch')} />
      <IconButton
        icon="mark"
        label={t('Next marked step')}
        keyHint="m"
        onPress={go('next-mark')}
        isDisabled={!hasMarks}
      />
    </div>
  );
}

function Folding({ isDisabled, dispatch }: { readonly isDisabled: boolean; readonly dispatch: Dispatch }) {
  const t = useTranslate();
  return (
    <div class="toolbar-group">
      <IconButton
        icon="fold"
        label={t('Fold all')}
        keyHint="{"
        onPress={() => dispatch({ type: 'fold', what: 'all', fold: true })}
        isDisabled={isDisabled}
      />
      <IconButton
        icon="unfold"
        label={t('Unfold all')}
        keyHint="}"
        onPress={() => dispatch({ type: 'fold', what: 'all', fold: false })}
        isDisabled={isDisabled}
      />
    </div>
  );
}
