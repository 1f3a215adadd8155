/** A review of a patch of half a tree says the same with any number of workers. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEVER_CANCELLED, SILENT_LOG } from '../../../src/core/ports.js';
import { readSeries } from '../../../src/core/review/read.js';
import type { ReviewReport } from '../../../src/core/review/report.js';
import { reviewSarif } from '../../../src/core/review/sarif.js';
import { NO_CACHE } from '../../../src/host/cache.js';
import { reviewInWorkers } from '../../../src/host/review-workers.js';
import { openedTree, workerTree } from '../../support/open-session.js';
import { sarifDefects } from '../../support/sarif-schema.js';
import { buildWorker, fussyWorker } from '../../support/worker-script.js';
import { bytes } from '../review/mails.js';
import { diffOf } from '../review/reviewing.js';

const TIMEOUT_MS = 60_000;
const DUMP = 'arch/arm64/mm/dump_hotplug_lock.c';

let top: string;
let root: string;
let worker: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'walkrace-review-'));
  worker = buildWorker(top);
  root = join(top, 'tree');
  cpSync('sample', root, { recursive: true });
}, TIMEOUT_MS);
afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

/** Takes the hotplug lock out of the dump, in a patch that adds more functions than are followed one by one. */
function patch(): string {
  const before = readFileSync(join(root, DUMP), 'utf8');
  const after = before.replace(/^.*\b(?:get|put)_online_mems\(\);\n/gm, '');
  expect(after).not.toBe(before);
  const many = Array.from({ length: 450 }, (_, at) => `int f${at}(void)\n{\n\treturn ${at};\n}\n`);
  return diffOf({ [DUMP]: before }, { [DUMP]: after, 'mm/many.c': many.join('\n') });
}

/** With no workers where `jobs` is 0. */
async function reviewed(jobs: number, script = worker): Promise<ReviewReport> {
  const { tree, session } = await openedTree(root, NO_CACHE);
  const input = { series: await readSeries(bytes(patch())), base: 'the tree' };
  const large = session.largePatches(input);
  expect(large.map((each) => each.files)).toEqual([expect.arrayContaining([DUMP, 'mm/many.c'])]);
  const work = {
    worker: script,
    jobs,
    tree: workerTree(tree),
    input,
    large,
    log: SILENT_LOG,
    limitMs: 10_000,
  };
  const judged = jobs === 0 ? [] : await reviewInWorkers(work);
  expect(new Set(judged.flatMap(({ files }) => files)).size).toBe(jobs === 0 ? 0 : large[0]?.files.length);
  const report = session.review(input, {
    cancellation: NEVER_CANCELLED,
    progress: () => undefined,
    judged,
  });
  return { ...report, ms: 0 };
}

test(
  'with workers as with none',
  async () => {
    const alone = await reviewed(0);
    expect(alone.findings).toMatchObject([
      { change: 'introduced', rule: 'kernel-walk/hot-remove', verdict: 'confirmed' },
    ]);
    expect(alone).not.toHaveProperty('givenUp');
    expect(await reviewed(1)).toEqual(alone);
    expect(await reviewed(2)).toEqual(alone);
  },
  TIMEOUT_MS,
);

test(
  'a file that a worker never gets to the end of is given up, told, and not looked at by the thread that asks',
  async () => {
    const report = await reviewed(2, fussyWorker(top, worker, { file: DUMP, does: 'undefined' }));
    expect(report.givenUp).toEqual([{ file: DUMP, reason: 'took longer than 10000 ms' }]);
    expect(report.findings).toEqual([]);
    expect(report.notes).toContain(
      `gave up ${DUMP}: took longer than 10000 ms; what walks in it was not judged`,
    );
    expect(report.patches[0]?.cut).toMatch(/all that walks in 1 file of it was judged/);
    const log = reviewSarif(report, new Map(), { version: '1.2.3', rootUri: 'file:///linux/', rules: [] });
    expect(sarifDefects(log)).toEqual([]);
    expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications).toHaveLength(1);
  },
  TIMEOUT_MS,
);
