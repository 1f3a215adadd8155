/** The lanes: time downwards, one row a step, each step in the column of its CPU. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { rowsOfState } from '../store/state.js';
import { inspectedSteps } from '../store/state.js';
import { barClass } from '../model/tracks.js';
import type { Hold, Track } from '../model/tracks.js';
import { verdictWords } from '../model/words.js';
import type { StoryView } from './context.js';
import { railOf, type Column } from './rail.js';
import { TimelineRow } from './timeline-row.js';
import { useWidth } from './use-width.js';
import { useTranslate } from './translated.js';

/** Lanes narrower than this become indents: the rails stand side by side, and the text comes after all of them. */
const NARROWEST_LANE = 280;

export function Timeline(view: StoryView) {
  const t = useTranslate();
  const { state, shown, story } = view;
  const list = useRef<HTMLOListElement>(null);
  const section = useRef<HTMLElement>(null);
  const isShown = useRef(false);
  const width = useWidth(section, 1000);
  const columns = story.lanes.map((lane): Column => ({
    lane,
    tracks: story.tracks.filter((track) => track.lane === lane.name),
  }));
  const rows = rowsOfState(state);
  const inspected = new Set(inspectedSteps(state));
  useLayoutEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
    // At first the verdict must stay in sight, where it is the whole page that scrolls.
    const pane = list.current?.closest('.trace');
    if (isShown.current || (pane != null && pane.scrollHeight > pane.clientHeight))
      current?.closest('li')?.scrollIntoView({ block: 'nearest' });
    isShown.current = true;
    if (list.current?.contains(document.activeElement) === true) current?.focus({ preventScroll: true });
  }, [shown.step, rows.length]);
  const style = {
    '--lanes': `${columns.length}`,
    '--rails': columns.map(({ tracks }) => `${railOf(tracks.length).width}px`).join(' '),
  };
  return (
    <section
      ref={section}
      class={`timeline tone-${verdictWords(shown.report).tone} ${width / columns.length < NARROWEST_LANE ? 'as-indents' : ''}`}
      aria-labelledby="timeline-title"
      style={style}
    >
      <h2 id="timeline-title" class="sr-only">
        {t('Steps in time')}
      </h2>
      <div class="lane-heads">
        {columns.map((column, index) => (
          <LaneHead key={column.lane.name} column={column} index={index} />
        ))}
      </div>
      <ol ref={list} class="rows">
        {rows.map((row, index) => (
          <TimelineRow
            key={row.start}
            view={view}
            columns={columns}
            row={row}
            above={rows[index - 1]}
            below={rows[index + 1]}
            isInspected={[...inspected].some((step) => row.start <= step && step <= row.end)}
          />
        ))}
      </ol>
      {rows.length === 0 && <p class="empty">{t('No step matches the filter.')}</p>}
    </section>
  );
}

function LaneHead({ column: { lane, tracks }, index }: { readonly column: Column; readonly index: number }) {
  const t = useTranslate();
  return (
    <div class="lane-head" style={{ gridColumn: `${index + 2}` }}>
      <p class="lane-title">
        <span class={`cpu role-${lane.role}`}>{lane.cpu}</span>
        {lane.title !== '' && <code>{lane.title}</code>}
      </p>
      <p class="lane-name">{lane.name === lane.role ? lane.role : `${lane.name} · ${lane.role}`}</p>
      {tracks.length > 0 && (
        <ul class="track-legend" aria-label={t('Bars of {0}', lane.name)}>
          {tracks.map((track) => (
            <li key={`${track.kind} ${track.name}`}>
              <span class={`swatch ${barClass(track, mainHold(track))}`} aria-hidden="true" />
              {track.kind === 'lock' ? track.name : t(track.name)}
              {track.kind === 'lock' && ` (${mainHold(track)})`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What a track shows first, beside waiting. */
const mainHold = ({ holds }: Track): Hold => holds.find((hold) => hold !== null && hold !== 'wait') ?? 'wait';
