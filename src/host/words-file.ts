/** How the words of a tree are kept: a line of JSON that says what follows, then the lists as they are in memory. */
import * as v from 'valibot';
import { areBuckets, type Buckets, type WordSegment } from '../core/index/words.js';
import { NO_STAMP, type FileStamp } from './file-stamp.js';
import { TreePath } from './kept.js';

export interface StoredWords {
  readonly segment: WordSegment;
  /** Four numbers a file, see {@link FileStamp}. */
  readonly stamps: Float64Array;
}

/** The list parts in their order in the file. */
const PARTS = [
  'stamps',
  'words.starts',
  'words.lower',
  'words.files',
  'definitions.starts',
  'definitions.lower',
  'definitions.files',
] as const;

const HeaderOfWords = v.object({
  files: v.array(TreePath),
  /** Bytes of each part. */
  parts: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.length(PARTS.length)),
});
type Header = v.InferOutput<typeof HeaderOfWords>;

export function encodeWords({
  segment,
  stamps,
}: {
  readonly segment: WordSegment;
  readonly stamps: readonly FileStamp[];
}): readonly Uint8Array[] {
  const lists = [
    Float64Array.from(stamps.flat()),
    ...listsOf(segment.words),
    ...listsOf(segment.definitions),
  ];
  const header: Header = { files: [...segment.files], parts: lists.map((list) => list.byteLength) };
  return [
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...lists.map((list) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength)),
  ];
}

/** Throws where the bytes are not what {@link encodeWords} makes of some lists. */
export function decodeWords(bytes: Buffer): StoredWords {
  const end = bytes.indexOf(0x0a);
  const header = v.parse(HeaderOfWords, JSON.parse(bytes.toString('utf8', 0, end)));
  let at = end + 1;
  const total = header.parts.reduce((sum, length) => sum + length, at);
  if (total !== bytes.length) throw new Error('the parts do not add up');
  const parts = header.parts.map((length) => {
    const copy = new SharedArrayBuffer(length); // a copy is aligned
    new Uint8Array(copy).set(bytes.subarray(at, at + length));
    at += length;
    return copy;
  });
  const [stamps = NOTHING, ...lists] = parts;
  const stored: StoredWords = {
    segment: {
      files: header.files,
      words: bucketsIn(lists.slice(0, 3)),
      definitions: bucketsIn(lists.slice(3)),
    },
    stamps: new Float64Array(stamps),
  };
  if (stored.stamps.length !== header.files.length * NO_STAMP.length)
    throw new Error('stamps of other files');
  return stored;
}

function listsOf({ starts, lower, files }: Buckets): readonly (Uint32Array | Uint16Array)[] {
  return [starts, lower, files];
}

function bucketsIn(parts: readonly SharedArrayBuffer[]): Buckets {
  const [starts = NOTHING, lower = NOTHING, files = NOTHING] = parts;
  const buckets: Buckets = {
    starts: new Uint32Array(starts),
    lower: new Uint16Array(lower),
    files: new Uint32Array(files),
  };
  if (!areBuckets(buckets)) throw new Error('the lists do not fit together');
  return buckets;
}

const NOTHING = new SharedArrayBuffer(0);
