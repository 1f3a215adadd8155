/** A kernel tree (or any folder of sources) on disk, ready for questions. */
import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createIndex, type TreeIndex } from '../core/index/index.js';
import { factReader } from '../core/index/reader.js';
import { wordIndex, type WordIndex } from '../core/index/words.js';
import type { Files, Log } from '../core/ports.js';
import { rootedFiles } from './files.js';
import { sourceFiles } from './tree.js';
import { knownWordsOfTree, wordsOfTree, type TreeWords, type WordsOptions } from './words.js';

export interface OpenTree {
  readonly root: string;
  /** All sources and headers, relative to the root, in order. */
  readonly paths: readonly string[];
  readonly files: Files;
  readonly words: WordIndex;
  readonly index: TreeIndex;
  /** Segments of `words`, to put changed texts on top of; and what could not be read. */
  readonly scan: TreeWords;
  /** {@link treeStamp} of the time before it was read. */
  readonly stamp: string;
}

export async function openTree(root: string, options: WordsOptions): Promise<OpenTree> {
  const real = realpathSync.native(root);
  const files = rootedFiles(real, options.log);
  const paths = sourceFiles(real, options.log);
  const stamp = stampOf(real, paths);
  return openedTree(
    { root: real, paths, files, scan: await wordsOfTree(real, paths, options), stamp },
    options.log,
  );
}

/** The tree, where the cache knows its words; undefined where they would have to be read. */
export async function openKnownTree(
  root: string,
  options: Omit<WordsOptions, 'worker' | 'jobs'>,
): Promise<OpenTree | undefined> {
  const real = realpathSync.native(root);
  let paths: readonly string[] = [];
  let stamp = '';
  const look = (): readonly string[] => {
    paths = sourceFiles(real, options.log);
    stamp = stampOf(real, paths);
    return paths;
  };
  const scan = await knownWordsOfTree(real, look, options);
  return (
    scan && openedTree({ root: real, paths, files: rootedFiles(real, options.log), scan, stamp }, options.log)
  );
}

/** How the sources below `root` look now: another text where one of them was changed, made or removed since. */
export const treeStamp = (root: string, log: Log): string => {
  const real = realpathSync.native(root);
  return stampOf(real, sourceFiles(real, log));
};

function stampOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha1');
  for (const path of paths) {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    hash.update(`${path}\0${stats?.size}\0${stats?.mtimeMs}\0${stats?.ctimeMs}\0${stats?.ino}\n`);
  }
  return hash.digest('hex');
}

function openedTree(opened: Omit<OpenTree, 'words' | 'index'>, log: Log): OpenTree {
  const { files, scan } = opened;
  for (const { file, reason } of scan.unread) log.warn(`${file}: not read: ${reason}`);
  const words = wordIndex(scan.segments, scan.gone);
  return { ...opened, words, index: indexOfFiles(words, files) };
}

/** An index that reads the facts of files when they are asked for. */
function indexOfFiles(words: WordIndex, files: Files): TreeIndex {
  return createIndex(
    words,
    factReader((path) => files.read(path)),
  );
}
