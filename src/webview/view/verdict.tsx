/** The top of the page: the verdict, one sentence, what it rests on. Understood in ten seconds, or the page has failed. */
import type { Assumption } from '../../core/program/ir.js';
import { reportOfKind } from '../model/kinds.js';
import { heldWords, KIND_WORDS, count, protectionWords, verdictWords } from '../model/words.js';
import { shortPlace } from '../model/lanes.js';
import type { Seen } from '../store/state.js';
import type { ShownView } from './context.js';
import { Actions } from './actions.js';
import { Icon } from './icon.js';
import { rich, useTranslate } from './translated.js';

export function Verdict(view: ShownView) {
  const t = useTranslate();
  const { shown, state } = view;
  const { report, story } = shown;
  const { tone, word } = verdictWords(report, t);
  return (
    <header class={`verdict tone-${tone}`}>
      <div class="verdict-line">
        <Icon name={tone} />
        <h1>
          <span class="verdict-word">{word}</span>
          {report.verdict === 'confirmed' && report.consequence !== null && (
            <span class="verdict-kind">{report.consequence}</span>
          )}
        </h1>
        <p class="subject">
          {rich(
            story === null ? t('{0} against {1}, {2}') : t('{0} against {1} on {3}, {2}'),
            <code>{report.walker.function}()</code>,
            <strong>{report.freer}</strong>,
            protectionWords(report.protections, t),
            story?.scene.arch,
          )}
        </p>
        <Actions {...view} />
      </div>
      <Kinds {...view} />
      <Headline {...view} />
      {report.verdict === 'confirmed' && report.consequence !== null && (
        <p class="meaning">{t(KIND_WORDS[report.consequence])}</p>
      )}
      {state.previous !== null && <Change before={state.previous} />}
      <Facts {...view} />
    </header>
  );
}

/** What else was found, each with the shortest trace of its own: the keys 1 to 9 choose, too. */
function Kinds({ shown: { whole, report }, dispatch }: ShownView) {
  const t = useTranslate();
  if (whole.kinds.length < 2) return null;
  return (
    <p class="kinds" role="group" aria-label={t('Kinds of violation that were found')}>
      {whole.kinds.map((kind, index) =>
        reportOfKind(whole, index + 1) === undefined ? (
          <span key={kind}>{kind}</span>
        ) : (
          <button
            key={kind}
            type="button"
            title={t('{0} Its trace: key {1}', t(KIND_WORDS[kind]), index + 1)}
            aria-pressed={kind === report.consequence}
            onClick={() => dispatch({ type: 'kind', number: index + 1 })}
          >
            <kbd>{index + 1}</kbd> {kind}
          </button>
        ),
      )}
    </p>
  );
}

/** The sentence, with its source lines as links. */
function Headline({ shown: { report, story }, post }: ShownView) {
  const t = useTranslate();
  const sentence = story === null ? report.reason : story.scene.headline;
  const placeOf = (part: string): string | undefined =>
    story?.steps.find((step) => step.at !== undefined && shortPlace(step.at) === part)?.at;
  return (
    <p class="headline">
      {sentence.split(PLACE_WITH_MARKS).map((part) => {
        const [, before, place = '', after] = PLACE.exec(part) ?? [];
        const at = placeOf(place);
        return at === undefined ? (
          part
        ) : (
          <span class="unbroken">
            {before}
            <button
              type="button"
              class="link"
              title={t('Open {0}', at)}
              onClick={() => post({ type: 'open', at })}
            >
              {place}
            </button>
            {after}
          </span>
        );
      })}
    </p>
  );
}

/** `(dump.c:302);`: the marks stay with the link, on its line. */
const PLACE_WITH_MARKS = /(?<![\w.-])(\(?[\w.-]+\.[chS]:\d+\b\)?[;:,]?)/;
const PLACE = /^(\(?)([\w.-]+\.[chS]:\d+)(\)?[;:,]?)$/;

function Change({ before }: { readonly before: Seen }) {
  const t = useTranslate();
  const { word, basis } = verdictWords(
    { ...before, bounds: { entries: 0, levels: [], maxStates: 0, maxMs: 0 } },
    t,
  );
  const kind = before.verdict === 'confirmed' && before.consequence !== null ? `: ${before.consequence}` : '';
  return (
    <p class="change">
      {rich(
        t('Before, {0}: {1} ({2})'),
        protectionWords(before.key.protections, t),
        <strong>{`${word}${kind}`}</strong>,
        basis,
      )}
    </p>
  );
}

function Facts({ shown: { report, story } }: ShownView) {
  const t = useTranslate();
  const { basis } = verdictWords(report, t);
  const minimal = story?.scene.minimal;
  const walker = story?.steps[story.fatal];
  return (
    <ul class="facts">
      {minimal !== undefined && (
        <li title={t('No race of this kind has fewer lane changes, and none with as few has fewer steps')}>
          {t(
            'shortest: {0}, {1}',
            count(minimal.steps, 'step', t),
            count(minimal.laneChanges, 'laneChange', t),
          )}
        </li>
      )}
      {walker !== undefined && walker.violation !== undefined && (
        <li>{t('{0} holds {1}', walker.t, heldWords(walker.held, t))}</li>
      )}
      <li>{basis}</li>
      {report.verdict !== 'not-replayable' && (
        <li>
          {t(
            'bounds: {0} a table, levels {1}',
            count(report.bounds.entries, 'entry', t),
            report.bounds.levels.join(' '),
          )}
        </li>
      )}
      {story !== null && report.reason !== '' && <li>{report.reason}</li>}
      {report.trace.length > 0 && (
        <li>
          <Assumptions assumptions={report.assumptions} />
        </li>
      )}
    </ul>
  );
}

function Assumptions({ assumptions }: { readonly assumptions: readonly Assumption[] }) {
  const t = useTranslate();
  if (assumptions.length === 0) return <>{t('no assumptions')}</>;
  return (
    <details class="assumptions">
      <summary>{count(assumptions.length, 'assumption', t)}</summary>
      <AssumptionList assumptions={assumptions} />
    </details>
  );
}

export const AssumptionList = ({ assumptions }: { readonly assumptions: readonly Assumption[] }) => (
  <ul class="assumption-list">
    {assumptions.map((assumption) => (
      <li key={`${assumption.kind} ${assumption.text}`}>
        <span class="tag">{assumption.kind}</span> {assumption.text}
      </li>
    ))}
  </ul>
);
