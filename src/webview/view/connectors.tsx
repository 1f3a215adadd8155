/** The signs in the rails: the letter or number of a step, the line of a lane change, and the lines that connect the marked steps. */
import type { CSSProperties } from 'preact';
import type { TraceStep } from '../../core/trace/trace.js';
import type { Row } from '../model/fold.js';
import { GROUP_LETTERS, GROUP_WORDS, operationGroup } from '../model/operation.js';
import type { Story } from '../model/story.js';
import { markedSteps } from '../model/tracks.js';
import { railOf, type Column } from './rail.js';
import { useTranslate } from './translated.js';

export function Marker({
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
  const t = useTranslate();
  const group = operationGroup(step.text);
  const order = markedSteps(story.marks).indexOf(row.start) + 1;
  const isMarked = row.kind === 'step' && step.mark !== undefined;
  const sign = row.kind === 'fold' ? '⋯' : isMarked ? `${order}` : GROUP_LETTERS[group];
  return (
    <span
      class={`marker group-${group} ${isMarked ? `marker-${step.mark ?? ''}` : ''}`}
      style={{ left: `${left}px` }}
      title={row.kind === 'fold' ? undefined : t(GROUP_WORDS[group])}
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
export function Connector({
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
export function Hit({
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
export function UseLine({ tracks }: { readonly tracks: Column['tracks'] }) {
  const index = tracks.findIndex((track) => track.kind === 'freed');
  return index < 0 ? null : (
    <span
      class="use-line"
      style={{ width: `${railOf(tracks.length).trackAt(index) + 4}px` }}
      aria-hidden="true"
    />
  );
}
