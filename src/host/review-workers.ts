/** A large review by several workers: each judges some files of a large patch on both sides, with sessions of its own. */
import { unjudged, type JudgedFiles, type LargePatch } from '../core/review/large.js';
import type { ReviewInput } from '../core/review/placed.js';
import { share } from './share.js';
import type { ReviewTask, TreeWorkers, WorkerTree } from './tasks.js';

export interface WorkerReview extends TreeWorkers {
  readonly input: ReviewInput;
  /** Session.largePatches */
  readonly large: readonly LargePatch[];
}

/** Files that one task is about: few, so that the work is shared evenly. */
const FILES_OF_TASK = 4;
const YOUNG_MB = 64;
/** Two sessions, each with what the walkers of half of mm/ lead to. */
const HEAP_MB = 1024;
/** What a file is given that was too much for a worker among others. */
const HEAP_ALONE_MB = 2048;

/** What the workers have judged, and the files that were too much for one. Where none runs at all, everything is left to the thread that asks. */
export async function reviewInWorkers({
  worker,
  tree,
  input,
  large,
  jobs,
  limitMs,
  ...watched
}: WorkerReview): Promise<readonly JudgedFiles[]> {
  const data: WorkerTree = { ...tree, review: { input, large } };
  const { done, givenUp } = await share<ReviewTask, JudgedFiles>(
    { worker, jobs, limitMs, data, youngMb: YOUNG_MB, heapMb: HEAP_MB, heapAloneMb: HEAP_ALONE_MB },
    {
      tasks: large.flatMap((patch) => tasksOf(patch)),
      alone: ({ files, ...task }) => files.map((file) => ({ ...task, files: [file] })),
      filesOf: ({ files }) => files,
      ...watched,
    },
  );
  return [
    ...done.map(({ answer }) => answer),
    ...givenUp.map(({ task: { patch, files }, reason }) => unjudged(patch, files, reason)),
  ];
}

/** Every so many files one: neighbours are alike, and would make one task long and another short. */
function tasksOf({ patch, files }: LargePatch): readonly ReviewTask[] {
  const count = Math.ceil(files.length / FILES_OF_TASK);
  return Array.from({ length: count }, (_, at) => ({
    kind: 'review',
    patch,
    files: files.filter((_file, index) => index % count === at),
  }));
}
