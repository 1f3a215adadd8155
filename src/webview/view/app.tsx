/** The page: the verdict on top, the timeline, and beside it the picture, the locks and the what-ifs. */
import type { Ref } from 'preact';
import { announcement } from '../model/announce.js';
import type { ShownView, View } from './context.js';
import { Help } from './help.js';
import { HistoryPanel } from './history.js';
import { IconButton } from './icon.js';
import { LocksPanel } from './locks.js';
import { MatrixPanel } from './matrix.js';
import { NoSteps } from './no-steps.js';
import { PicturePanel } from './picture.js';
import { Timeline } from './timeline.js';
import { Toolbar } from './toolbar.js';
import { Verdict } from './verdict.js';
import { WhatIfPanel } from './what-if.js';
import { useTranslate } from './translated.js';

interface AppProps extends View {
  readonly filterRef: Ref<HTMLInputElement>;
}

export function App({ filterRef, ...view }: AppProps) {
  const t = useTranslate();
  const { state, dispatch } = view;
  const { shown, error, busy } = state;
  return (
    <div class={`page ${busy === null ? '' : 'is-busy'}`} aria-busy={busy !== null}>
      {error !== null && (
        <div class="error" role="alert">
          <p>{error}</p>
          <IconButton
            icon="close"
            label={t('Dismiss the error')}
            onPress={() => dispatch({ type: 'dismiss-error' })}
          />
        </div>
      )}
      {busy !== null && <p class="busy">{t(busy)} …</p>}
      {shown === null ? (
        <main class="waiting">
          <h1>{t('Walkrace trace')}</h1>
          {error === null && <p>{busy === null ? t('Waiting for a replay') : t(busy)} …</p>}
        </main>
      ) : (
        <ShownPage {...view} shown={shown} filterRef={filterRef} />
      )}
      <p class="sr-only" role="status" aria-live="polite">
        {announcement(state, t)}
      </p>
      <Help isOpen={state.isHelpOpen} onClose={() => dispatch({ type: 'help', open: false })} />
    </div>
  );
}

function ShownPage({ filterRef, ...view }: ShownView & { readonly filterRef: Ref<HTMLInputElement> }) {
  const { story, report } = view.shown;
  const hasSteps = story !== null && story.steps.length > 0;
  // Another lock makes no program of a walk that is none; but one that was added can be taken away again.
  const canRun = report.verdict !== 'not-replayable' || report.protections.length > 0;
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
            <NoSteps report={report} />
          )}
        </div>
        <div class="side">
          {story !== null && <PicturePanel {...view} story={story} />}
          {story !== null && <HistoryPanel {...view} story={story} />}
          {story !== null && <LocksPanel {...view} story={story} />}
          {canRun && <WhatIfPanel {...view} />}
          {canRun && <MatrixPanel {...view} />}
        </div>
      </main>
    </>
  );
}
