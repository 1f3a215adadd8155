/** The page: the verdict on top, the timeline, and beside it the picture, the locks and the what-ifs. */
import type { Ref } from 'preact';
import { announcement } from '../model/announce.js';
import type { ShownView, View } from './context.js';
import { Help } from './help.js';
import { HistoryPanel } from './history.js';
import { IconButton } from './icon.js';
import { LocksPanel } from './locks.js';
import { MatrixPanel } from './matrix.js';
import { PicturePanel } from './picture.js';
import { Timeline } from './timeline.js';
import { Toolbar } from './toolbar.js';
import { Verdict } from './verdict.js';
import { WhatIfPanel } from './what-if.js';

interface AppProps extends View {
  readonly filterRef: Ref<HTMLInputElement>;
}

export function App({ filterRef, ...view }: AppProps) {
  const { state, dispatch } = view;
  const { shown, error, busy } = state;
  return (
    <div class={`page ${busy === null ? '' : 'is-busy'}`} aria-busy={busy !== null}>
      {error !== null && (
        <div class="error" role="alert">
          <p>{error}</p>
          <IconButton icon="close" label="Dismiss the error" onPress={() => dispatch({ type: 'dismiss-error' })} />
        </div>
      )}
      {busy !== null && <p class="busy">{busy} …</p>}
      {shown === null ? (
        <main class="waiting">
          <h1>Walkrace trace</h1>
          {error === null && <p>{busy ?? 'Waiting for a replay'} …</p>}
        </main>
      ) : (
        <ShownPage {...view} shown={shown} filterRef={filterRef} />
      )}
      <p class="sr-only" role="status" aria-live="polite">
        {announcement(state)}
      </p>
      <Help isOpen={state.isHelpOpen} onClose={() => dispatch({ type: 'help', open: false })} />
    </div>
  );
}

function ShownPage({ filterRef, ...view }: ShownView & { readonly filterRef: Ref<HTMLInputElement> }) {
  const { story, report } = view.shown;
  const hasSteps = story !== null && story.steps.length > 0;
  return (
    <>
      <Verdict {...view} />
      <main class={hasSteps ? 'with-steps' : 'without-steps'}>
        <div class="trace">
          {hasSteps ? (
            <>
              <Toolbar {...view} story={story} filterRef={filterRef} />
              <Timeline {...view} story={story} />
            </>
          ) : (
            <NoSteps verdict={report.verdict} />
          )}
        </div>
        <div class="side">
          {story !== null && <PicturePanel {...view} story={story} />}
          {story !== null && <HistoryPanel {...view} story={story} />}
          {story !== null && <LocksPanel {...view} story={story} />}
          <WhatIfPanel {...view} />
          <MatrixPanel {...view} />
        </div>
      </main>
    </>
  );
}

const NO_STEPS: Readonly<Record<ShownView['shown']['report']['verdict'], readonly [string, string]>> = {
  confirmed: ['There is no trace to show', 'The report says that a race was confirmed, but it carries no steps.'],
  refuted: [
    'There is no trace, because there is no race',
    'Every interleaving of the walk and the freer was tried, for tables of this size and under the assumptions above. A race that needs more entries, more levels or a broken assumption is not excluded.',
  ],
  unknown: [
    'The search stopped before the end',
    'No race was found in the states that were searched, and some were not. This is no answer: raise the bound, or make the walk smaller.',
  ],
  'not-replayable': [
    'This walk was not run',
    'The emulator could not make a program of it, for the reason above. The finding rests on the static analysis alone.',
  ],
};

function NoSteps({ verdict }: { readonly verdict: keyof typeof NO_STEPS }) {
  const [title, text] = NO_STEPS[verdict];
  return (
    <section class="no-steps" aria-labelledby="no-steps-title">
      <h2 id="no-steps-title">{title}</h2>
      <p>{text}</p>
    </section>
  );
}
