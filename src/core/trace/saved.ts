/**
 * Saved traces: a trace as lines of a `.race` file, and their replay. A line is matched by the text of its operation, not by
 * a step number, so a saved trace survives moved lines; where it can't go on it says what was possible.
 */
import type { Exploration, ScheduleStep } from '../explorer/exploration.js';
import type { ReplayedStep } from '../explorer/replay.js';
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

/**
 * Replays a saved trace on a machine. A line marked `(wait)` is passed over where the lane does not have to wait, and a
 * lane that waits without such a line does so.
 */
export function replaySaved(machine: Machine, saved: SavedTrace): SavedReplay {
  const narrator = createNarrator(machine);
  const schedule: ScheduleStep[] = [];
  let state = initialState(machine);
  let kind: ViolationKind | undefined;

  const possible = (): readonly {
    readonly lane: number;
    readonly choice: number;
    readonly step: ReplayedStep;
    readonly text: string;
    readonly isWait: boolean;
  }[] =>
    Array.from({ length: machine.lanes }, (_, lane) =>
      step(machine, state, lane).map((result, choice) => {
        const { operation, isWait } = narrator.narrate(lane, state, result.state);
        const { violation, infos } = result;
        const replayed = {
          lane,
          before: state,
          after: result.state,
          infos,
          ...(violation === undefined ? {} : { violation }),
        };
        return {
          lane,
          choice,
          step: replayed,
          text: `${laneName(machine.model, lane)} ${operation}`,
          isWait,
        };
      }),
    ).flat();

  for (const [at, line] of saved.steps.entries()) {
    const wanted = `${line.lane} ${line.operation}`;
    let ways = possible();
    let fitting = ways.filter(
      (way) => way.text === wanted && (line.violation === undefined || way.step.violation === line.violation),
    );
    if (line.isWait) {
      const waiting = fitting.find((way) => way.isWait);
      if (waiting === undefined) continue;
      fitting = [waiting];
    } else if (fitting.length > 0 && fitting.every((way) => way.isWait)) {
      const [wait] = fitting;
      if (wait !== undefined) {
        schedule.push({ thread: wait.lane, choice: wait.choice });
        state = wait.step.after;
        ways = possible();
        fitting = ways.filter((way) => way.text === wanted && !way.isWait);
      }
    }
    const taken = choose(fitting, saved, at);
    if (taken === undefined) {
      return {
        outcome: 'differs',
        at,
        wanted,
        possible: [...new Set(ways.map((way) => `${way.text}${way.isWait ? ' (wait)' : ''}`))],
      };
    }
    schedule.push({ thread: taken.lane, choice: taken.choice });
    state = taken.step.after;
    kind =
      taken.step.violation ??
      (at === saved.steps.length - 1 ? taken.step.infos.find((info) => info === saved.kind) : undefined);
  }
  if (kind === undefined && saved.kind === 'deadlock' && possible().length === 0) kind = 'deadlock';
  return { outcome: 'same', schedule, kind };
}

/** Among several outcomes of one operation: the one after which the lane's next line is possible is not looked for; the last line wants its kind. */
function choose<T extends { readonly isWait: boolean; readonly step: ReplayedStep }>(
  ways: readonly T[],
  saved: SavedTrace,
  at: number,
): T | undefined {
  const isLast = at === saved.steps.length - 1;
  const going = ways.filter((way) => !way.isWait);
  const among = going.length > 0 ? going : ways;
  return (
    (isLast
      ? among.find((way) => way.step.violation === saved.kind)
      : among.find((way) => way.step.violation === undefined)) ?? among[0]
  );
}

/** Saved traces of all kinds that an exploration found, each told by `tell`. */
export function savedTracesOf(
  exploration: Exploration,
  tell: (kind: ViolationKind) => Trace,
): readonly SavedTrace[] {
  return exploration.violations.flatMap(({ kind }) => savedTraceOf(tell(kind)) ?? []);
}
