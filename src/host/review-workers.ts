/** A large review by several workers: each judges some files of a large patch on both sides, with sessions of its own. */
import type { JudgedFiles, LargePatch } from '../core/review/large.js';
import type { ReviewInput } from '../core/review/placed.js';
import { share } from './pool.js';
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

/** What the workers have judged. A task over which one died is told to the log, and is left to the thread that asks. */
export async function reviewInWorkers({
  worker,
  tree,
  input,
  large,
  jobs,
  progress,
  ...watched
}: WorkerReview): Promise<readonly JudgedFiles[]> {
  const tasks = large.flatMap((patch) => tasksOf(patch));
  if (tasks.length === 0 || jobs < 2) return [];
  const options = {
    jobs,
    data: { ...tree, review: { input, large } } satisfies WorkerTree,
    youngMb: YOUNG_MB,
    heapMb: HEAP_MB,
    ...(progress ? { progress } : {}),
  };
  const outcomes = await share<ReviewTask, JudgedFiles>(worker, options, {
    tasks,
    filesOf: ({ files }) => files,
    ...watched,
  });
  return outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.answer] : []));
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
