/** A review of a patch of half a tree says the same with any number of workers. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEVER_CANCELLED, SILENT_LOG } from '../../../src/core/ports.js';
import { readSeries } from '../../../src/core/review/read.js';
import type { ReviewReport } from '../../../src/core/review/report.js';
import { NO_CACHE } from '../../../src/host/cache.js';
import { reviewInWorkers } from '../../../src/host/review-workers.js';
import { openedTree } from '../../support/open-session.js';
import { buildWorker } from '../../support/worker-script.js';
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

async function reviewed(jobs: number): Promise<ReviewReport> {
  const { tree, session } = await openedTree(root, NO_CACHE);
  const { segments, gone } = tree.scan;
  const input = { series: await readSeries(bytes(patch())), base: 'the tree' };
  const large = session.largePatches(input);
  expect(large.map((each) => each.files)).toEqual([expect.arrayContaining([DUMP, 'mm/many.c'])]);
  const judged = await reviewInWorkers({
    worker,
    jobs,
    tree: { root: tree.root, tool: 'walkrace', segments, gone },
    input,
    large,
    log: SILENT_LOG,
  });
  expect(judged.length > 0).toBe(jobs > 1);
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
    const alone = await reviewed(1);
    expect(alone.findings).toMatchObject([
      { change: 'introduced', rule: 'kernel-walk/hot-remove', verdict: 'confirmed' },
    ]);
    expect(await reviewed(2)).toEqual(alone);
  },
  TIMEOUT_MS,
);
