/** What a screen reader is told when the page moves or the verdict changes. */
import type { PageState } from '../store/state.js';
import { ENGLISH, type Translate } from '../l10n.js';
import { shortPlace } from './lanes.js';
import { operationText } from './operation.js';
import { markWord, verdictWords } from './words.js';

export function announcement(state: PageState, t: Translate = ENGLISH): string {
  const { shown, busy, error } = state;
  if (error !== null) return error;
  if (busy !== null) return t(busy);
  if (shown === null) return '';
  const step = shown.story?.steps[shown.step];
  if (step === undefined) {
    const { word, basis } = verdictWords(shown.report, t);
    return `${word}, ${basis}`;
  }
  return [
    t('Step {0} of {1}', shown.step + 1, shown.story?.steps.length ?? 0),
    step.t,
    operationText(step.text),
    step.at === undefined ? '' : shortPlace(step.at),
    step.blocked === true ? t('waits') : '',
    step.mark === undefined ? '' : markWord(step.mark, shown.story?.scene.kind, t),
    step.violation ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
