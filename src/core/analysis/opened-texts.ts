/** The texts that an editor holds open, and their words: each list is made once for a text. */
import { blockOf, segmentOf, wordsOfText, type WordSegment } from '../index/words.js';
import type { FileWords } from '../index/word-scan.js';

export interface OpenedTexts {
  readonly texts: ReadonlyMap<string, string>;
  readonly open: (path: string, text: string) => void;
  readonly close: (path: string) => void;
  readonly wordsOf: (path: string) => FileWords;
  /** The words of all of them. */
  readonly segment: () => WordSegment;
  /** The texts of these are others now. */
  readonly forgetWords: (paths: readonly string[]) => void;
}

export function openedTexts(): OpenedTexts {
  const texts = new Map<string, string>();
  const words = new Map<string, FileWords>();
  const wordsOf = (path: string): FileWords => {
    const list = words.get(path) ?? wordsOfText(texts.get(path) ?? '');
    words.set(path, list);
    return list;
  };
  return {
    texts,
    open: (path, text) => void texts.set(path, text),
    close: (path) => void texts.delete(path),
    wordsOf,
    segment: () => {
      const lists = [...texts.keys()].map((path) => [path, wordsOf(path)] as const);
      return segmentOf([blockOf(lists.sort(([a], [b]) => (a < b ? -1 : 1)))]);
    },
    forgetWords: (paths) => paths.forEach((path) => words.delete(path)),
  };
}
