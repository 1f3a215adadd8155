/** The work on a tree on disk: of a scan, what is known from before is not looked at again, and the rest is shared among workers; so is a large review. */
import type { Cancellation, Files, Log } from '../core/ports.js';
import { NO_RESULTS, nothingOf, type ScanResults } from '../core/scan.js';
import { wordIndex, type WordIndex } from '../core/index/words.js';
import type { JudgedFiles } from '../core/review/large.js';
import type { Session } from '../core/session.js';
import { codeDigest, workerScript } from './assets.js';
import type { Cache } from './cache.js';
import { openResults, type KeptResults } from './results.js';
import { reviewInWorkers, type WorkerReview } from './review-workers.js';
import { scanInWorkers } from './scan-workers.js';
import type { WorkerTree } from './tasks.js';

/** What a scan or a review of a tree works with. */
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

export interface ScanOptions {
  readonly replay: boolean;
  readonly cancellation?: Cancellation;
  /** Of the files that workers look at. */
  readonly progress?: (done: number, total: number) => void;
}

/** More than all files of a kernel take together on an idle machine. */
const LIMIT_MS = 120_000;

/** Results for all of `paths`, but for those that the caller has to look at itself; to be saved when it has done so. */
export async function resultsOfTree(
  { tree, words, read, facts, cache, jobs, log }: TreeScan,
  paths: readonly string[],
  { replay, ...watched }: ScanOptions,
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
  if (worker !== undefined) {
    const left = await scanInWorkers({
      worker,
      jobs,
      tree,
      paths: unknown,
      replay,
      results,
      log,
      limitMs: LIMIT_MS,
      ...watched,
    });
    // Of this scan only: another machine, or an idle one, may get to their end.
    const givenUp = new Map(left.map((each) => [each.file, nothingOf(each)]));
    return { ...results, known: (path) => results.known(path) ?? givenUp.get(path) };
  }
  return results;
}

/** What workers judge of the large patches of a review; the thread that asks judges the rest. */
export async function judgedOfTree(
  { tree, jobs, log }: TreeScan,
  { input, large }: Pick<WorkerReview, 'input' | 'large'>,
  watched: Pick<WorkerReview, 'cancellation' | 'progress'>,
): Promise<readonly JudgedFiles[]> {
  const worker = workerScript();
  if (worker === undefined) return [];
  return reviewInWorkers({ worker, jobs, tree, input, large, log, limitMs: LIMIT_MS, ...watched });
}

/** The work on an opened tree, whose session is `session`. */
export function treeScan(
  tree: WorkerTree,
  files: Files,
  { treeFacts }: Pick<Session, 'treeFacts'>,
  common: Pick<TreeScan, 'cache' | 'jobs' | 'log'>,
): TreeScan {
  const words = wordIndex(tree.segments, tree.gone);
  return { tree, words, read: (path) => files.read(path), facts: treeFacts, ...common };
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
