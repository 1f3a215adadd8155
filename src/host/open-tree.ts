/** A kernel tree (or any folder of sources) on disk, ready for questions. */
import { realpathSync } from 'node:fs';
import { createIndex, type TreeIndex } from '../core/index/index.js';
import { factReader } from '../core/index/reader.js';
import { wordIndex, type WordIndex } from '../core/index/words.js';
import type { Files } from '../core/ports.js';
import { rootedFiles } from './files.js';
import { sourceFiles } from './tree.js';
import { wordsOfTree, type TreeWords, type WordsOptions } from './words.js';

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
  const scan = await wordsOfTree(real, paths, options);
  for (const { file, reason } of scan.unread) options.log.warn(`${file}: not read: ${reason}`);
  const words = wordIndex(scan.segments, scan.gone);
  return { root: real, paths, files, words, index: indexOfFiles(words, files), scan };
}

/** An index that reads the facts of files when they are asked for. */
export function indexOfFiles(words: WordIndex, files: Files): TreeIndex {
  return createIndex(
    words,
    factReader((path) => files.read(path)),
  );
}
