/** What a screen reader is told when the page moves or the verdict changes. */
import type { PageState } from '../store/state.js';
import { shortPlace } from './lanes.js';
import { operationText } from './operation.js';
import { markWord, verdictWords } from './words.js';

export function announcement(state: PageState): string {
  const { shown, busy, error } = state;
  if (error !== null) return error;
  if (busy !== null) return busy;
  if (shown === null) return '';
  const step = shown.story?.steps[shown.step];
  if (step === undefined) {
    const { word, basis } = verdictWords(shown.report);
    return `${word}, ${basis}`;
  }
  return [
    `Step ${shown.step + 1} of ${shown.story?.steps.length ?? 0}`,
    step.t,
    operationText(step.text),
    step.at === undefined ? '' : shortPlace(step.at),
    step.blocked === true ? 'waits' : '',
    step.mark === undefined ? '' : markWord(step.mark, shown.story?.scene.kind),
    step.violation ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
