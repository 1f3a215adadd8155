/** What every view is given: the state, and the two ways out of it. */
import type { FromPage } from '../protocol.js';
import type { PageState, Shown } from '../store/state.js';
import type { Story } from '../model/story.js';
import type { Action } from '../store/actions.js';

export interface View {
  readonly state: PageState;
  readonly dispatch: (action: Action) => void;
  readonly post: (message: FromPage) => void;
}

/** A view of a replay that is there. */
export interface ShownView extends View {
  readonly shown: Shown;
}

/** A view of a replay that has something to draw. */
export interface StoryView extends ShownView {
  readonly story: Story;
}
