/** A file that is too much for a worker is given up, and told; all others are looked at. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEVER_CANCELLED, SILENT_LOG } from '../../../src/core/ports.js';
import type { GivenUp } from '../../../src/core/report/report.js';
import { nothingOf, type ScannedFile } from '../../../src/core/scan.js';
import { createSession, type Session } from '../../../src/core/session.js';
import { treeReading } from '../../../src/core/kernel/tree.js';
import { rootedFiles } from '../../../src/host/files.js';
import { loadParser } from '../../../src/host/parser.js';
import type { WorkerTree } from '../../../src/host/tasks.js';
import { NO_CACHE } from '../../../src/host/cache.js';
import { scanInWorkers } from '../../../src/host/scan-workers.js';
import { openedTree, workerTree } from '../../support/open-session.js';
import { buildWorker, fussyWorker } from '../../support/worker-script.js';

const HARD = 'arch/arm64/mm/dump_rcu.c';
const EASY = 'arch/arm64/mm/dump_hotplug_lock.c';
const OTHER = 'arch/arm64/mm/mmu.c';

let top: string;
let root: string;
let worker: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'walkrace-limits-'));
  worker = buildWorker(top);
  root = join(top, 'tree');
  cpSync('sample', root, { recursive: true });
}, 60_000);
afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

interface Scanned {
  readonly session: Session;
  /** What was to be looked at. */
  readonly paths: readonly string[];
  readonly found: ReadonlyMap<string, ScannedFile>;
  readonly givenUp: readonly GivenUp[];
  readonly warnings: readonly string[];
  /** How many files were done, each time that it was told. */
  readonly told: readonly number[];
}

/** A scan by workers that do something else with the hard file; none: of the whole tree. */
async function scanned(does: string, jobs: number, few?: readonly string[]): Promise<Scanned> {
  const { tree, session } = await openedTree(root, NO_CACHE);
  const paths = few ?? session.lookedAt([]);
  const found = new Map<string, ScannedFile>();
  const warnings: string[] = [];
  const told: number[] = [];
  const givenUp = await scanInWorkers({
    worker: fussyWorker(top, worker, { file: HARD, does }),
    jobs,
    limitMs: 8_000,
    tree: workerTree(tree),
    paths,
    replay: false,
    results: { keep: (path, file) => void found.set(path, file) },
    log: { ...SILENT_LOG, warn: (text) => void warnings.push(text) },
    progress: (done) => void told.push(done),
  });
  return { session, paths, found, givenUp, warnings, told };
}

const HANGS = 'undefined';

describe('a file', { timeout: 60_000 }, () => {
  it.each([
    ['dies of', 2, 'process.exit(9)', 'the worker ended (9)'],
    ['never gets to the end of', 1, HANGS, 'took longer than 8000 ms'],
  ])('of a tree that a worker %s, with %d jobs', async (_, jobs, does, reason) => {
    const { session, paths, found, givenUp, warnings, told } = await scanned(does, jobs);
    expect(givenUp).toEqual([{ file: HARD, reason }]);
    expect([...found.keys()].sort()).toEqual(paths.filter((path) => path !== HARD).sort());
    expect(warnings.at(-1)).toBe(`a worker failed (${reason}) over ${HARD}`);
    expect(told.at(-1)).toBe(paths.length);
    const known = (path: string): ScannedFile | undefined =>
      found.get(path) ?? givenUp.map((each) => nothingOf(each)).find(({ givenUp: up }) => up?.file === path);
    const ports = {
      cancellation: NEVER_CANCELLED,
      progress: () => undefined,
      results: { known, keep: () => expect.unreachable('all files are known') },
    };
    expect(session.scan([], { replay: false }, ports).givenUp).toEqual(givenUp);
  });

  it('of few that a worker never gets to the end of is tried once', async () => {
    const { found, givenUp, warnings } = await scanned(HANGS, 2, [HARD, EASY]);
    const reason = 'took longer than 8000 ms';
    expect(givenUp).toEqual([{ file: HARD, reason }]);
    expect([...found.keys()]).toEqual([EASY]);
    expect(warnings).toEqual([`a worker failed (${reason}) over ${HARD}`]);
  });

  it('without its tree is given up too, and the others are seen together', async () => {
    const found = new Map<string, ScannedFile>();
    const files = rootedFiles(root, SILENT_LOG);
    const paths = [HARD, EASY, OTHER];
    const tree: WorkerTree = {
      root,
      tool: 'walkrace',
      segments: [],
      gone: new Set(),
      reading: treeReading(files, paths),
      lone: paths,
    };
    const givenUp = await scanInWorkers({
      worker: fussyWorker(top, worker, { file: HARD, does: HANGS }),
      jobs: 2,
      limitMs: 8_000,
      tree,
      paths,
      replay: false,
      results: { keep: (path, file) => void found.set(path, file) },
      log: SILENT_LOG,
    });
    expect(givenUp).toEqual([{ file: HARD, reason: 'took longer than 8000 ms' }]);
    const parser = await loadParser();
    const session = createSession({
      root,
      tool: 'walkrace',
      files,
      reading: tree.reading,
      parser,
      log: SILENT_LOG,
      lone: paths,
    });
    expect([...found].sort()).toEqual(
      [EASY, OTHER].sort().map((path) => [path, session.scanFile(path, { replay: false }).answer]),
    );
  });

  it('is left to the thread that asks where no worker runs at all', async () => {
    const { found, givenUp } = await scanned('process.exit(9)', 1, [HARD]);
    expect([...found.keys(), ...givenUp]).toEqual([]);
  });
});
