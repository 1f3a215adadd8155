/** A scan by several workers: each looks at some files with a session of its own. */
import type { GivenUp } from '../core/report/report.js';
import type { ScanResults } from '../core/scan.js';
import { share, type PoolOptions } from './pool.js';
import type { LookedAt, ScanTask, TreeWorkers } from './tasks.js';

/** Progress is in files, about. */
export interface WorkerScan extends TreeWorkers {
  readonly paths: readonly string[];
  readonly replay: boolean;
  /** Where results go. */
  readonly results: Pick<ScanResults, 'keep'>;
  /** How long a task may take, and then each file of it alone. */
  readonly limitMs?: number;
}

/** Files that one task looks at: neighbours, which need the same other files read, but few enough to share the work evenly. */
const FILES_OF_TASK = 4;
const YOUNG_MB = 24;
/** The largest files of mm/ need less; without a bound a worker takes what the machine has, and frees it late. */
const HEAP_MB = 224;
/** What a file is given that was too much for a worker among others. */
const HEAP_ALONE_MB = 1024;
/** More than all files of a kernel take together on an idle machine. */
const LIMIT_MS = 120_000;

/**
 * Looks at files. Those of a task over which a worker died, or took too long, are told to the log and looked at once more, each alone
 * and with more memory. Gives those that are too much even so. Where no worker runs at all, everything is left to the thread that asks.
 */
export async function scanInWorkers({
  worker,
  jobs,
  tree,
  paths,
  replay,
  results,
  limitMs = LIMIT_MS,
  progress,
  ...watched
}: WorkerScan): Promise<readonly GivenUp[]> {
  const tasks: ScanTask[] = [];
  for (let at = 0; at < paths.length; at += FILES_OF_TASK)
    tasks.push({ kind: 'scan', paths: paths.slice(at, at + FILES_OF_TASK), replay });
  const options = { jobs, limitMs, data: tree, youngMb: YOUNG_MB };
  /** Does tasks and keeps what they find; gives those that failed. */
  const look = async (
    asked: readonly ScanTask[],
    more: Pick<PoolOptions, 'heapMb' | 'progress'>,
  ): Promise<readonly { readonly task: ScanTask; readonly reason: string }[]> => {
    const outcomes = await share<ScanTask, readonly LookedAt[]>(
      worker,
      { ...options, ...more },
      { tasks: asked, filesOf: (task) => task.paths, ...watched },
    );
    return asked.flatMap((task, at) => {
      const outcome = outcomes[at];
      if (outcome?.kind === 'done') {
        for (const { path, found, uses, shapes } of outcome.answer)
          results.keep(path, found, uses, (file) => shapes.get(file));
      }
      return outcome?.kind === 'failed' ? [{ task, reason: outcome.reason }] : [];
    });
  };
  const failed = await look(tasks, {
    heapMb: HEAP_MB,
    progress: (done) => progress?.(Math.min(done * FILES_OF_TASK, paths.length), paths.length),
  });
  if (failed.length === tasks.length) return [];
  const alone = failed.flatMap(({ task }) =>
    task.paths.map((path): ScanTask => ({ ...task, paths: [path] })),
  );
  const left = await look(alone, { heapMb: HEAP_ALONE_MB });
  return left.flatMap(({ task, reason }) => task.paths.map((file) => ({ file, reason })));
}
