/** The history of the table or lock that was pressed: the steps that touched it, each one a way to go there. */
import { inspectedSteps } from '../store/state.js';
import { operationText } from '../model/operation.js';
import { IconButton } from './icon.js';
import type { StoryView } from './context.js';
import { rich, useTranslate } from './translated.js';

export function HistoryPanel({ state, shown, story, dispatch }: StoryView) {
  const t = useTranslate();
  const { subject } = state;
  if (subject === null) return null;
  const steps = inspectedSteps(state);
  return (
    <section class="panel history" aria-labelledby="history-title">
      <h2 id="history-title">
        {rich(t('History of {0}'), <code>{subject.name}</code>)}
        <IconButton
          icon="close"
          label={t('Close the history')}
          onPress={() => dispatch({ type: 'inspect', subject: null })}
        />
      </h2>
      {steps.length === 0 && <p class="hint">{t('No step of this trace touches it.')}</p>}
      <ol>
        {steps.map((index) => (
          <li key={index}>
            <button
              type="button"
              class="history-step"
              aria-current={index === shown.step ? 'step' : undefined}
              onClick={() => dispatch({ type: 'move', to: index })}
            >
              <span class="number">{index + 1}</span> {story.steps[index]?.t}{' '}
              <code>{operationText(story.steps[index]?.text ?? '')}</code>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
