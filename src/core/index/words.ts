/** Which files of a tree may mention or define a name: the word lists of all files, turned round. */
import { WordSet, hashOfWord, scanWords, type FileWords } from './word-scan.js';

/** A run of files with their lists end to end: the list of file `i` ends at `ends[i]`, where that of `i + 1` starts. */
export interface WordBlock {
  readonly files: readonly string[];
  readonly words: WordLists;
  readonly definitions: WordLists;
}

export interface WordLists {
  readonly hashes: Uint32Array;
  readonly ends: Uint32Array;
}

export interface WordIndex {
  /** Paths that have any of the names as a word, in the order of the tree. A few more than that may be told, none less. */
  mentioning(names: Iterable<string>): readonly string[];
  /** Paths that seem to define any of the names: functions with a body, function-like macros, other names of one name. */
  defining(names: Iterable<string>): readonly string[];
}

/** Word lists turned round: pairs of hash and file, brought together by the upper half of the hash. */
export interface Buckets {
  /** Where the pairs of each upper half start; one more at the end. */
  readonly starts: Uint32Array;
  readonly lower: Uint16Array;
  /** Index of the file in the segment. */
  readonly files: Uint32Array;
}

const UPPER_HALVES = 0x10000;

/** Whether lists fit together: each upper half starts where the one before it ends, the last one ends where the pairs do. */
export function areBuckets({ starts, lower, files }: Buckets): boolean {
  return (
    starts.length === UPPER_HALVES + 1 &&
    starts.every((start, upper) => start >= (starts[upper - 1] ?? 0)) &&
    starts[UPPER_HALVES] === lower.length &&
    lower.length === files.length
  );
}

/** Files whose words are asked together. Files are sorted. */
export interface WordSegment {
  readonly files: readonly string[];
  readonly words: Buckets;
  readonly definitions: Buckets;
}

/** The segment of some blocks that have their files in order. */
export function segmentOf(blocks: readonly WordBlock[]): WordSegment {
  return {
    files: blocks.flatMap((block) => block.files),
    words: bucketsOf(blocks.map((block) => block.words)),
    definitions: bucketsOf(blocks.map((block) => block.definitions)),
  };
}

/**
 * The index over segments: a file of a later one (what has changed since, what an editor holds) hides the same path in
 * the earlier ones. `gone` are paths that are in none any more.
 */
export function wordIndex(
  segments: readonly WordSegment[],
  gone: ReadonlySet<string> = new Set(),
): WordIndex {
  const hidden = new Set(gone);
  const live = segments
    .map((segment, at) => ({ segment, at }))
    .reverse()
    .map(({ segment, at }) => {
      const dead = new Set<number>();
      for (const file of hidden) {
        const index = placeOf(segment.files, file);
        if (index >= 0) dead.add(index);
      }
      if (at > 0) for (const file of segment.files) hidden.add(file);
      return { segment, dead };
    })
    .reverse();
  const search = (names: Iterable<string>, which: 'words' | 'definitions'): readonly string[] => {
    const hashes = Array.from(new Set(names), hashOfWord);
    const found = live.flatMap(({ segment, dead }) => {
      const indexes = new Set<number>();
      for (const hash of hashes) filesIn(segment[which], hash, indexes);
      return [...indexes]
        .filter((index) => !dead.has(index))
        .sort((a, b) => a - b)
        .map((index) => segment.files[index] ?? '');
    });
    return live.length > 1 ? found.sort() : found;
  };
  return { mentioning: (names) => search(names, 'words'), defining: (names) => search(names, 'definitions') };
}

/** Index of a path among sorted ones; -1: it is not there. */
function placeOf(files: readonly string[], file: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] ?? '') < file) low = middle + 1;
    else high = middle;
  }
  return files[low] === file ? low : -1;
}

/** The segment of a few texts, read on the spot. */
export function segmentOfTexts(texts: ReadonlyMap<string, string>): WordSegment {
  return segmentOf([
    blockOf([...texts].sort(byPath).map(([file, text]) => [file, wordsOfText(text)] as const)),
  ]);
}

function byPath([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function bucketsOf(lists: readonly WordLists[]): Buckets {
  const total = lists.reduce((sum, { hashes }) => sum + hashes.length, 0);
  const starts = new Uint32Array(UPPER_HALVES + 1);
  for (const { hashes } of lists) {
    for (const hash of hashes) starts[(hash >>> 16) + 1] = (starts[(hash >>> 16) + 1] ?? 0) + 1;
  }
  for (let bucket = 1; bucket < starts.length; bucket++) {
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  }
  const next = starts.slice();
  // Shared, so that workers look things up in the same lists.
  const lower = new Uint16Array(new SharedArrayBuffer(Uint16Array.BYTES_PER_ELEMENT * total));
  const files = new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * total));
  let file = 0;
  for (const { hashes, ends } of lists) {
    let at = 0;
    for (const end of ends) {
      for (; at < end; at++) {
        const hash = hashes[at] ?? 0;
        const place = next[hash >>> 16] ?? 0;
        next[hash >>> 16] = place + 1;
        lower[place] = hash & 0xffff;
        files[place] = file;
      }
      file++;
    }
  }
  return { starts, lower, files };
}

function filesIn(buckets: Buckets, hash: number, found: Set<number>): void {
  const end = buckets.starts[(hash >>> 16) + 1] ?? 0;
  for (let at = buckets.starts[hash >>> 16] ?? 0; at < end; at++) {
    if (buckets.lower[at] === (hash & 0xffff)) found.add(buckets.files[at] ?? 0);
  }
}

/** Lists of some files, end to end. */
export function blockOf(lists: readonly (readonly [string, FileWords])[]): WordBlock {
  return {
    files: lists.map(([file]) => file),
    words: joined(lists.map(([, { words }]) => words)),
    definitions: joined(lists.map(([, { definitions }]) => definitions)),
  };
}

function joined(lists: readonly Uint32Array[]): WordLists {
  const hashes = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  const ends = new Uint32Array(lists.length);
  let at = 0;
  lists.forEach((list, index) => {
    hashes.set(list, at);
    at += list.length;
    ends[index] = at;
  });
  return { hashes, ends };
}

/** The word lists of a text, as if it had been read from a file. */
export function wordsOfText(text: string): FileWords {
  const bytes = new Uint8Array(text.length + 3);
  for (let at = 0; at < text.length; at++) bytes[at] = Math.min(text.charCodeAt(at), 0xff);
  const words = new WordSet();
  const definitions = new WordSet();
  scanWords(bytes, text.length, words, definitions);
  return { words: words.take(), definitions: definitions.take() };
}
