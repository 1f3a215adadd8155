/** A tree on disk: read once by any number of workers, and from the cache after that. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../../src/core/ports.js';
import { NO_CACHE, openCache, type Cache } from '../../../src/host/cache.js';
import { openTree, type OpenTree } from '../../../src/host/open-tree.js';
import type { WordsOptions } from '../../../src/host/words.js';
import { buildWorker } from '../../support/worker-script.js';

let top: string;
let root: string;
let worker: string;
let cache: Cache;
/** More files than one task takes. */
const COUNT = 900;

beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'walkrace-tree-')));
  worker = buildWorker(top);
});
afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});
beforeEach(() => {
  root = mkdtempSync(join(top, 'root-'));
  cache = openCache(join(root, '.cache'), '1', SILENT_LOG);
  put('mm/walk.c', 'void walk_it(void) { }\n');
  for (let n = 0; n < COUNT; n++)
    put(
      `drivers/d${n}.c`,
      n % 100 === 0 ? `void use${n}(void) { walk_it(); }\n` : `void use${n}(void) { other(); }\n`,
    );
});

/** Writes a file that has been at rest for an hour. */
function put(file: string, text: string, age = 3600): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age);
}

const open = (options: Partial<WordsOptions> = {}): Promise<OpenTree> =>
  openTree(root, { cache, log: SILENT_LOG, worker, jobs: 2, ...options });

function callersIn(tree: OpenTree): readonly string[] {
  const walker = tree.index.functionsIn('mm/walk.c')[0];
  return walker === undefined ? [] : tree.index.callers(walker).mentions.map(({ mention }) => mention.file);
}

const expected = Array.from({ length: 9 }, (_, n) => `drivers/d${n * 100}.c`);

describe('a tree', { timeout: 30_000 }, () => {
  it('gives the same answers with no worker and with any number of workers', async () => {
    const alone = await openTree(root, { cache: NO_CACHE, log: SILENT_LOG });
    expect(callersIn(alone)).toEqual(expected);
    for (const jobs of [1, 2, 3]) {
      const tree = await open({ cache: NO_CACHE, jobs });
      expect(callersIn(tree)).toEqual(expected);
      expect(tree.scan.segments).toEqual(alone.scan.segments);
    }
  });

  it('is not read a second time', async () => {
    // The clock of a file that was just written cannot tell two writes apart, so it would be read again.
    await later();
    expect((await open()).scan.scanned).toBe(COUNT + 1);
    const again = await open();
    expect(again.scan.scanned).toBe(0);
    expect(callersIn(again)).toEqual(expected);
  });

  it('is read where it has changed, and forgets what is gone', async () => {
    await later();
    await open();
    put('drivers/d1.c', 'void use1(void) { walk_it(); }\n', 1800);
    put('drivers/new.c', 'void fresh(void) { walk_it(); }\n');
    unlinkSync(join(root, 'drivers/d100.c'));
    const tree = await open();
    expect(tree.scan.scanned).toBe(2);
    expect(callersIn(tree)).toEqual(
      [...expected.filter((file) => file !== 'drivers/d100.c'), 'drivers/d1.c', 'drivers/new.c'].sort(),
    );
  });

  it('is read anew when its cache was cut off', async () => {
    await later();
    await open();
    const directory = join(root, '.cache');
    for (const file of readdirSync(directory)) truncateSync(join(directory, file), 5000);
    const tree = await open();
    expect(tree.scan.scanned).toBe(COUNT + 1);
    expect(callersIn(tree)).toEqual(expected);
  });

  it('is read without workers when none runs', async () => {
    const broken = join(top, 'broken.cjs');
    writeFileSync(broken, 'process.exit(1)');
    const warnings: string[] = [];
    const tree = await open({
      worker: broken,
      cache: NO_CACHE,
      log: { info: () => undefined, warn: (text) => void warnings.push(text) },
    });
    expect(callersIn(tree)).toEqual(expected);
    expect(warnings).toEqual(['no worker runs (the worker ended (1)): the files are read without them']);
  });

  it('loses only the file that kills its worker, and tells which', async () => {
    const fussy = join(top, 'fussy.cjs');
    writeFileSync(
      fussy,
      `const { parentPort } = require('node:worker_threads');
       const on = parentPort.on.bind(parentPort);
       parentPort.on = (event, listener) => on(event, (task) => (task.files.includes('drivers/d7.c') ? process.exit(9) : listener(task)));
       require(${JSON.stringify(worker)});`,
    );
    const tree = await open({ worker: fussy, cache: NO_CACHE });
    expect(tree.scan.unread).toEqual([{ file: 'drivers/d7.c', reason: 'the worker ended (9)' }]);
    expect(callersIn(tree)).toEqual(expected);
  });
});

/** Waits until the files' change time is old enough to be trusted. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2100));
}
