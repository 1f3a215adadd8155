/**
 * Which trees are seen as a whole. The first check of a tree is made at once, from the open documents and what is beside them; then
 * the checker looks for the index that an earlier scan has kept, shares it with the replayer, and the documents are checked again. A
 * tree without one is not read: a scan is asked for by the user.
 */
import { messageOf } from '../core/message-of.js';
import type { Jobs } from './jobs/jobs.js';

export interface IndexPorts {
  readonly checker: Jobs;
  readonly replayer: Jobs;
  /** Texts of the open documents of a root, as a job gets them. */
  readonly texts: (root: string) => readonly { readonly path: string; readonly text: string }[];
  /** A tree is seen as a whole from now on. */
  readonly opened: (root: string) => void;
  readonly warn: (message: string) => void;
}

export interface Indexes {
  /** A document was checked without its tree: looks for the index, once; again when a worker has lost it, or `isNew`: a scan made one. */
  readonly look: (root: string, isNew?: boolean) => void;
  /** Waits until it is known whether there is an index, where that is being looked for. */
  readonly settled: (root: string) => Promise<void>;
}

export function createIndexes({ checker, replayer, texts, opened, warn }: IndexPorts): Indexes {
  /** Trees that were looked for and have no index; and those that are being looked for. */
  const without = new Set<string>();
  const looking = new Map<string, Promise<void>>();

  async function open(root: string): Promise<void> {
    try {
      const known = await checker.run<'index'>({ kind: 'index' }, { root, texts: texts(root) });
      if (known === null) return void without.add(root);
      await replayer.run<'index'>({ kind: 'index', known }, { root, texts: texts(root) });
      opened(root);
    } catch (error) {
      without.add(root);
      warn(`the index of a tree was not opened: ${messageOf(error)}`);
    } finally {
      looking.delete(root);
    }
  }

  return {
    look: (root, isNew = false) => {
      if (root === '' || looking.has(root) || (without.has(root) && !isNew)) return;
      without.delete(root);
      looking.set(root, open(root));
    },
    settled: (root) => looking.get(root) ?? Promise.resolve(),
  };
}
