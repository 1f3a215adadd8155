/** How the words of a tree are kept: a line of JSON that says what follows, then the lists as they are in memory. */
import type { Buckets, WordSegment } from '../core/index/words.js';
import type { FileStamp } from './file-stamp.js';

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

interface Header {
  readonly files: readonly string[];
  /** Bytes of each part. */
  readonly parts: readonly number[];
}

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
  const header: Header = { files: segment.files, parts: lists.map((list) => list.byteLength) };
  return [
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...lists.map((list) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength)),
  ];
}

/** Undefined when there is nothing or the parts do not add up. */
export function decodeWords(bytes: Buffer | undefined): StoredWords | undefined {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  const header = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
  if (header.parts.length !== PARTS.length) return undefined;
  let at = end + 1;
  const parts = header.parts.map((length) => {
    const copy = new SharedArrayBuffer(length); // a copy is aligned
    new Uint8Array(copy).set(bytes.subarray(at, at + length));
    at += length;
    return copy;
  });
  if (at !== bytes.length) return undefined;
  const [stamps, ...lists] = parts;
  if (stamps === undefined) return undefined;
  return {
    segment: {
      files: header.files,
      words: bucketsIn(lists.slice(0, 3)),
      definitions: bucketsIn(lists.slice(3)),
    },
    stamps: new Float64Array(stamps),
  };
}

function listsOf({ starts, lower, files }: Buckets): readonly (Uint32Array | Uint16Array)[] {
  return [starts, lower, files];
}

function bucketsIn(parts: readonly SharedArrayBuffer[]): Buckets {
  const [starts = NOTHING, lower = NOTHING, files = NOTHING] = parts;
  return { starts: new Uint32Array(starts), lower: new Uint16Array(lower), files: new Uint32Array(files) };
}

const NOTHING = new SharedArrayBuffer(0);
