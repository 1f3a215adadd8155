/** Looks at a session's tree with texts changed: they are opened as documents of an editor are, and closed again. */
import type { Sources } from '../analysis/sources.js';
import type { Files } from '../ports.js';
import { withTexts, type Texts } from './apply/apply.js';
import type { Looks, View } from './looks.js';

export interface LookPorts {
  readonly files: Files;
  readonly sources: Pick<Sources, 'read' | 'openAll' | 'closeAll'>;
  readonly view: View;
  /** Whether an editor holds the file open: its text is then put back, else the file's own is seen again. */
  readonly isOpen: (path: string) => boolean;
  /** Tells that the text of a file is another now. */
  readonly changed: (path: string) => void;
  /** Whether the tree's own facts (Kconfig, what its functions take) rest on the file. */
  readonly isOfTree: (path: string) => boolean;
  /** The same tree over other files, with its facts read again. */
  readonly over: (files: Files) => Looks;
}

export function createLooks(ports: LookPorts): Looks {
  return {
    at: (texts, look) => {
      const differing = new Map(
        [...texts].filter(([path, text]) => (ports.files.read(path) ?? '') !== (text ?? '')),
      );
      const sources = [...differing].filter(([path]) => /\.[ch]$/.test(path));
      // Facts of the tree are known to everything that was made of them: other facts, another session.
      if ([...differing.keys()].some(ports.isOfTree)) {
        const over = ports.over(withTexts(ports.files, texts));
        return over.at(texts, look);
      }
      return opened(new Map(sources), () => look(ports.view), ports);
    },
  };
}

function opened<R>(texts: Texts, look: () => R, { sources, isOpen, changed }: LookPorts): R {
  const before = [...texts.keys()].map((path) => [path, sources.read(path) ?? ''] as const);
  try {
    sources.openAll([...texts].map(([path, text]) => [path, text ?? ''] as const));
    for (const path of texts.keys()) changed(path);
    return look();
  } finally {
    sources.closeAll(before.map(([path]) => path).filter((path) => !isOpen(path)));
    sources.openAll(before.filter(([path]) => isOpen(path)));
    for (const [path] of before) changed(path);
  }
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
