/** All that the page derives from a report once, before it shows any step. */
import type { ReplayReport } from '../../core/report/report.js';
import type { Scene, TraceStep } from '../../core/trace/trace.js';
import { groupsOf } from './fold.js';
import type { Group } from './fold.js';
import { lanesOf, runStarts } from './lanes.js';
import type { Lane } from './lanes.js';
import { picturesOf } from './picture.js';
import type { Picture } from './picture.js';
import { marksOf, tracksOf } from './tracks.js';
import type { Marks, Track } from './tracks.js';

export interface Story {
  readonly scene: Scene;
  readonly steps: readonly TraceStep[];
  readonly lanes: readonly Lane[];
  /** Index 0 is the start, n + 1 is after step n. */
  readonly pictures: readonly Picture[];
  readonly groups: readonly Group[];
  readonly tracks: readonly Track[];
  readonly marks: Marks;
  readonly runStarts: readonly number[];
  /** Index of the violating step; the last one where none is named. */
  readonly fatal: number;
}

/** Null when the report has nothing to draw: a walk that is not replayable. */
export function tellStory(report: ReplayReport): Story | null {
  const { scene, trace: steps } = report;
  if (scene === null) return null;
  const lanes = lanesOf(scene, steps);
  const names = lanes.map((lane) => lane.name);
  const pictures = picturesOf(scene, steps, names);
  const violating = steps.findIndex((step) => step.violation !== undefined);
  return {
    scene,
    steps,
    lanes,
    pictures,
    groups: groupsOf(steps, pictures),
    tracks: tracksOf(steps, pictures, names),
    marks: marksOf(steps),
    runStarts: runStarts(steps),
    fatal: violating < 0 ? steps.length - 1 : violating,
  };
}
