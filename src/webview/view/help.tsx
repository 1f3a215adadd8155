/** The keyboard help: printed from the table that drives the keyboard. */
import { useEffect, useRef } from 'preact/hooks';
import { KEYS } from '../store/keys.js';
import { GROUP_LETTERS, GROUP_WORDS } from '../model/operation.js';
import type { OperationGroup } from '../model/operation.js';
import { TABLE_WORDS } from '../model/words.js';
import { IconButton } from './icon.js';
import { useTranslate } from './translated.js';

export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">
        {t('Keys and signs')}
        <IconButton icon="close" label={t('Close the help')} onPress={onClose} />
      </h2>
      <dl>
        {KEYS.map(({ label, meaning }) => (
          <div key={label}>
            <dt>
              <kbd>{label}</kbd>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('Letters of steps')}</h3>
      <dl>
        {Object.entries(GROUP_LETTERS).map(([group, letter]) => (
          <div key={group}>
            <dt>
              <kbd>{letter}</kbd>
            </dt>
            <dd>{t(GROUP_WORDS[group as OperationGroup])}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('Words of tables')}</h3>
      <dl>
        {Object.entries(TABLE_WORDS).map(([word, { letter, meaning }]) => (
          <div key={word}>
            <dt>
              <span class="help-word">
                {letter} {word}
              </span>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
