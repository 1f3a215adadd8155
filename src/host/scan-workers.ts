/** A scan by several workers: each looks at some files with a session of its own. */
import type { ScanResults } from '../core/scan.js';
import { share } from './pool.js';
import type { LookedAt, ScanTask, TreeWorkers } from './tasks.js';

/** Progress is in files, about. */
export interface WorkerScan extends TreeWorkers {
  readonly paths: readonly string[];
  readonly replay: boolean;
  /** Where results go. */
  readonly results: Pick<ScanResults, 'keep'>;
}

/** Files that one task looks at: neighbours, which need the same other files read, but few enough to share the work evenly. */
const FILES_OF_TASK = 4;
const YOUNG_MB = 24;
/** The largest files of mm/ need less; without a bound a worker takes what the machine has, and frees it late. */
const HEAP_MB = 224;

/** Looks at files. Those over which a worker died are told to the log, and are left to be looked at in the thread that asks. */
export async function scanInWorkers({
  worker,
  jobs,
  tree,
  paths,
  replay,
  results,
  progress,
  ...watched
}: WorkerScan): Promise<void> {
  const tasks: ScanTask[] = [];
  for (let at = 0; at < paths.length; at += FILES_OF_TASK)
    tasks.push({ kind: 'scan', paths: paths.slice(at, at + FILES_OF_TASK), replay });
  const options = {
    jobs,
    data: tree,
    youngMb: YOUNG_MB,
    heapMb: HEAP_MB,
    progress: (done: number) => progress?.(Math.min(done * FILES_OF_TASK, paths.length), paths.length),
  };
  const outcomes = await share<ScanTask, readonly LookedAt[]>(worker, options, {
    tasks,
    filesOf: (task) => task.paths,
    ...watched,
  });
  for (const outcome of outcomes) {
    if (outcome.kind !== 'done') continue;
    for (const { path, found, uses, shapes } of outcome.answer)
      results.keep(path, found, uses, (file) => shapes.get(file));
  }
}
