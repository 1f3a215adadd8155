/** What if the walk took this lock? Each candidate is a switch; the emulator runs again and the verdict changes in place. */
import { isSameReplay, toggled } from '../store/state.js';
import type { Translate } from '../l10n.js';
import type { MatrixCell } from '../../core/replay/what-ifs.js';
import type { ReplayKey } from '../protocol.js';
import { conjunction, verdictWords } from '../model/words.js';
import type { ShownView } from './context.js';
import { VerdictBadge, wordedCell } from './matrix.js';
import { rich, useTranslate } from './translated.js';

export function WhatIfPanel({ state, shown, dispatch }: ShownView) {
  const t = useTranslate();
  const key = state.asked ?? shown.key;
  return (
    <section class="panel" aria-labelledby="what-if-title">
      <h2 id="what-if-title">{t('What if the walk also took …')}</h2>
      {!state.hasHost && (
        <p class="hint">
          {rich(
            t(
              'This page is a saved file: it has no emulator to run. In the editor these are switches; in a terminal: {0}',
            ),
            <code>
              walkrace replay {shown.report.walker.file}:{shown.report.walker.function} --against{' '}
              {shown.key.freer} --with …
            </code>,
          )}
        </p>
      )}
      {state.hasHost && shown.whatIfs.length === 0 && (
        <p class="hint">{t('There is no protection to try for this walk.')}</p>
      )}
      <ul class="switches">
        {shown.whatIfs.map(({ protection, title }) => {
          const isOn = key.protections.includes(protection);
          const known = state.matrix?.find((cell) =>
            isSameReplay(
              { ...shown.key, freer: cell.freer, protections: cell.protections },
              { ...toggled({ ...shown.key, protections: [] }, protection) },
            ),
          );
          return (
            <li key={protection}>
              <button
                type="button"
                role="switch"
                class="switch-button"
                aria-checked={isOn}
                disabled={!state.hasHost}
                onClick={() => dispatch({ type: 'what-if', protection })}
              >
                <span class="knob" aria-hidden="true" />
                <span class="switch-text">
                  <code>{protection}</code>
                  {title.replace(/\(\)$/, '') !== protection && <span class="switch-title">{title}</span>}
                </span>
              </button>
              {known !== undefined && <VerdictBadge cell={known} />}
            </li>
          );
        })}
      </ul>
      {state.asked === null && shown.key.protections.length > 0 && (
        <>
          <p class="outcome">{outcome(shown, t)}</p>
          <p class="hint">{againstOthers(state.matrix ?? [], shown.key, t)}</p>
        </>
      )}
    </section>
  );
}

function outcome({ key, report }: ShownView['shown'], t: Translate): string {
  const { word, basis } = verdictWords(report, t);
  const kind = report.verdict === 'confirmed' && report.consequence !== null ? `: ${report.consequence}` : '';
  return t(
    'With {0}, against {1}: {2} ({3}).',
    conjunction(key.protections, t),
    key.freer,
    `${word.toLowerCase()}${kind}`,
    basis,
  );
}

/** The same protections against the other freers, where the table of them was made. */
const againstOthers = (cells: readonly MatrixCell[], key: ReplayKey, t: Translate): string =>
  cells
    .filter(
      (cell) =>
        cell.freer !== key.freer &&
        isSameReplay(
          { ...key, freer: cell.freer, protections: cell.protections },
          { ...key, freer: cell.freer },
        ),
    )
    .map((cell) => {
      const { word } = verdictWords(wordedCell(cell), t);
      return t('Against {0}: {1}.', cell.freer, word.toLowerCase());
    })
    .join(' ');
