/**
 * Which trees are seen as a whole. The first check of a tree is made at once, from the open documents and what is beside them; then
 * both workers look for the index that an earlier scan has kept, and where there is one the documents are checked again with it. A
 * tree without one is not read: a scan is asked for by the user.
 */
import type { Jobs } from './jobs/jobs.js';

export interface IndexPorts {
  readonly workers: readonly Jobs[];
  /** Texts of the open documents of a root, as a job gets them. */
  readonly texts: (root: string) => readonly { readonly path: string; readonly text: string }[];
  /** A tree is seen as a whole from now on. */
  readonly opened: (root: string) => void;
  readonly warn: (message: string) => void;
}

export interface Indexes {
  /** Looks for the index of a tree; again only when `isNew`: a scan has just made one. */
  readonly look: (root: string, isNew?: boolean) => void;
}

export function createIndexes({ workers, texts, opened, warn }: IndexPorts): Indexes {
  const looked = new Set<string>();
  const seen = new Set<string>();
  const open = async (root: string): Promise<void> => {
    try {
      const jobs = workers.map((jobs) => jobs.run<'index'>({ kind: 'index' }, { root, texts: texts(root) }));
      const found = await Promise.all(jobs);
      if (!found.every(Boolean) || seen.has(root)) return;
      seen.add(root);
      opened(root);
    } catch (error) {
      warn(`the index of a tree was not opened: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    look: (root, isNew = false) => {
      if (root === '' || seen.has(root) || (looked.has(root) && !isNew)) return;
      looked.add(root);
      void open(root);
    },
  };
}
