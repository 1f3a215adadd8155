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

/** The index over some blocks; `changed` overrides the lists of files that an editor or a patch has changed. */
export function wordIndex(
  blocks: readonly WordBlock[],
  changed: ReadonlyMap<string, FileWords> = new Map(),
): WordIndex {
  const files = blocks.flatMap((block) => block.files);
  const words = bucketsOf(blocks.map((block) => block.words));
  const definitions = bucketsOf(blocks.map((block) => block.definitions));
  const search = (names: Iterable<string>, buckets: Buckets, which: keyof FileWords): readonly string[] => {
    const hashes = new Set<number>();
    for (const name of names) hashes.add(hashOfWord(name));
    const found = new Set<number>();
    for (const hash of hashes) filesIn(buckets, hash, found);
    const inTree = [...found].sort((a, b) => a - b).map((index) => files[index] ?? '');
    if (changed.size === 0) return inTree;
    const inChanged = [...changed].filter(([, lists]) => lists[which].some((hash) => hashes.has(hash)));
    return [...inTree.filter((file) => !changed.has(file)), ...inChanged.map(([file]) => file)].sort();
  };
  return {
    mentioning: (names) => search(names, words, 'words'),
    defining: (names) => search(names, definitions, 'definitions'),
  };
}

/** The index of a few texts, read on the spot. */
export function wordIndexOf(texts: ReadonlyMap<string, string>): WordIndex {
  return wordIndex([blockOf([...texts].sort().map(([file, text]) => [file, wordsOfText(text)] as const))]);
}

/** Pairs of hash and file, brought together by the upper half of the hash: a question looks into one bucket. */
interface Buckets {
  readonly starts: Uint32Array;
  readonly lower: Uint16Array;
  readonly files: Uint32Array;
}

function bucketsOf(blocks: readonly WordLists[]): Buckets {
  const total = blocks.reduce((sum, { hashes }) => sum + hashes.length, 0);
  const starts = new Uint32Array(0x10001);
  for (const { hashes } of blocks)
    for (const hash of hashes) starts[(hash >>> 16) + 1] = (starts[(hash >>> 16) + 1] ?? 0) + 1;
  for (let bucket = 1; bucket < starts.length; bucket++)
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  const next = starts.slice();
  const lower = new Uint16Array(total);
  const files = new Uint32Array(total);
  let file = 0;
  for (const { hashes, ends } of blocks) {
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
