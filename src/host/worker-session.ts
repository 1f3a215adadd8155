/** The sessions of a worker: one for a scan, one for each side of a review. */
import { treeReading, type TreeReading } from '../core/kernel/tree.js';
import { NEVER_CANCELLED, SILENT_LOG } from '../core/ports.js';
import { judgeFiles, type JudgedFiles } from '../core/review/large.js';
import { placedPatches } from '../core/review/placed.js';
import { createSides } from '../core/review/sides.js';
import { createSession, type Session } from '../core/session.js';
import type { CParser } from '../core/syntax/parser.js';
import { rootedFiles } from './files.js';
import { loadParser } from './parser.js';
import type { Done, ReviewTask, WorkerTree } from './tasks.js';

export async function sessionOf(tree: WorkerTree): Promise<Session> {
  return sessionOn(tree, await loadParser(), tree.reading);
}

/** What the files of the tree have to say to the log, the thread that asks has heard already. */
function sessionOn(
  { root, tool, segments, gone, lone }: WorkerTree,
  parser: CParser,
  reading: TreeReading,
): Session {
  return createSession({
    root,
    tool,
    files: rootedFiles(root, SILENT_LOG),
    reading,
    parser,
    log: SILENT_LOG,
    ...(lone ? { lone } : { tree: { segments, gone, paths: [] } }),
  });
}

/** Judges files of the large patches of the tree's review. */
export async function reviewerOf(tree: WorkerTree): Promise<(task: ReviewTask) => Done<JudgedFiles>> {
  const { review, root } = tree;
  if (!review) throw new TypeError('this worker has no review');
  const parser = await loadParser();
  const files = rootedFiles(root, SILENT_LOG);
  const placed = placedPatches(review.input, files);
  const looks = createSides(files, (facts) => sessionOn(tree, parser, treeReading(facts)).showing);
  return ({ patch, files: own }) => {
    const large = review.large.find((each) => each.patch === patch);
    const on = placed[patch];
    if (!large || !on) throw new TypeError(`patch ${patch} is not large`);
    const answer = judgeFiles({ ...large, files: own }, on, looks, {
      cancellation: NEVER_CANCELLED,
      progress: () => undefined,
    });
    return { answer, transfer: [] };
  };
}
