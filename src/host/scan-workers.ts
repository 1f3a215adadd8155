/** A scan by several workers: each looks at some files with a session of its own. */
import { NEVER_CANCELLED, type Cancellation, type Log } from '../core/ports.js';
import type { ScanResults } from '../core/scan.js';
import { createPool } from './pool.js';
import type { LookedAt, ScanTask, WorkerTree } from './tasks.js';

export interface WorkerScan {
  /** Script of the workers (dist/worker.js). */
  readonly worker: string;
  readonly jobs: number;
  readonly tree: WorkerTree;
  readonly paths: readonly string[];
  readonly replay: boolean;
  /** Where results go. */
  readonly results: Pick<ScanResults, 'keep'>;
  readonly log: Log;
  readonly cancellation?: Cancellation;
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
  log,
  cancellation = NEVER_CANCELLED,
}: WorkerScan): Promise<void> {
  const pool = createPool<ScanTask, readonly LookedAt[]>(worker, {
    jobs,
    data: tree,
    youngMb: YOUNG_MB,
    heapMb: HEAP_MB,
  });
  const tasks: ScanTask[] = [];
  for (let at = 0; at < paths.length; at += FILES_OF_TASK)
    tasks.push({ kind: 'scan', paths: paths.slice(at, at + FILES_OF_TASK), replay });
  try {
    const outcomes = await pool.run(tasks, cancellation);
    outcomes.forEach((outcome, at) => {
      if (outcome.kind === 'done')
        for (const { path, found, uses, shapes } of outcome.answer)
          results.keep(path, found, uses, (file) => shapes.get(file));
      else if (outcome.kind === 'failed')
        log.warn(`a worker failed (${outcome.reason}) over ${tasks[at]?.paths.join(', ') ?? ''}`);
    });
  } finally {
    await pool.dispose();
  }
}
