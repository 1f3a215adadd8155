/** A session over a whole kernel tree, as the command line opens one; what it reads of the tree is kept in a cache of its own. */
import { treeReading } from '../../src/core/kernel/tree.js';
import { SILENT_LOG } from '../../src/core/ports.js';
import { createSession, type Session } from '../../src/core/session.js';
import { createParser } from '../../src/core/syntax/parser.js';
import { readWasm } from '../../src/host/assets.js';
import { openCache, type Cache } from '../../src/host/cache.js';
import { openTree, type OpenTree } from '../../src/host/open-tree.js';
import type { WorkerTree } from '../../src/host/tasks.js';

/** What workers are given of a tree. */
export const workerTree = ({ root, files, scan: { segments, gone } }: OpenTree): WorkerTree => ({
  root,
  tool: 'walkrace',
  segments,
  gone,
  reading: treeReading(files),
});

/** `cache`: a directory, kept or not; deleting it costs time only. */
export async function sessionOver(directory: string, cache: string): Promise<Session> {
  return (await openedTree(directory, openCache(cache, 'test', SILENT_LOG))).session;
}

/** A tree on disk, and a session over it. */
export async function openedTree(
  directory: string,
  cache: Cache,
): Promise<{ readonly tree: OpenTree; readonly session: Session }> {
  const wasm = readWasm();
  const parser = await createParser(wasm.runtime, wasm.grammar);
  const opened = await openTree(directory, { cache, log: SILENT_LOG });
  const { root, files, paths, scan } = opened;
  const tree = { segments: scan.segments, gone: scan.gone, paths };
  const session = createSession({ root, tool: 'walkrace', files, parser, log: SILENT_LOG, tree });
  return { tree: opened, session };
}
