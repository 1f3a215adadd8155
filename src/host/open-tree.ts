/** A kernel tree (or any folder of sources) on disk, ready for questions. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createIndex, type TreeIndex } from '../core/index/index.js';
import { factReader } from '../core/index/reader.js';
import { wordIndex, type WordIndex } from '../core/index/words.js';
import type { Files, Log } from '../core/ports.js';
import { stampOfFile } from './file-stamp.js';
import { rootedFiles } from './files.js';
import { sourceFiles } from './tree.js';
import {
  storedWords,
  wordsOfTree,
  wordsSince,
  type SeenFiles,
  type TreeWords,
  type WordsOptions,
} from './words.js';

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
  const seen = filesSeen(real, options.log);
  return openedTree(real, seen, await wordsOfTree(real, seen, options), options.log);
}

/** The tree, where the cache knows its words; undefined where they would have to be read. */
export async function openKnownTree(
  root: string,
  options: Omit<WordsOptions, 'worker' | 'jobs'>,
): Promise<OpenTree | undefined> {
  const real = realpathSync.native(root);
  const stored = storedWords(real, options.cache);
  if (stored === undefined) return undefined;
  const seen = filesSeen(real, options.log);
  const scan = await wordsSince(stored, real, seen, options);
  return scan && openedTree(real, seen, scan, options.log);
}

/** How the sources below `root` look now: another text where one of them was changed, made or removed since. */
export const treeStamp = (root: string, log: Log): string =>
  stampOfFiles(filesSeen(realpathSync.native(root), log));

function filesSeen(root: string, log: Log): SeenFiles {
  const paths = sourceFiles(root, log);
  return { paths, stamps: paths.map((path) => stampOfFile(join(root, path))) };
}

function stampOfFiles({ paths, stamps }: SeenFiles): string {
  const hash = createHash('sha1');
  paths.forEach((path, index) => hash.update(`${path}\0${stamps[index]?.join('\0')}\n`));
  return hash.digest('hex');
}

function openedTree(root: string, seen: SeenFiles, scan: TreeWords, log: Log): OpenTree {
  const files = rootedFiles(root, log);
  for (const { file, reason } of scan.unread) log.warn(`${file}: not read: ${reason}`);
  const words = wordIndex(scan.segments, scan.gone);
  const index = indexOfFiles(words, files);
  return { root, paths: seen.paths, files, words, index, scan, stamp: stampOfFiles(seen) };
}

/** An index that reads the facts of files when they are asked for. */
function indexOfFiles(words: WordIndex, files: Files): TreeIndex {
  return createIndex(
    words,
    factReader((path) => files.read(path)),
  );
}
