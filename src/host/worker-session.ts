/** The session of a worker that scans. */
import { SILENT_LOG } from '../core/ports.js';
import { createSession, type Session } from '../core/session.js';
import { rootedFiles } from './files.js';
import { loadParser } from './parser.js';
import type { WorkerTree } from './tasks.js';

/** What the files of the tree have to say to the log, the thread that asks has heard already. */
export async function sessionOf({ root, tool, segments, gone }: WorkerTree): Promise<Session> {
  return createSession({
    root,
    tool,
    files: rootedFiles(root, SILENT_LOG),
    parser: await loadParser(),
    log: SILENT_LOG,
    tree: { segments, gone, paths: [] },
  });
}
