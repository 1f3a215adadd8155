/** Copy, export, help: the buttons at the top right. */
import { copyText } from '../copy-text.js';
import { said } from '../l10n.js';
import { svgOfStory } from '../svg.js';
import type { FromPage } from '../protocol.js';
import { IconButton, Icon } from './icon.js';
import type { ShownView } from './context.js';
import { useTranslate } from './translated.js';

type Format = Extract<FromPage, { type: 'export' }>['format'];

const FORMATS: readonly { readonly format: Format; readonly title: string }[] = [
  { format: 'html', title: said('This page as one HTML file') },
  { format: 'svg', title: said('Picture (SVG)') },
  { format: 'race', title: said('Scenario and trace (.race)') },
  { format: 'json', title: said('Report (JSON)') },
  { format: 'promela', title: said('Model for Spin (Promela)') },
  { format: 'c', title: said('C program for AddressSanitizer') },
  { format: 'litmus', title: said('LKMM litmus test') },
];

export function Actions({ shown, post, dispatch, state }: ShownView) {
  const t = useTranslate();
  return (
    <div class="actions">
      <IconButton
        icon="copy"
        label={t('Copy as text')}
        keyHint="c"
        onPress={() => post({ type: 'copy', text: copyText(shown.report, shown.story) })}
      />
      <details class="menu">
        <summary aria-label={t('Export')} title={t('Export')}>
          <Icon name="save" />
        </summary>
        <ul>
          {FORMATS.map(({ format, title }) => (
            <li key={format}>
              <button
                type="button"
                disabled={!canExport(format, state.hasHost, shown.story !== null)}
                onClick={(event) => {
                  event.currentTarget.closest('details')?.removeAttribute('open');
                  post(exportMessage(format, shown));
                }}
              >
                {t(title)}
              </button>
            </li>
          ))}
          {!state.hasHost && (
            <li class="hint">{t('The others need the emulator: walkrace replay --format …')}</li>
          )}
        </ul>
      </details>
      <IconButton
        icon="help"
        label={t('Keyboard help')}
        keyHint="?"
        onPress={() => dispatch({ type: 'help', open: true })}
      />
    </div>
  );
}

/** The picture and the report are the page's own; the rest is made by the host, from a scene. */
const canExport = (format: Format, hasHost: boolean, hasStory: boolean): boolean =>
  format === 'json' || (hasStory && (hasHost || format === 'svg'));

function exportMessage(format: Format, { report, story }: ShownView['shown']): FromPage {
  if (format === 'json') return { type: 'export', format, content: `${JSON.stringify(report, null, 2)}\n` };
  if (format === 'svg' && story !== null)
    return { type: 'export', format, content: svgOfStory(report, story) };
  return { type: 'export', format };
}
