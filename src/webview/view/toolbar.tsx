/** The controls above the timeline: stepping, marks, filter, folding. Every one has a key. */
import type { Ref } from 'preact';
import { rowsOfState } from '../store/state.js';
import { markedSteps } from '../model/tracks.js';
import { count } from '../model/words.js';
import { IconButton } from './icon.js';
import type { StoryView } from './context.js';
import type { Move } from '../store/update.js';

export function Toolbar({
  state,
  shown,
  story,
  dispatch,
  filterRef,
}: StoryView & { readonly filterRef: Ref<HTMLInputElement> }) {
  const go = (to: Move) => () => dispatch({ type: 'move', to });
  const rows = rowsOfState(state);
  const visible = rows.reduce((sum, row) => sum + row.end - row.start + 1, 0);
  const hidden = story.steps.length - visible;
  const hasFilter = state.filter.trim() !== '';
  return (
    <div class="toolbar" role="group" aria-label="Steps">
      <div class="toolbar-group">
        <IconButton icon="first" label="First step" keyHint="Home" onPress={go('first')} />
        <IconButton icon="previous" label="Previous step" keyHint="←" onPress={go('previous')} />
        <IconButton
          icon={state.isPlaying ? 'pause' : 'play'}
          label={state.isPlaying ? 'Pause' : 'Play'}
          keyHint="Space"
          onPress={() => dispatch({ type: 'play', on: !state.isPlaying })}
        />
        <IconButton icon="next" label="Next step" keyHint="→" onPress={go('next')} />
        <IconButton icon="last" label="Last step" keyHint="End" onPress={go('last')} />
      </div>
      <p class="position">
        step <strong>{shown.step + 1}</strong> of {story.steps.length}
      </p>
      <div class="toolbar-group">
        <IconButton
          icon="previous-switch"
          label="Previous lane change"
          keyHint="p"
          onPress={go('previous-switch')}
        />
        <IconButton icon="next-switch" label="Next lane change" keyHint="n" onPress={go('next-switch')} />
        <IconButton
          icon="mark"
          label="Next marked step"
          keyHint="m"
          onPress={go('next-mark')}
          isDisabled={markedSteps(story.marks).length === 0}
        />
      </div>
      <div class="toolbar-group">
        <IconButton
          icon="fold"
          label="Fold all"
          keyHint="{"
          onPress={() => dispatch({ type: 'fold', what: 'all', fold: true })}
          isDisabled={hasFilter || story.groups.length === 0}
        />
        <IconButton
          icon="unfold"
          label="Unfold all"
          keyHint="}"
          onPress={() => dispatch({ type: 'fold', what: 'all', fold: false })}
          isDisabled={hasFilter || story.groups.length === 0}
        />
      </div>
      <label class="filter">
        <span class="sr-only">Filter steps</span>
        <input
          ref={filterRef}
          type="search"
          placeholder="Filter steps  /"
          value={state.filter}
          onInput={(event) => dispatch({ type: 'filter', text: event.currentTarget.value })}
        />
      </label>
      {hasFilter && hidden > 0 && <p class="hidden-steps">{count(hidden, 'step')} hidden</p>}
    </div>
  );
}
