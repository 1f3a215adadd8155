/** The word lists of a whole tree: from the cache where files look as they did, else read by the workers. */
import { availableParallelism } from 'node:os';
import { WORDS_FORMAT } from '../core/index/word-scan.js';
import { segmentOf, type WordSegment } from '../core/index/words.js';
import { NEVER_CANCELLED, type Cancellation, type Log } from '../core/ports.js';
import type { Cache } from './cache.js';
import { NO_STAMP, isSameStamp, settled, type FileStamp } from './file-stamp.js';
import { createPool, type Outcome, type Pool } from './pool.js';
import { scanFiles, type ScannedFiles } from './scan-files.js';
import type { WordsTask } from './tasks.js';
import { decodeWords, encodeWords, type StoredWords } from './words-file.js';

export interface WordsOptions {
  readonly cache: Cache;
  readonly log: Log;
  /** Script of the workers (dist/worker.js); absent: this thread does the work. */
  readonly worker?: string | URL;
  readonly jobs?: number;
  readonly cancellation?: Cancellation;
  /** Called when a worker has read some of the files. */
  readonly onTask?: () => void;
}

export interface TreeWords {
  readonly segments: readonly WordSegment[];
  /** Paths in the first segment that are not in the tree any more. */
  readonly gone: ReadonlySet<string>;
  /** Files that could not be read: nothing is known of them. */
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
  /** How many files were read now. */
  readonly scanned: number;
}

/** The files of a tree, in order, and the stamp of each before any was read. */
export interface SeenFiles {
  readonly paths: readonly string[];
  readonly stamps: readonly FileStamp[];
}

/** Files that one task reads: enough to be worth a message, few enough to share the work evenly. */
const FILES_OF_TASK = 400;
/** When more than one of so many files has changed, all lists are made again. */
const REBUILD_SHARE = 16;

/** The words of files below `root`. */
export async function wordsOfTree(root: string, seen: SeenFiles, options: WordsOptions): Promise<TreeWords> {
  const stored = storedWords(root, options.cache);
  const known = stored && (await wordsSince(stored, root, seen, options));
  if (known) return known;
  const files = seen.paths;
  const scanned = await scan(root, files, options);
  const segment = segmentOf(scanned.map(({ block }) => block));
  const unread = scanned.flatMap((part) => part.unread);
  if (options.cancellation?.isCancelled !== true) {
    const stamps = scanned.flatMap((part) => part.stamps);
    options.cache.write(keyOf(root), encodeWords({ segment, stamps }));
  }
  return { segments: [segment], gone: new Set(), unread, scanned: files.length };
}

/** The words of a tree as they were kept. */
export const storedWords = (root: string, cache: Cache): StoredWords | undefined =>
  cache.read(keyOf(root), decodeWords);

/** The words of files as they were kept, with what has changed since; undefined: too much has changed. */
export async function wordsSince(
  stored: StoredWords,
  root: string,
  seen: SeenFiles,
  options: WordsOptions,
): Promise<TreeWords | undefined> {
  const changed = changedFiles(seen, stored);
  return isFewOf(changed, seen.paths) ? updated(root, seen.paths, stored, changed, options) : undefined;
}

const keyOf = (root: string): string => `words\0${WORDS_FORMAT}\0${root}`;
const isFewOf = (changed: readonly string[], files: readonly string[]): boolean =>
  changed.length * REBUILD_SHARE <= files.length;

/** The stored segment, and one of what has changed since. It is not stored again: changes are few, and cheap to find. */
async function updated(
  root: string,
  files: readonly string[],
  stored: StoredWords,
  changed: readonly string[],
  options: WordsOptions,
): Promise<TreeWords> {
  const present = new Set(files);
  const gone = new Set(stored.segment.files.filter((file) => !present.has(file)));
  if (changed.length === 0) return { segments: [stored.segment], gone, unread: [], scanned: 0 };
  const scanned = await scan(root, changed, options);
  return {
    segments: [stored.segment, segmentOf(scanned.map(({ block }) => block))],
    gone,
    unread: scanned.flatMap((part) => part.unread),
    scanned: changed.length,
  };
}

function changedFiles({ paths, stamps }: SeenFiles, stored: StoredWords): readonly string[] {
  const places = new Map(stored.segment.files.map((path, index) => [path, index]));
  const now = Date.now();
  return paths.filter((path, index) => {
    const place = places.get(path);
    const stamp = stamps[index];
    if (place === undefined || stamp === undefined) return true;
    const at = place * stamp.length;
    return !isSameStamp(stored.stamps.subarray(at, at + stamp.length), settled(stamp, now));
  });
}

async function scan(
  root: string,
  files: readonly string[],
  options: WordsOptions,
): Promise<readonly ScannedFiles[]> {
  const jobs = options.jobs ?? availableParallelism();
  if (options.worker === undefined || files.length <= FILES_OF_TASK) return [scanFiles(root, files)];
  const pool: Pool<WordsTask, ScannedFiles> = createPool(options.worker, {
    jobs,
    ...(options.onTask ? { onTask: options.onTask } : {}),
  });
  try {
    const tasks = chunks(files, FILES_OF_TASK).map((part): WordsTask => ({
      kind: 'words',
      root,
      files: part,
    }));
    const outcomes = await pool.run(tasks, options.cancellation ?? NEVER_CANCELLED);
    const first = outcomes[0];
    if (first?.kind === 'failed' && outcomes.every(({ kind }) => kind === 'failed')) {
      options.log.warn(`no worker runs (${first.reason}): the files are read without them`);
      return [scanFiles(root, files)];
    }
    const answers: ScannedFiles[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      answers.push(
        outcome.kind === 'done'
          ? outcome.answer
          : await oneByOne(pool, root, tasks[at]?.files ?? [], outcome, options.log),
      );
    }
    return answers;
  } finally {
    await pool.dispose();
  }
}

/** A worker died over some files: each is tried alone, and the one that kills its worker again is told as unread. */
async function oneByOne(
  pool: Pool<WordsTask, ScannedFiles>,
  root: string,
  files: readonly string[],
  before: Exclude<Outcome<ScannedFiles>, { kind: 'done' }>,
  log: Log,
): Promise<ScannedFiles> {
  if (before.kind === 'cancelled') return merged(files.map((file) => ({ file, outcome: before })));
  log.warn(`a worker failed (${before.reason}); its ${files.length} files are read one by one`);
  const outcomes = await pool.run(files.map((file): WordsTask => ({ kind: 'words', root, files: [file] })));
  return merged(files.map((file, index) => ({ file, outcome: outcomes[index] ?? before })));
}

function merged(
  parts: readonly { readonly file: string; readonly outcome: Outcome<ScannedFiles> }[],
): ScannedFiles {
  const empty = { hashes: new Uint32Array(0), ends: Uint32Array.of(0) };
  const each = parts.map(({ file, outcome }): ScannedFiles => {
    if (outcome.kind === 'done') return outcome.answer;
    const reason = outcome.kind === 'failed' ? outcome.reason : 'cancelled';
    return {
      block: { files: [file], words: empty, definitions: empty },
      stamps: [NO_STAMP],
      unread: [{ file, reason }],
    };
  });
  return {
    block: {
      files: each.flatMap(({ block }) => block.files),
      words: endToEnd(each.map(({ block }) => block.words)),
      definitions: endToEnd(each.map(({ block }) => block.definitions)),
    },
    stamps: each.flatMap(({ stamps }) => stamps),
    unread: each.flatMap(({ unread }) => unread),
  };
}

function endToEnd(lists: readonly ScannedFiles['block']['words'][]): ScannedFiles['block']['words'] {
  const hashes = new Uint32Array(lists.reduce((sum, list) => sum + list.hashes.length, 0));
  const ends: number[] = [];
  let at = 0;
  for (const list of lists) {
    hashes.set(list.hashes, at);
    for (const end of list.ends) ends.push(at + end);
    at += list.hashes.length;
  }
  return { hashes, ends: Uint32Array.from(ends) };
}

function chunks(files: readonly string[], size: number): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < files.length; at += size) parts.push(files.slice(at, at + size));
  return parts;
}
