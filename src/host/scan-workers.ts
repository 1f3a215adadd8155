/** A scan by several workers: each looks at some files with a session of its own. */
import type { GivenUp } from '../core/report/report.js';
import type { ScanResults } from '../core/scan.js';
import { share, type ShareOptions } from './share.js';
import type { LookedAt, ScanTask, TreeWorkers } from './tasks.js';

export interface WorkerScan extends TreeWorkers {
  readonly paths: readonly string[];
  readonly replay: boolean;
  /** Where results go. */
  readonly results: Pick<ScanResults, 'keep'>;
}

/** Fewer files than this are looked at by one worker sooner than a second one has started. */
const WORTH_SHARING = 12;
/** Files that one task looks at: neighbours, which need the same other files read, but few enough to share the work evenly. */
const FILES_OF_TASK = 4;
const YOUNG_MB = 24;
/** The largest files of mm/ need less; without a bound a worker takes what the machine has, and frees it late. */
const HEAP_MB = 224;
/** What a file is given that was too much for a worker among others. */
const HEAP_ALONE_MB = 1024;

/** Looks at files, and gives those that are too much for a worker. Where none runs at all, everything is left to the thread that asks. */
export async function scanInWorkers({
  worker,
  jobs,
  tree,
  paths,
  replay,
  results,
  limitMs,
  ...watched
}: WorkerScan): Promise<readonly GivenUp[]> {
  const isFew = paths.length < WORTH_SHARING;
  const tasksOf = (files: readonly string[], each: number): readonly ScanTask[] =>
    Array.from({ length: Math.ceil(files.length / each) }, (_, at) => ({
      kind: 'scan',
      paths: files.slice(at * each, (at + 1) * each),
      replay,
    }));
  const limits: Pick<ShareOptions, 'jobs' | 'heapMb' | 'heapAloneMb'> = isFew
    ? { jobs: 1, heapMb: HEAP_ALONE_MB }
    : { jobs, heapMb: HEAP_MB, heapAloneMb: HEAP_ALONE_MB };
  const { done, givenUp } = await share<ScanTask, readonly LookedAt[]>(
    { worker, limitMs, data: tree, youngMb: YOUNG_MB, ...limits },
    {
      tasks: tasksOf(paths, isFew ? 1 : FILES_OF_TASK),
      alone: (task) => tasksOf(task.paths, 1),
      filesOf: (task) => task.paths,
      ...watched,
    },
  );
  for (const { answer } of done)
    for (const { path, found, uses, shapes } of answer)
      results.keep(path, found, uses, (file) => shapes.get(file));
  return givenUp.flatMap(({ task, reason }) => task.paths.map((file) => ({ file, reason })));
}
