/** The left edge of a lane in one row: the lane's line, its tracks (upper half = before the step, lower half = after it), the step's letter. */
import type { Row } from '../model/fold.js';
import type { Lane } from '../model/lanes.js';
import { barClass } from '../model/tracks.js';
import type { Hold, Track } from '../model/tracks.js';

const TRACK = 9;
const EDGE = 6;

/** Where things are within a lane's rail, in pixels. */
export interface RailGeometry {
  readonly width: number;
  /** The lane's line. */
  readonly line: number;
  readonly trackAt: (index: number) => number;
}

export function railOf(trackCount: number): RailGeometry {
  const line = EDGE + trackCount * TRACK + 12;
  return { width: line + 18, line, trackAt: (index) => EDGE + index * TRACK };
}

export interface Column {
  readonly lane: Lane;
  readonly tracks: readonly Track[];
}

interface RailProps {
  readonly row: Row;
  readonly tracks: readonly Track[];
  readonly isActive: boolean;
  /** The lane goes on in the row above or below: the line is drawn through. */
  readonly joins: { readonly above: boolean; readonly below: boolean };
}

export function Rail({ row, tracks, isActive, joins }: RailProps) {
  const geometry = railOf(tracks.length);
  return (
    <div class="rail" style={{ width: `${geometry.width}px` }} aria-hidden="true">
      <span class="line" style={{ left: `${geometry.line}px` }} />
      {isActive && joins.above && <span class="line run upper" style={{ left: `${geometry.line}px` }} />}
      {isActive && joins.below && <span class="line run lower" style={{ left: `${geometry.line}px` }} />}
      {tracks.map((track, index) => (
        <Bar
          key={`${track.kind} ${track.name}`}
          track={track}
          left={geometry.trackAt(index)}
          before={track.holds[row.start] ?? null}
          after={track.holds[row.end + 1] ?? null}
        />
      ))}
    </div>
  );
}

interface BarProps {
  readonly track: Track;
  readonly left: number;
  readonly before: Hold | null;
  readonly after: Hold | null;
}

function Bar({ track, left, before, after }: BarProps) {
  const style = { left: `${left}px` };
  const half = (hold: Hold, which: 'upper' | 'lower', edge: '' | 'ends' | 'begins') => (
    <span class={`bar ${barClass(track, hold)} ${which} ${edge}`} style={style} />
  );
  return (
    <>
      {before !== null && half(before, 'upper', after === null ? 'ends' : '')}
      {after !== null && half(after, 'lower', before === null ? 'begins' : '')}
    </>
  );
}
