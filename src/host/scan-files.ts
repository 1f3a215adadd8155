/** The word lists of files, read as bytes. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { WordSet, scanWords, type FileWords } from '../core/index/word-scan.js';
import { blockOf, type WordBlock } from '../core/index/words.js';
import { LARGEST_FILE, reasonOf } from './files.js';

/** How a file looked when it was read: size, time of change and inode. Another look means another content. */
export type Look = readonly [size: number, modified: number, changed: number, inode: number];

export interface ScannedFiles {
  readonly block: WordBlock;
  /** For each file of the block. */
  readonly looks: readonly Look[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

/** A look that no file has: its list is made again next time. */
export const NO_LOOK: Look = [-1, 0, 0, 0];

/** A file that was changed this short before it was read may change again within one tick of the clock. */
export const SETTLED_MS = 2000;
const FIRST_BUFFER = 1 << 20;
/** The word scanner writes this much behind the text. */
const MARGIN = 3;

export function scanFiles(root: string, files: readonly string[]): ScannedFiles {
  let buffer = Buffer.alloc(FIRST_BUFFER);
  const words = new WordSet();
  const definitions = new WordSet();
  const lists: (readonly [string, FileWords])[] = [];
  const looks: Look[] = [];
  const unread: { file: string; reason: string }[] = [];
  for (const file of files) {
    try {
      const descriptor = openSync(join(root, file), 'r');
      try {
        const stats = fstatSync(descriptor);
        if (stats.size > LARGEST_FILE) throw new Error(`larger than ${LARGEST_FILE} bytes`);
        if (stats.size + MARGIN > buffer.length) buffer = Buffer.alloc(2 * stats.size + MARGIN);
        const length = readAll(descriptor, buffer, buffer.length - MARGIN);
        scanWords(buffer, length, words, definitions);
        looks.push(length === stats.size ? lookOf(stats) : NO_LOOK);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      unread.push({ file, reason: reasonOf(error) });
      looks.push(NO_LOOK);
    }
    lists.push([file, { words: words.take(), definitions: definitions.take() }]);
  }
  return { block: blockOf(lists), looks, unread };
}

/** The look of a file that has been at rest for a while; {@link NO_LOOK} otherwise. */
export function lookOf(stats: Stats, now = Date.now()): Look {
  if (now - Math.max(stats.mtimeMs, stats.ctimeMs) < SETTLED_MS) return NO_LOOK;
  return [stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino];
}

function readAll(descriptor: number, buffer: Buffer, limit: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, limit - length, null);
    length += read;
    if (read === 0 || length === limit) return length;
  }
}
