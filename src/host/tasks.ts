/** What a worker can be asked, and the answers. Plain data both ways; large lists are handed over, not copied. */
import type { FileShape } from '../core/index/facts.js';
import type { Uses } from '../core/index/uses.js';
import type { WordSegment } from '../core/index/words.js';
import type { TreeReading } from '../core/kernel/tree.js';
import type { Cancellation, Log } from '../core/ports.js';
import type { LargePatch } from '../core/review/large.js';
import type { ReviewInput } from '../core/review/placed.js';
import type { ScannedFile } from '../core/scan.js';
import type { Session } from '../core/session.js';
import { scanFiles, type ScannedFiles } from './scan-files.js';

/** The words of some files of a tree. */
export interface WordsTask {
  readonly kind: 'words';
  readonly root: string;
  readonly files: readonly string[];
}

/** What a scan finds in some files of the worker's tree. */
export interface ScanTask {
  readonly kind: 'scan';
  readonly paths: readonly string[];
  readonly replay: boolean;
}

/** What a large patch of the worker's review brings in some of its files. */
export interface ReviewTask {
  readonly kind: 'review';
  /** Of the series, from 0. */
  readonly patch: number;
  readonly files: readonly string[];
}

export type Task = WordsTask | ScanTask | ReviewTask;

/** The tree of a worker; the lists of the segments are shared by all. */
export interface WorkerTree {
  readonly root: string;
  readonly tool: string;
  readonly segments: readonly WordSegment[];
  readonly gone: ReadonlySet<string>;
  readonly reading: TreeReading;
  /** Files that are looked at without a tree, whose segments are none then; absent: it is a tree. */
  readonly lone?: readonly string[];
  /** What it reviews. */
  readonly review?: { readonly input: ReviewInput; readonly large: readonly LargePatch[] };
}

/** By what the work on a tree is shared. */
export interface TreeWorkers {
  /** Script of the workers (dist/worker.js). */
  readonly worker: string;
  readonly jobs: number;
  readonly tree: WorkerTree;
  readonly log: Log;
  /** How long a task may take, and then each file of it alone. */
  readonly limitMs: number;
  readonly cancellation?: Cancellation;
  /** In files. */
  readonly progress?: (done: number, total: number) => void;
}

export interface LookedAt {
  readonly path: string;
  readonly found: ScannedFile;
  readonly uses: Uses;
  /** Of the used files, as far as the worker has not told of them before. */
  readonly shapes: ReadonlyMap<string, FileShape>;
}

export interface Done<A> {
  readonly answer: A;
  /** Buffers that the answer hands over. */
  readonly transfer: readonly ArrayBuffer[];
}

export function readWords({ root, files }: WordsTask): Done<ScannedFiles> {
  const answer = scanFiles(root, files);
  const { words, definitions } = answer.block;
  return {
    answer,
    transfer: [words, definitions].flatMap(({ hashes, ends }) => [bufferOf(hashes), bufferOf(ends)]),
  };
}

/** `told` are the shapes that the worker has told before. */
export function lookAt(
  { paths, replay }: ScanTask,
  session: Session,
  told: Map<string, FileShape>,
): Done<readonly LookedAt[]> {
  const answer = paths.map((path) => {
    const { answer: found, uses } = session.scanFile(path, { replay });
    const shapes = new Map<string, FileShape>();
    for (const file of uses.files) {
      const shape = session.shapeOf(file);
      if (shape === undefined || shape === told.get(file)) continue;
      shapes.set(file, shape);
      told.set(file, shape);
    }
    return { path, found, uses, shapes };
  });
  return { answer, transfer: [] };
}

function bufferOf(list: Uint32Array): ArrayBuffer {
  if (list.buffer instanceof ArrayBuffer) return list.buffer;
  throw new TypeError('a shared list cannot be handed over');
}
