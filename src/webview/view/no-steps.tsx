/** What stands where the trace would be when there is none: what the answer means, and what it rests on. */
import { RACE_KINDS, BUG_KINDS } from '../../core/machine/scenario.js';
import type { ReplayReport } from '../../core/report/report.js';
import { said } from '../l10n.js';
import { KIND_WORDS } from '../model/words.js';
import { AssumptionList } from './verdict.js';
import { useTranslate } from './translated.js';

const NO_STEPS: Readonly<Record<ReplayReport['verdict'], readonly [title: string, text: string]>> = {
  confirmed: [
    said('There is no trace to show'),
    said('The report says that a race was confirmed, but it carries no steps.'),
  ],
  refuted: [
    said('There is no trace, because there is no race'),
    said(
      'Every interleaving of the walk and the freer was tried, with tables of this size and under the assumptions below. A race that needs more entries, more levels or a broken assumption is not excluded.',
    ),
  ],
  unknown: [
    said('The search stopped before the end'),
    said(
      'No race was found in the states that were searched, and some were not searched. This is no answer: raise the bound, or make the walk smaller.',
    ),
  ],
  'not-replayable': [
    said('This walk was not run'),
    said(
      'The emulator could not make a program of it, for the reason above. The finding rests on the static analysis alone.',
    ),
  ],
};

export function NoSteps({ report }: { readonly report: ReplayReport }) {
  const t = useTranslate();
  const [title, text] = NO_STEPS[report.verdict];
  return (
    <section class="no-steps" aria-labelledby="no-steps-title">
      <h2 id="no-steps-title">{t(title)}</h2>
      <p>{t(text)}</p>
      {report.assumptions.length > 0 && (
        <>
          <h3>{t('What it rests on')}</h3>
          <AssumptionList assumptions={report.assumptions} />
        </>
      )}
      {(report.verdict === 'refuted' || report.verdict === 'unknown') && (
        <>
          <h3>{t('What was looked for')}</h3>
          <dl>
            {[...RACE_KINDS, ...BUG_KINDS].flatMap((kind) => [
              <dt key={kind}>{kind}</dt>,
              <dd key={`${kind} means`}>{t(KIND_WORDS[kind])}</dd>,
            ])}
          </dl>
        </>
      )}
    </section>
  );
}
