/**
 * Saved traces: a trace as lines of a `.race` file, and their replay. A line is matched by the text of its operation, not by
 * a step number, so a saved trace survives moved lines; where it can't go on it says what was possible.
 */
import type { ScheduleStep } from '../explorer/exploration.js';
import type { Machine } from '../machine/machine.js';
import { initialState, step } from '../machine/machine.js';
import { laneName } from '../machine/model.js';
import type { ViolationKind } from '../machine/scenario.js';
import type { RacePlace, SavedTrace, TraceLine } from './language/ast.js';
import { createNarrator } from './narrate.js';
import type { Trace } from './trace.js';

/** The steps of a trace as lines to save. */
export function savedTraceOf(trace: Trace): SavedTrace | undefined {
  if (trace.kind === undefined) return undefined;
  return { kind: trace.kind, steps: trace.steps.map(lineOf) };
}

function lineOf({ t, text, at }: Trace['steps'][number]): TraceLine {
  const [, operation = text, result, violation, wait] =
    /^(.*?)(?: -> (\S+))?(?: !! (\S+))?( \(wait\))?$/.exec(text) ?? [];
  const place = at === undefined ? undefined : placeOf(at);
  return {
    lane: t,
    operation,
    ...(result === undefined ? {} : { result }),
    ...(violation === undefined ? {} : { violation: violation as ViolationKind }),
    isWait: wait !== undefined,
    ...(place === undefined ? {} : { at: place }),
  };
}

function placeOf(at: string): RacePlace {
  const [file = '', second = '', token] = at.split(':');
  if (/^[0-9]+$/.test(second)) return { file, line: Number(second) };
  return { file, function: second, ...(token === undefined ? {} : { token }) };
}

export type SavedReplay =
  | {
      readonly outcome: 'same';
      readonly schedule: readonly ScheduleStep[];
      readonly kind: ViolationKind | undefined;
    }
  /** Line `at` (from 0) of the trace does not fit: `wanted` was none of the steps that were `possible`. */
  | {
      readonly outcome: 'differs';
      readonly at: number;
      readonly wanted: string;
      readonly possible: readonly string[];
    };

interface Way {
  readonly move: ScheduleStep;
  readonly text: string;
  readonly isWait: boolean;
  readonly after: Uint8Array;
  readonly violation: ViolationKind | undefined;
  readonly infos: readonly ViolationKind[];
}

/** How often the search may try a way: a trace of a hundred lines with a few doubtful ones stays far below. */
const MAX_TRIES = 20_000;

/**
 * Replays a saved trace on a machine. Where one operation can go several ways (a choice, an entry of unknown index) all are
 * tried. A line marked `(wait)` is passed over where the lane does not have to wait, and a lane that waits without such a
 * line does so.
 */
export function replaySaved(machine: Machine, saved: SavedTrace): SavedReplay {
  const narrator = createNarrator(machine);
  let furthest = { at: -1, possible: [] as readonly string[] };
  let tries = 0;

  const waysFrom = (state: Uint8Array): readonly Way[] =>
    Array.from({ length: machine.lanes }, (_, lane) =>
      step(machine, state, lane).map((result, choice): Way => {
        const { operation, isWait } = narrator.narrate(lane, state, result.state);
        const { violation, infos, state: after } = result;
        return {
          move: { thread: lane, choice },
          text: `${laneName(machine.model, lane)} ${operation}`,
          isWait,
          after,
          violation,
          infos,
        };
      }),
    ).flat();

  const search = (
    state: Uint8Array,
    at: number,
    schedule: readonly ScheduleStep[],
    last: Way | undefined,
  ): readonly ScheduleStep[] | undefined => {
    const line = saved.steps[at];
    const ways = waysFrom(state);
    if (line === undefined) return reaches(last, saved.kind, ways.length === 0) ? schedule : undefined;
    if (at > furthest.at)
      furthest = {
        at,
        possible: [...new Set(ways.map((way) => `${way.text}${way.isWait ? ' (wait)' : ''}`))],
      };
    const wanted = `${line.lane} ${line.operation}`;
    const fitting = ways.filter(
      (way) => way.text === wanted && (way.violation === undefined || at === saved.steps.length - 1),
    );
    for (const way of fitting) {
      if (++tries > MAX_TRIES) return undefined;
      const isDone = way.isWait === line.isWait;
      if (line.isWait && !way.isWait) continue;
      const found = search(way.after, isDone ? at + 1 : at, [...schedule, way.move], way);
      if (found !== undefined) return found;
    }
    return line.isWait ? search(state, at + 1, schedule, last) : undefined;
  };

  const schedule = search(initialState(machine), 0, [], undefined);
  if (schedule !== undefined) return { outcome: 'same', schedule, kind: saved.kind };
  const line = saved.steps[furthest.at];
  return {
    outcome: 'differs',
    at: furthest.at,
    wanted: line === undefined ? saved.kind : `${line.lane} ${line.operation}`,
    possible: furthest.possible,
  };
}

/** Has the last step come to the violation that the trace is about? */
function reaches(last: Way | undefined, kind: ViolationKind, isStuck: boolean): boolean {
  if (kind === 'deadlock') return isStuck && last?.violation === undefined;
  if (kind === 'lock-order') return true;
  return last?.violation === kind || last?.infos.includes(kind) === true;
}
