/** One row of the timeline: a step, or a folded group of steps. */
import type { CSSProperties } from 'preact';
import type { TraceStep } from '../../core/trace/trace.js';
import type { Row } from '../model/fold.js';
import { shortPlace } from '../model/lanes.js';
import { GROUP_LETTERS, GROUP_WORDS, operationGroup, operationText } from '../model/operation.js';
import { lockOf } from '../model/picture.js';
import type { Story } from '../model/story.js';
import { markedSteps } from '../model/tracks.js';
import { heldWords, MARK_WORDS } from '../model/words.js';
import { Icon } from './icon.js';
import type { StoryView } from './context.js';
import { Rail, railOf } from './rail.js';
import type { Column } from './timeline.js';

interface TimelineRowProps {
  readonly view: StoryView;
  readonly columns: readonly Column[];
  readonly row: Row;
  readonly above: Row | undefined;
  readonly below: Row | undefined;
  readonly isInspected: boolean;
}

export function TimelineRow({ view, columns, row, above, below, isInspected }: TimelineRowProps) {
  const { story, shown } = view;
  const step = story.steps[row.start];
  if (step === undefined) return null;
  const laneIndex = columns.findIndex((column) => column.lane.name === step.t);
  const laneOf = (other: Row | undefined): string | undefined => story.steps[other?.start ?? -1]?.t;
  const isCurrent = row.start <= shown.step && shown.step <= row.end;
  const isSwitch = above !== undefined && laneOf(above) !== step.t;
  const isFatal = row.kind === 'step' && step.violation !== undefined;
  const classes = [
    'row',
    row.kind === 'fold' && 'is-fold',
    isCurrent && 'current',
    isSwitch && 'switch',
    isFatal && 'fatal',
    isInspected && 'inspected',
    step.mark !== undefined && 'marked',
  ];
  return (
    <li class={classes.filter(Boolean).join(' ')} data-step={row.end}>
      <span class="number" aria-hidden="true">
        {row.kind === 'fold' ? `${row.start + 1}–${row.end + 1}` : row.start + 1}
      </span>
      {columns.map(({ lane, tracks }, index) => (
        <div
          key={lane.name}
          class={`cell ${tracks.some((track) => track.kind === 'rcu' && track.holds[row.start] != null) ? 'in-rcu' : ''}`}
          style={{ gridColumn: `${index + 2}` }}
        >
          <Rail
            row={row}
            tracks={tracks}
            isActive={index === laneIndex}
            joins={{ above: laneOf(above) === step.t, below: laneOf(below) === step.t }}
          />
          {step.mark === 'used' && index > laneIndex && <UseLine tracks={tracks} />}
          {index === laneIndex && (
            <Marker story={story} row={row} step={step} left={railOf(tracks.length).line} />
          )}
        </div>
      ))}
      {isSwitch && <Connector columns={columns} from={laneOf(above)} to={step.t} class="switch-line" />}
      {row.kind === 'step' && step.mark === 'freed' && (
        <Hit columns={columns} story={story} index={row.start} />
      )}
      <div
        class="content"
        style={{
          '--lane': `${laneIndex + 2}`,
          '--rail': `${railOf(columns[laneIndex]?.tracks.length ?? 0).width}px`,
        }}
      >
        {row.kind === 'fold' ? (
          <FoldContent view={view} row={row} isCurrent={isCurrent} />
        ) : (
          <StepContent view={view} step={step} index={row.start} isCurrent={isCurrent} />
        )}
      </div>
    </li>
  );
}

function Marker({
  story,
  row,
  step,
  left,
}: {
  readonly story: Story;
  readonly row: Row;
  readonly step: TraceStep;
  readonly left: number;
}) {
  const group = operationGroup(step.text);
  const order = markedSteps(story.marks).indexOf(row.start) + 1;
  const isMarked = row.kind === 'step' && step.mark !== undefined;
  const sign = row.kind === 'fold' ? '⋯' : isMarked ? `${order}` : GROUP_LETTERS[group];
  return (
    <span
      class={`marker group-${group} ${isMarked ? `marker-${step.mark ?? ''}` : ''}`}
      style={{ left: `${left}px` }}
      title={row.kind === 'fold' ? undefined : GROUP_WORDS[group]}
      aria-hidden="true"
    >
      {sign}
    </span>
  );
}

interface ConnectorProps {
  readonly columns: readonly Column[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly class: string;
  /** Pixels from the left edge of the lane's cell, where not the lane's line is meant. */
  readonly at?: (column: Column) => number;
}

/** A horizontal line from one lane to another, whichever side it is on. */
function Connector({
  columns,
  from,
  to,
  class: name,
  at = (column) => railOf(column.tracks.length).line,
}: ConnectorProps) {
  const indexes = [from, to]
    .map((lane) => columns.findIndex((column) => column.lane.name === lane))
    .sort((a, b) => a - b);
  const [left = -1, right = -1] = indexes;
  const [leftColumn, rightColumn] = [columns[left], columns[right]];
  if (leftColumn === undefined || rightColumn === undefined || left === right) return null;
  const isLeftwards = columns[right]?.lane.name === from;
  const style: CSSProperties = {
    gridColumn: `${left + 2} / ${right + 2}`,
    marginLeft: `${at(leftColumn)}px`,
    marginRight: `-${at(rightColumn)}px`,
  };
  return (
    <span class={`${name} ${isLeftwards ? 'leftwards' : 'rightwards'}`} style={style} aria-hidden="true" />
  );
}

/** The free strikes the pointer that the walker holds at this time. */
function Hit({
  columns,
  story,
  index,
}: {
  readonly columns: readonly Column[];
  readonly story: Story;
  readonly index: number;
}) {
  const pointer = story.tracks.find((track) => track.kind === 'pointer');
  if (pointer?.holds[index] == null) return null;
  const at = ({ lane, tracks }: Column): number => {
    const rail = railOf(tracks.length);
    return lane.name === pointer.lane ? rail.trackAt(tracks.indexOf(pointer)) + 3 : rail.line;
  };
  return (
    <Connector columns={columns} from={story.steps[index]?.t} to={pointer.lane} class="hit-line" at={at} />
  );
}

/** From the freed page to the step that uses it. */
function UseLine({ tracks }: { readonly tracks: Column['tracks'] }) {
  const index = tracks.findIndex((track) => track.kind === 'freed');
  return index < 0 ? null : (
    <span
      class="use-line"
      style={{ width: `${railOf(tracks.length).trackAt(index) + 4}px` }}
      aria-hidden="true"
    />
  );
}

interface ContentProps {
  readonly view: StoryView;
  readonly isCurrent: boolean;
}

const stepButtonProps = (view: StoryView, index: number, isCurrent: boolean) => ({
  type: 'button' as const,
  tabIndex: isCurrent ? 0 : -1,
  'aria-current': isCurrent ? ('step' as const) : undefined,
  onClick: () => view.dispatch({ type: 'move', to: index }),
});

function StepContent({
  view,
  step,
  index,
  isCurrent,
}: ContentProps & { readonly step: TraceStep; readonly index: number }) {
  const { story, dispatch, post, state } = view;
  const { at, mark, violation } = step;
  const group = state.filter.trim() === '' ? story.groups.find((each) => each.start === index) : undefined;
  const operation = operationText(step.text);
  return (
    <>
      <button {...stepButtonProps(view, index, isCurrent)} class="step">
        <span class="sr-only">
          Step {index + 1}, {step.t}:{' '}
        </span>
        <code class="code">{step.code ?? operation}</code>
      </button>
      {violation !== undefined && (
        <strong class="violation">
          <Icon name="bad" /> {violation}
        </strong>
      )}
      {violation !== undefined && <span class="held">holds {heldWords(step.held)}</span>}
      {mark !== undefined && <span class={`mark mark-${mark}`}>{MARK_WORDS[mark]}</span>}
      {step.blocked === true && <span class="waits">waits{waitsFor(story, step, index)}</span>}
      {step.code !== undefined && <code class="operation">{operation}</code>}
      {group !== undefined && (
        <button
          type="button"
          class="fold-button"
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => dispatch({ type: 'fold-group', start: index, fold: true })}
        >
          fold {group.end - group.start + 1} steps
        </button>
      )}
      {at !== undefined && (
        <button
          type="button"
          class="place"
          tabIndex={isCurrent ? 0 : -1}
          title={`Open ${at}`}
          onClick={() => post({ type: 'open', at })}
        >
          {shortPlace(at)}
        </button>
      )}
    </>
  );
}

/** `: ptdump holds it`, where the trace knows who does. */
function waitsFor(story: Story, step: TraceStep, index: number): string {
  const name = lockOf(story.scene, step.text);
  const lock = story.pictures[index + 1]?.locks.find((each) => each.name === name);
  const others = lock?.holders.filter((holder) => holder.lane !== step.t).map((holder) => holder.lane) ?? [];
  return others.length === 0 ? '' : `: ${others.join(' and ')} ${others.length === 1 ? 'holds' : 'hold'} it`;
}

function FoldContent({
  view,
  row,
  isCurrent,
}: ContentProps & { readonly row: Extract<Row, { kind: 'fold' }> }) {
  return (
    <>
      <button {...stepButtonProps(view, row.end, isCurrent)} class="step">
        <span class="sr-only">
          Steps {row.start + 1} to {row.end + 1}, {view.story.steps[row.start]?.t}, folded:{' '}
        </span>
        <span class="summary">{row.summary}</span>
      </button>
      <button
        type="button"
        class="fold-button"
        aria-label={`Unfold steps ${row.start + 1} to ${row.end + 1}`}
        tabIndex={isCurrent ? 0 : -1}
        onClick={() => view.dispatch({ type: 'fold-group', start: row.start, fold: false })}
      >
        unfold
      </button>
    </>
  );
}
