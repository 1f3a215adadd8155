/** The texts of files that were read last: facts and programs of a file are asked for one after the other. */
import type { Files } from '../ports.js';

/** So many are kept, in UTF-16 units. */
const RECENT_UNITS = 8_000_000;

export interface RecentTexts {
  read(path: string): string | undefined;
  forget(paths: readonly string[]): void;
}

/** Reads files, and keeps the texts that were asked for last. */
export function recentTexts(files: Pick<Files, 'read'>): RecentTexts {
  const texts = new Map<string, string>();
  let units = 0;
  const forget = (path: string): void => {
    units -= texts.get(path)?.length ?? 0;
    texts.delete(path);
  };
  return {
    read: (path) => {
      const text = texts.get(path) ?? files.read(path);
      forget(path);
      if (text === undefined) return undefined;
      texts.set(path, text);
      units += text.length;
      for (const oldest of texts.keys()) {
        if (units <= RECENT_UNITS) break;
        forget(oldest);
      }
      return text;
    },
    forget: (paths) => paths.forEach(forget),
  };
}
