/** Looks at a session with some texts changed, and puts them back, whatever happens meanwhile. */
import type { Sources } from '../sources.js';
import { applyEdits, type FixEdit } from './fix.js';

export interface Scratch {
  readonly sources: Pick<Sources, 'read' | 'open' | 'close'>;
  /** Whether an editor holds the file open: its text is then put back, else the file's own is seen again. */
  readonly isOpen: (path: string) => boolean;
  /** Tells that the text of a file is another now. */
  readonly changed: (path: string) => void;
}

export function withEdits<R>(edits: readonly FixEdit[], look: () => R, scratch: Scratch): R {
  const { sources, isOpen, changed } = scratch;
  const files = [...new Set(edits.map(({ path }) => path))];
  const before = files.map((path) => [path, sources.read(path) ?? ''] as const);
  try {
    for (const [path, text] of before) {
      sources.open(
        path,
        applyEdits(
          text,
          edits.filter((edit) => edit.path === path),
        ),
      );
      changed(path);
    }
    return look();
  } finally {
    for (const [path, text] of before) {
      if (isOpen(path)) sources.open(path, text);
      else sources.close(path);
      changed(path);
    }
  }
}
