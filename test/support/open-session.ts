/** A session over a whole kernel tree, as the command line opens one; what it reads of the tree is kept in a cache of its own. */
import { SILENT_LOG } from '../../src/core/ports.js';
import { createSession, type Session } from '../../src/core/session.js';
import { createParser } from '../../src/core/syntax/parser.js';
import { readWasm } from '../../src/host/assets.js';
import { openCache } from '../../src/host/cache.js';
import { openTree } from '../../src/host/open-tree.js';

/** `cache`: a directory, kept or not; deleting it costs time only. */
export async function sessionOver(directory: string, cache: string): Promise<Session> {
  const wasm = readWasm();
  const parser = await createParser(wasm.runtime, wasm.grammar);
  const { root, files, paths, scan } = await openTree(directory, {
    cache: openCache(cache, 'test', SILENT_LOG),
    log: SILENT_LOG,
  });
  const tree = { segments: scan.segments, gone: scan.gone, paths };
  return createSession({ root, tool: 'walkrace test', files, parser, log: SILENT_LOG, tree });
}
