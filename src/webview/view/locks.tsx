/** Who holds what at this step, lane by lane, and each lock with its holders and waiters. */
import type { LockPicture, Picture } from '../model/picture.js';
import { barClass } from '../model/tracks.js';
import type { Lane } from '../model/lanes.js';
import type { Translate } from '../l10n.js';
import { heldAs } from '../model/words.js';
import { Icon } from './icon.js';
import type { StoryView } from './context.js';
import { useTranslate } from './translated.js';

export function LocksPanel({ story, shown, state, dispatch }: StoryView) {
  const t = useTranslate();
  const picture = story.pictures[story.steps.length > 0 ? shown.step + 1 : 0];
  if (picture === undefined) return null;
  return (
    <section class="panel" aria-labelledby="locks-title">
      <h2 id="locks-title">{t('Who holds what')}</h2>
      {story.lanes.length > 0 && (
        <ul class="holders">
          {story.lanes.map((lane) => (
            <li key={lane.name}>
              <span class={`cpu role-${lane.role}`}>{lane.cpu}</span> {lane.name}:{' '}
              <span class="held">{laneHolds(picture, lane, t)}</span>
            </li>
          ))}
        </ul>
      )}
      {picture.locks.length === 0 && <p class="hint">{t('The scenario has no lock.')}</p>}
      <ul class="locks">
        {picture.locks.map((lock, hue) => {
          const isInspected = state.subject?.kind === 'lock' && state.subject.name === lock.name;
          return (
            <li key={lock.name}>
              <button
                type="button"
                class={`lock ${lock.holders.length > 0 ? 'is-held' : ''}`}
                aria-pressed={isInspected}
                title={t('Press for its history')}
                onClick={() =>
                  dispatch({
                    type: 'inspect',
                    subject: isInspected ? null : { kind: 'lock', name: lock.name },
                  })
                }
              >
                <Icon name="lock" />
                <span class={`swatch ${barClass({ kind: 'lock', hue }, 'write')}`} aria-hidden="true" />
                <code>{lock.name}</code> <span class="level">{lock.kind}</span>
                <span class="lock-state">{lockState(lock, t)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function laneHolds(picture: Picture, { name }: Lane, t: Translate): string {
  const locks = picture.locks.flatMap((lock) =>
    lock.holders.filter((holder) => holder.lane === name).map((holder) => heldAs(lock.name, holder.mode, t)),
  );
  const rcu = picture.rcu.includes(name) ? [t('RCU read section')] : [];
  const irqs = picture.irqsOff.includes(name) ? [t('interrupts off')] : [];
  const waits = picture.locks
    .filter((lock) => lock.waiters.includes(name))
    .map((lock) => t('waits for {0}', lock.name));
  const all = [...locks, ...rcu, ...irqs];
  return [all.length === 0 ? t('nothing') : all.join(', '), ...waits].join('; ');
}

function lockState(lock: LockPicture, t: Translate): string {
  const held = lock.holders.map((holder) => heldAs(holder.lane, holder.mode, t));
  const waits = lock.waiters.length === 0 ? '' : `; ${t('{0} waits', lock.waiters.join(', '))}`;
  return `${held.length === 0 ? t('free') : t('held by {0}', held.join(', '))}${waits}`;
}
