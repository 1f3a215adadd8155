/** A large review by several workers: each judges some files of a large patch on both sides, with sessions of its own. */
import { NEVER_CANCELLED, type Cancellation, type Log } from '../core/ports.js';
import type { JudgedFiles, LargePatch } from '../core/review/large.js';
import type { ReviewInput } from '../core/review/placed.js';
import { createPool } from './pool.js';
import type { ReviewTask, WorkerTree } from './tasks.js';

export interface WorkerReview {
  /** Script of the workers (dist/worker.js). */
  readonly worker: string;
  readonly jobs: number;
  readonly tree: WorkerTree;
  readonly input: ReviewInput;
  /** Session.largePatches */
  readonly large: readonly LargePatch[];
  readonly log: Log;
  readonly cancellation?: Cancellation;
  readonly progress?: (done: number, total: number) => void;
}

/** Files that one task is about: few, so that the work is shared evenly. */
const FILES_OF_TASK = 4;
const YOUNG_MB = 64;
/** Two sessions, each with what the walkers of half of mm/ lead to. */
const HEAP_MB = 1024;

/** What the workers have judged. A task over which one died is told to the log, and is left to the thread that asks. */
export async function reviewInWorkers({
  worker,
  jobs,
  tree,
  input,
  large,
  log,
  cancellation = NEVER_CANCELLED,
  progress,
}: WorkerReview): Promise<readonly JudgedFiles[]> {
  const tasks = large.flatMap((patch) => tasksOf(patch));
  if (tasks.length === 0 || jobs < 2) return [];
  const pool = createPool<ReviewTask, JudgedFiles>(worker, {
    jobs,
    data: { ...tree, review: { input, large } } satisfies WorkerTree,
    youngMb: YOUNG_MB,
    heapMb: HEAP_MB,
    ...(progress ? { progress } : {}),
  });
  try {
    const outcomes = await pool.run(tasks, cancellation);
    return outcomes.flatMap((outcome, at) => {
      if (outcome.kind === 'failed')
        log.warn(`a worker failed (${outcome.reason}) over ${tasks[at]?.files.join(', ') ?? ''}`);
      return outcome.kind === 'done' ? [outcome.answer] : [];
    });
  } finally {
    await pool.dispose();
  }
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
