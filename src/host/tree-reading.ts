/** What is known of a tree as a whole, kept for the next time with how the files looked that it was read from. */
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { treeReading, type TreeFacts, type TreeReading } from '../core/kernel/tree.js';
import type { Files } from '../core/ports.js';
import { codeDigest } from './assets.js';
import type { Cache } from './cache.js';
import { isSameStamp, NO_STAMP, settled, stampOfFile, type FileStamp } from './file-stamp.js';
import { Stamp, TreePath } from './kept.js';

const Stored = v.object({
  reading: v.object({
    facts: v.custom<TreeFacts>((value) => v.is(v.looseObject({}), value)),
    from: v.pipe(v.set(TreePath), v.readonly()),
  }),
  /** Of each file and directory that it was read from, in their order. */
  stamps: v.pipe(v.array(Stamp), v.readonly()),
});
type Stored = v.InferOutput<typeof Stored>;

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
  const stored = cache.read(key, storedIn);
  if (stored && areSame(stored.stamps, stampsOf(stored.reading))) return stored.reading;
  const reading = treeReading(files, paths);
  cache.write(key, [serialize({ reading, stamps: stampsOf(reading) } satisfies Stored)]);
  return reading;
}

/** Throws where it was kept by a Node whose manner of writing this one does not read. */
const storedIn = (bytes: Buffer): Stored => v.parse(Stored, deserialize(bytes));

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
