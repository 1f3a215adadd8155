/** A kernel tree (or any folder of sources) on disk, ready for questions. */
import { realpathSync } from 'node:fs';
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
}

export async function openTree(root: string, options: WordsOptions): Promise<OpenTree> {
  const real = realpathSync.native(root);
  const files = rootedFiles(real, options.log);
  const paths = sourceFiles(real, options.log);
  return openedTree(real, paths, files, await wordsOfTree(real, paths, options), options.log);
}

/** The tree, where the cache knows its words; undefined where they would have to be read. */
export async function openKnownTree(
  root: string,
  options: Omit<WordsOptions, 'worker' | 'jobs'>,
): Promise<OpenTree | undefined> {
  const real = realpathSync.native(root);
  let paths: readonly string[] = [];
  const scan = await knownWordsOfTree(real, () => (paths = sourceFiles(real, options.log)), options);
  return scan && openedTree(real, paths, rootedFiles(real, options.log), scan, options.log);
}

function openedTree(
  root: string,
  paths: readonly string[],
  files: Files,
  scan: TreeWords,
  log: Log,
): OpenTree {
  for (const { file, reason } of scan.unread) log.warn(`${file}: not read: ${reason}`);
  const words = wordIndex(scan.segments, scan.gone);
  return { root, paths, files, words, index: indexOfFiles(words, files), scan };
}

/** An index that reads the facts of files when they are asked for. */
export function indexOfFiles(words: WordIndex, files: Files): TreeIndex {
  return createIndex(
    words,
    factReader((path) => files.read(path)),
  );
}
