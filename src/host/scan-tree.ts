/** A scan of a tree on disk: what is known from before is not looked at again, and the rest is shared among workers. */
import type { Cancellation, Log } from '../core/ports.js';
import { NO_RESULTS, type ScanResults } from '../core/scan.js';
import type { WordIndex } from '../core/index/words.js';
import { codeDigest, workerScript } from './assets.js';
import type { Cache } from './cache.js';
import { openResults, type KeptResults } from './results.js';
import { scanInWorkers } from './scan-workers.js';
import type { WorkerTree } from './tasks.js';

export interface TreeScan {
  readonly tree: WorkerTree;
  readonly words: WordIndex;
  readonly read: (path: string) => string | undefined;
  /** Session.treeFacts */
  readonly facts: string;
  readonly cache: Cache;
  readonly jobs: number;
  readonly log: Log;
}

/** Fewer files than this are looked at sooner than a worker has started. */
const WORTH_WORKERS = 12;

/** Results for all of `paths`, but for those that the caller has to look at itself; to be saved when it has done so. */
export async function resultsOfTree(
  { tree, words, read, facts, cache, jobs, log }: TreeScan,
  paths: readonly string[],
  { replay, cancellation }: { readonly replay: boolean; readonly cancellation?: Cancellation },
): Promise<KeptResults> {
  const code = codeDigest();
  // The sources as they run by themselves change from run to run: nothing is kept.
  const results =
    code === undefined
      ? inMemory()
      : openResults({
          cache,
          root: tree.root,
          key: `${code}\0${tree.tool}\0${replay ? 'replay' : ''}`,
          facts,
          words,
          read,
        });
  const unknown = paths.filter((path) => results.known(path) === undefined);
  const worker = workerScript();
  if (worker !== undefined && jobs > 1 && unknown.length >= WORTH_WORKERS) {
    const common = { worker, jobs, tree, paths: unknown, replay, results, log };
    await scanInWorkers({ ...common, ...(cancellation ? { cancellation } : {}) });
  }
  return results;
}

function inMemory(): KeptResults {
  const known = new Map<string, ReturnType<ScanResults['known']>>();
  return {
    ...NO_RESULTS,
    known: (path) => known.get(path),
    keep: (path, found) => void known.set(path, found),
    save: () => undefined,
  };
}
