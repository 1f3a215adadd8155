/** Where there is no tree: the files beside those that are looked at, which are all that is seen. */
import { segmentOfTexts, type WordSegment } from '../index/words.js';
import { PRIMITIVES } from '../kernel/primitives.js';
import type { Files } from '../ports.js';

export interface Neighbours {
  text(path: string): string | undefined;
  /** Takes a file in, and the C files of its folder; whether any is new. */
  see(path: string): boolean;
  /** The words of all that was taken in. */
  segment(): WordSegment;
}

/** Files in which the generic walkers are: what a walker's callbacks are called from. */
const FRAMEWORK: readonly string[] = [
  ...new Set(
    PRIMITIVES.filter(({ kind }) => kind === 'walk' || kind === 'map').map(({ source }) =>
      source.replace(/:.*$/s, ''),
    ),
  ),
].filter((path) => path.endsWith('.c'));

/** What is opened has a text of its own, and is not read. */
export function createNeighbours(files: Files, isOpened: (path: string) => boolean): Neighbours {
  const texts = new Map<string, string>();
  const folders = new Set<string>();
  let segment: WordSegment | undefined;
  const add = (path: string): void => {
    const text = isOpened(path) || texts.has(path) ? undefined : files.read(path);
    if (text === undefined) return;
    texts.set(path, text);
    segment = undefined;
  };
  return {
    text: (path) => texts.get(path),
    see: (path) => {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const before = texts.size;
      add(path);
      if (!folders.has(folder)) {
        folders.add(folder);
        for (const name of files.list(folder)) if (/\.[ch]$/.test(name)) add(folder + name);
        for (const each of FRAMEWORK) add(each);
      }
      return texts.size !== before;
    },
    segment: () => (segment ??= segmentOfTexts(texts)),
  };
}
