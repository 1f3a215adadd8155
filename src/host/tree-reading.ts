/** What is known of a tree as a whole, kept for the next time with how the files looked that it was read from. */
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { treeReading, type TreeReading } from '../core/kernel/tree.js';
import type { Files } from '../core/ports.js';
import { codeDigest } from './assets.js';
import type { Cache } from './cache.js';
import { isSameStamp, NO_STAMP, settled, stampOfFile, type FileStamp } from './file-stamp.js';

interface Stored {
  readonly reading: TreeReading;
  /** Of each file and directory that it was read from, in their order. */
  readonly stamps: readonly FileStamp[];
}

/**
 * The facts of the tree below `root`, which has sources at `paths`: from the cache where all that they were read from looks as it
 * did, and `code` reads them.
 */
export function readingOfTree(
  root: string,
  files: Files,
  paths: readonly string[],
  cache: Cache,
  code: string | undefined = codeDigest(),
): TreeReading {
  // The sources as they run by themselves change from run to run: nothing is kept.
  if (code === undefined) return treeReading(files, paths);
  const key = `tree\0${root}\0${code}`;
  // Before anything is read: what changes meanwhile is not taken for what was seen.
  const started = Date.now();
  const stampsOf = ({ from }: TreeReading): readonly FileStamp[] =>
    Array.from(from, (path) => stampNow(join(root, path), started));
  const stored = storedIn(cache.read(key));
  if (stored && areSame(stored.stamps, stampsOf(stored.reading))) return stored.reading;
  const reading = treeReading(files, paths);
  cache.write(key, [serialize({ reading, stamps: stampsOf(reading) } satisfies Stored)]);
  return reading;
}

/** Undefined: nothing is kept, or by a Node whose manner of writing this one does not read. */
function storedIn(bytes: Buffer | undefined): Stored | undefined {
  try {
    return bytes && (deserialize(bytes) as Stored);
  } catch {
    return undefined;
  }
}

const areSame = (before: readonly FileStamp[], now: readonly FileStamp[]): boolean =>
  now.every((stamp, place) => isSameStamp(before[place] ?? NO_STAMP, stamp));

/** The stamp of a file that has been at rest since before `started`. */
function stampNow(path: string, started: number): FileStamp {
  try {
    return settled(stampOfFile(path), started);
  } catch {
    return NO_STAMP;
  }
}
