/** Who holds what at this step, lane by lane, and each lock with its holders and waiters. */
import type { LockPicture, Picture } from '../model/picture.js';
import { barClass } from '../model/tracks.js';
import type { Lane } from '../model/lanes.js';
import { Icon } from './icon.js';
import type { StoryView } from './context.js';

export function LocksPanel({ story, shown, state, dispatch }: StoryView) {
  const picture = story.pictures[story.steps.length > 0 ? shown.step + 1 : 0];
  if (picture === undefined) return null;
  return (
    <section class="panel" aria-labelledby="locks-title">
      <h2 id="locks-title">Who holds what</h2>
      {story.lanes.length > 0 && (
        <ul class="holders">
          {story.lanes.map((lane) => (
            <li key={lane.name}>
              <span class={`cpu role-${lane.role}`}>{lane.cpu}</span> {lane.name}:{' '}
              <span class="held">{laneHolds(picture, lane)}</span>
            </li>
          ))}
        </ul>
      )}
      {picture.locks.length === 0 && <p class="hint">The scenario has no lock.</p>}
      <ul class="locks">
        {picture.locks.map((lock, hue) => {
          const isInspected = state.subject?.kind === 'lock' && state.subject.name === lock.name;
          return (
            <li key={lock.name}>
              <button
                type="button"
                class={`lock ${lock.holders.length > 0 ? 'is-held' : ''}`}
                aria-pressed={isInspected}
                title="Press for its history"
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
                <span class="lock-state">{lockState(lock)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function laneHolds(picture: Picture, { name }: Lane): string {
  const locks = picture.locks.flatMap((lock) =>
    lock.holders.filter((holder) => holder.lane === name).map((holder) => `${lock.name} (${holder.mode})`),
  );
  const rcu = picture.rcu.includes(name) ? ['RCU read section'] : [];
  const irqs = picture.irqsOff.includes(name) ? ['interrupts off'] : [];
  const waits = picture.locks
    .filter((lock) => lock.waiters.includes(name))
    .map((lock) => `waits for ${lock.name}`);
  const all = [...locks, ...rcu, ...irqs];
  return [all.length === 0 ? 'nothing' : all.join(', '), ...waits].join('; ');
}

function lockState(lock: LockPicture): string {
  const held = lock.holders.map((holder) => `${holder.lane} (${holder.mode})`);
  const waits = lock.waiters.length === 0 ? '' : `; ${lock.waiters.join(', ')} waits`;
  return `${held.length === 0 ? 'free' : `held by ${held.join(', ')}`}${waits}`;
}
