/** A session over what was located: the whole tree, indexed and cached, or lone files with what is beside them. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { treeReading } from '../core/kernel/tree.js';
import type { Log } from '../core/ports.js';
import { createSession, type Session } from '../core/session.js';
import { workerScript } from '../host/assets.js';
import { defaultCacheDirectory, NO_CACHE, openCache } from '../host/cache.js';
import { rootedFiles } from '../host/files.js';
import { openTree } from '../host/open-tree.js';
import { loadParser } from '../host/parser.js';
import { treeScan, type TreeScan } from '../host/scan-tree.js';
import { readingOfTree } from '../host/tree-reading.js';
import type { Located } from './targets.js';
import type { Terminal } from './terminal.js';
import { TOOL, VERSION } from './version.js';

export interface OpenOptions {
  /** `--cache DIR`, `--no-cache`; absent: where the system wants caches. */
  readonly cache?: string | boolean;
  readonly jobs?: number;
}

export interface Opened {
  readonly session: Session;
  /** All sources of the tree; empty for lone files. */
  readonly paths: readonly string[];
  readonly scan: TreeScan;
  /** When the opening began: what is told of the time counts it. */
  readonly since: number;
}

export async function openLocated(
  located: Located,
  options: OpenOptions,
  terminal: Terminal,
): Promise<Opened> {
  const since = Date.now();
  const log: Log = { info: () => undefined, warn: (text) => terminal.note(`walkrace: ${text}`) };
  const parser = await loadParser();
  const { root } = located;
  const common = { root, tool: TOOL, parser, log };
  const jobs = options.jobs ?? availableParallelism();
  if (!located.isTree) {
    const files = rootedFiles(root, log);
    const reading = treeReading(files, located.files);
    const session = createSession({ ...common, files, reading, lone: located.files });
    const lone = { root, tool: TOOL, segments: [], gone: NONE_GONE, reading, lone: located.files };
    // Nothing of them is kept.
    const scan = treeScan(lone, files, session, { cache: NO_CACHE, jobs, log });
    return { session, paths: [], scan, since };
  }
  terminal.progress(`reading ${root}`);
  const worker = workerScript();
  const cache = cacheOf(options.cache, log);
  const opening = { cache, log, jobs, ...(worker === undefined ? {} : { worker }) };
  const { files, paths, scan: words } = await openTree(root, opening);
  const { segments, gone } = words;
  const reading = readingOfTree(root, files, paths, cache);
  const session = createSession({ ...common, files, reading, tree: { segments, gone, paths } });
  const tree = { root, tool: TOOL, segments, gone, reading };
  return { session, paths, scan: treeScan(tree, files, session, { cache, jobs, log }), since };
}

const NONE_GONE: ReadonlySet<string> = new Set();

function cacheOf(cache: OpenOptions['cache'], log: Log): ReturnType<typeof openCache> {
  if (cache === false) return NO_CACHE;
  return openCache(typeof cache === 'string' ? resolve(cache) : defaultCacheDirectory(), VERSION, log);
}
