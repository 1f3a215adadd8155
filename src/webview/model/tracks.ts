/**
 * Tracks: the vertical bars beside a lane. What a lane holds or waits for (locks, RCU, interrupts off), and the two lines that
 * connect the three marked steps: the pointer from `took` to `used` in the walker's lane, the freed page from `freed` on.
 */
import type { TraceStep } from '../../core/trace/trace.js';
import type { Picture } from './picture.js';
import { said } from '../l10n.js';
import { lineWords } from './words.js';

export type Hold = 'read' | 'write' | 'wait' | 'on' | 'held' | 'dangling' | 'freed';

export interface Track {
  readonly lane: string;
  readonly kind: 'lock' | 'rcu' | 'irq' | 'pointer' | 'freed';
  readonly name: string;
  /** Which of the scene's locks it is, for its colour; 0 for what is no lock. */
  readonly hue: number;
  /** Index as in the pictures: 0 is the start, n + 1 is after step n. */
  readonly holds: readonly (Hold | null)[];
}

/** The three steps that matter, by index; -1 when the trace does not have it. */
export interface Marks {
  readonly took: number;
  readonly freed: number;
  readonly used: number;
}

export function marksOf(steps: readonly TraceStep[]): Marks {
  const find = (mark: TraceStep['mark']): number => steps.findIndex((step) => step.mark === mark);
  return { took: find('took'), freed: find('freed'), used: find('used') };
}

/** Indexes of the marked steps in the order of time. */
export const markedSteps = ({ took, freed, used }: Marks): readonly number[] =>
  [took, freed, used].filter((index) => index >= 0).sort((a, b) => a - b);

/** Tracks of every lane, in the order in which they are drawn; tracks that are never held are left out. */
export function tracksOf(
  steps: readonly TraceStep[],
  pictures: readonly Picture[],
  lanes: readonly string[],
): readonly Track[] {
  const locks = pictures[0]?.locks.map((lock) => lock.name) ?? [];
  const perLane = lanes.flatMap((lane): readonly Track[] => [
    ...locks.map((name, hue): Track => ({
      lane,
      kind: 'lock',
      name,
      hue,
      holds: pictures.map((picture) => lockHold(picture, name, lane)),
    })),
    {
      lane,
      kind: 'rcu',
      name: said('RCU read section'),
      hue: 0,
      holds: pictures.map((picture) => (picture.rcu.includes(lane) ? 'on' : null)),
    },
    {
      lane,
      kind: 'irq',
      name: said('interrupts off'),
      hue: 0,
      holds: pictures.map((picture) => (picture.irqsOff.includes(lane) ? 'on' : null)),
    },
  ]);
  return [...perLane, ...connections(steps, pictures.length)].filter((track) =>
    track.holds.some((hold) => hold !== null),
  );
}

function lockHold(picture: Picture, name: string, lane: string): Hold | null {
  const lock = picture.locks.find((each) => each.name === name);
  const holder = lock?.holders.find((each) => each.lane === lane);
  if (holder !== undefined) return holder.mode;
  return lock?.waiters.includes(lane) === true ? 'wait' : null;
}

function connections(steps: readonly TraceStep[], moments: number): readonly Track[] {
  const words = lineWords(steps.find((step) => step.violation !== undefined)?.violation);
  const { took, freed, used } = marksOf(steps);
  const walker = steps[used]?.t ?? steps[took]?.t;
  const freer = steps[freed]?.t;
  const until = used < 0 ? moments - 1 : used;
  const indexes = Array.from({ length: moments }, (_, index) => index);
  const isFreed = (index: number): boolean => freed >= 0 && index > freed;
  const tracks: Track[] = [];
  if (walker !== undefined && took >= 0) {
    const holds = indexes.map((index) =>
      index <= took || index > until ? null : isFreed(index) ? 'dangling' : 'held',
    );
    tracks.push({ lane: walker, kind: 'pointer', name: words.pointer, hue: 0, holds });
  }
  if (freer !== undefined && freer !== walker) {
    const holds = indexes.map((index) => (isFreed(index) && index <= until ? 'freed' : null));
    tracks.push({ lane: freer, kind: 'freed', name: words.freed, hue: 0, holds });
  }
  return tracks;
}

const HUES = 4;

/** Class names of a track's bar or swatch: its kind, what it shows, the colour of its lock. */
export const barClass = (track: Pick<Track, 'kind' | 'hue'>, hold: Hold): string =>
  `bar-${track.kind} hold-${hold} hue-${track.hue % HUES}`;
