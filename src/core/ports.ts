/** What the core asks of the world. Three small ports, passed in; nothing else reaches out. */

export interface Files {
  /** Text of a file, by its path relative to the root with `/`; undefined when there is none or it can't be read. */
  read(path: string): string | undefined;
  /** Names in a directory (directories end with `/`), sorted; empty when there is none. */
  list(directory: string): readonly string[];
}

export interface Cancellation {
  readonly isCancelled: boolean;
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export const NEVER_CANCELLED: Cancellation = { isCancelled: false };
export const SILENT_LOG: Log = { info: () => undefined, warn: () => undefined };

/** Files of a map, on top of others: a tree in memory, as the tests have it. */
export function filesFromMap(texts: ReadonlyMap<string, string>, fallback?: Files): Files {
  return {
    read: (path) => texts.get(path) ?? fallback?.read(path),
    list: (directory) => {
      const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
      const names = new Set(fallback?.list(directory) ?? []);
      for (const path of texts.keys()) {
        if (!path.startsWith(prefix)) continue;
        const rest = path.slice(prefix.length);
        const slash = rest.indexOf('/');
        names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
      }
      return [...names].sort();
    },
  };
}

/** Files that note which of them are read, and which directories are listed. */
export function noting(files: Files, read: Set<string>): Files {
  return {
    list: (directory) => {
      read.add(directory);
      return files.list(directory);
    },
    read: (path) => {
      read.add(path);
      return files.read(path);
    },
  };
}
