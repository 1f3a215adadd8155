/** The word lists of files, read as bytes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { WordSet, scanWords, type FileWords } from '../core/index/word-scan.js';
import { blockOf, type WordBlock } from '../core/index/words.js';
import { NO_STAMP, settled, stampOf, type FileStamp } from './file-stamp.js';
import { LARGEST_FILE, reasonOf } from './files.js';

export interface ScannedFiles {
  readonly block: WordBlock;
  /** For each file of the block, {@link NO_STAMP} where it may change again unnoticed. */
  readonly stamps: readonly FileStamp[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

const FIRST_BUFFER = 1 << 20;
/** The word scanner writes this much behind the text. */
const MARGIN = 3;

export function scanFiles(root: string, files: readonly string[]): ScannedFiles {
  let buffer = Buffer.alloc(FIRST_BUFFER);
  const words = new WordSet();
  const definitions = new WordSet();
  const lists: (readonly [string, FileWords])[] = [];
  const stamps: FileStamp[] = [];
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
        stamps.push(length === stats.size ? settled(stampOf(stats), Date.now()) : NO_STAMP);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      unread.push({ file, reason: reasonOf(error) });
      stamps.push(NO_STAMP);
    }
    lists.push([file, { words: words.take(), definitions: definitions.take() }]);
  }
  return { block: blockOf(lists), stamps, unread };
}

function readAll(descriptor: number, buffer: Buffer, limit: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, limit - length, null);
    length += read;
    if (read === 0 || length === limit) return length;
  }
}
