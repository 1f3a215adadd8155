/** The small table protections x freers of this walker: a verdict a cell, and a press runs that replay. */
import type { MatrixCell } from '../../core/replay/what-ifs.js';
import { isSameReplay } from '../store/state.js';
import { said } from '../l10n.js';
import { count, verdictWords } from '../model/words.js';
import type { ShownView } from './context.js';
import { Icon } from './icon.js';
import { useTranslate } from './translated.js';

/** One letter a kind, as in the tables of the documentation. */
const LETTERS: Readonly<Record<string, string>> = {
  'use-after-free': 'U',
  'bogus-descent': 'B',
  'null-descent': 'N',
  'leaf-descent': 'L',
  'removed-memory': 'M',
  'sleep-in-atomic': 'S',
  'double-unlock': 'D',
  'lock-leak': 'K',
  deadlock: 'X',
};

const SHORT_WORDS: Readonly<Record<MatrixCell['verdict'], string>> = {
  confirmed: said('race'),
  refuted: said('ok'),
  unknown: said('unknown'),
  'not-replayable': said('n/a'),
};

/** A cell as the words of verdicts want a report. */
export const wordedCell = (cell: MatrixCell): Parameters<typeof verdictWords>[0] => ({
  ...cell,
  consequence: null,
  bounds: { entries: 0, levels: [], maxStates: 0, maxMs: 0 },
});

export function VerdictBadge({ cell }: { readonly cell: MatrixCell }) {
  const t = useTranslate();
  const { tone } = verdictWords(wordedCell(cell));
  const letters = cell.kinds.map((kind) => LETTERS[kind] ?? '').join('');
  return (
    <span
      class={`verdict-badge tone-${tone}`}
      title={[...cell.kinds, count(cell.states, 'state', t)].join(', ')}
    >
      <Icon name={tone} />
      {t(SHORT_WORDS[cell.verdict])}
      {cell.verdict === 'confirmed' && letters !== '' && <span class="letters"> {letters}</span>}
    </span>
  );
}

const rowKey = (protections: readonly string[]): string => protections.join(' + ');

export function MatrixPanel({ state, shown, dispatch }: ShownView) {
  const t = useTranslate();
  const { matrix, hasHost } = state;
  const cells = matrix ?? [];
  const freers = [...new Set(cells.map((cell) => cell.freer))];
  const rows = [...new Map(cells.map((cell) => [rowKey(cell.protections), cell.protections])).values()];
  // A race that is told whole (a `.race` file) has no walk to add a protection to.
  if (matrix === null && (!hasHost || shown.whatIfs.length === 0)) return null;
  return (
    <section class="panel" aria-labelledby="matrix-title">
      <h2 id="matrix-title">{t('Protections against freers')}</h2>
      {matrix === null && (
        <button
          type="button"
          class="button"
          disabled={state.busy !== null}
          onClick={() => dispatch({ type: 'ask-matrix' })}
        >
          {t('Try them all')}
        </button>
      )}
      {matrix !== null && cells.length === 0 && <p class="hint">{t('No freer applies to this walk.')}</p>}
      {cells.length > 0 && (
        <div class="matrix-scroll" tabIndex={0} role="group" aria-labelledby="matrix-title">
          <table class="matrix">
            <thead>
              <tr>
                <th scope="col">{t('walk holds')}</th>
                {freers.map((freer) => (
                  <th scope="col" key={freer}>
                    {freer}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((protections) => (
                <tr key={rowKey(protections)}>
                  <th scope="row">
                    {protections.length === 0 ? t('as written') : <code>{rowKey(protections)}</code>}
                  </th>
                  {freers.map((freer) => {
                    const cell = cells.find(
                      (each) => each.freer === freer && rowKey(each.protections) === rowKey(protections),
                    );
                    if (cell === undefined) return <td key={freer}>–</td>;
                    const key = { ...shown.key, freer, protections };
                    const isShown = isSameReplay(shown.key, key);
                    return (
                      <td key={freer} class={isShown ? 'shown' : ''}>
                        <button
                          type="button"
                          class="cell-button"
                          disabled={!hasHost}
                          aria-current={isShown ? 'true' : undefined}
                          onClick={() => dispatch({ type: 'replay', key })}
                        >
                          <VerdictBadge cell={cell} />
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {cells.length > 0 && <p class="hint">{legend(cells)}</p>}
    </section>
  );
}

const legend = (cells: readonly MatrixCell[]): string =>
  [...new Set(cells.flatMap((cell) => cell.kinds))]
    .map((kind) => `${LETTERS[kind] ?? '?'} ${kind}`)
    .join(' · ');
