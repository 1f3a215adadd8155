/** A worker's jobs: one after the other, ended when they take too long or do not heed their cancellation, and never lost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJobs, type JobOptions, type Jobs } from '../../../src/server/jobs/jobs.js';

let directory = '';
let program = '';

/**
 * Does what the path of a check says: `wait 50` takes so many milliseconds, `stir 50` too and tells all along that it gets on, `heed`
 * runs until it is cancelled, `die` ends the thread.
 */
const WORKER = `
  const { parentPort } = require('node:worker_threads');
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let last = Promise.resolve();
  parentPort.on('message', ({ id, job: { path }, cancelled }) => {
    last = last.then(async () => {
      parentPort.postMessage({ id, type: 'started' });
      if (path === 'die') process.exit(3);
      if (path === 'heed') while (Atomics.load(new Int32Array(cancelled), 0) === 0) await rest(5);
      else if (path.startsWith('stir')) {
        const until = Date.now() + Number(path.split(' ')[1]);
        while (Date.now() < until) {
          parentPort.postMessage({ id, type: 'alive' });
          await rest(5);
        }
      } else await rest(Number(path.split(' ')[1]));
      parentPort.postMessage({ id, type: 'done', answer: path });
    });
  });`;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'walkrace-jobs-'));
  program = join(directory, 'worker.cjs');
  writeFileSync(program, WORKER);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The path of the check when it is answered, else why it failed. */
function ask(jobs: Jobs, path: string, options: Pick<JobOptions, 'onCancel'> = {}): Promise<unknown> {
  return jobs
    .run<'check'>({ kind: 'check', path }, { root: '', texts: [], ...options })
    .catch((error: unknown) => (error instanceof Error ? error.message : error));
}

/** A cancellation that comes at once. */
const atOnce = (cancel: () => void): void => cancel();

test('a cancelled job that stops is answered', async () => {
  const jobs = createJobs({ program });
  expect(await ask(jobs, 'heed', { onCancel: atOnce })).toBe('heed');
  jobs.dispose();
});

test('a cancelled job that does not stop takes the worker with it, and the next one has a new worker', async () => {
  const jobs = createJobs({ program, graceMs: 20 });
  expect(await ask(jobs, 'wait 5000', { onCancel: atOnce })).toBe('it was cancelled, and did not stop');
  expect(await ask(jobs, 'wait 0')).toBe('wait 0');
  jobs.dispose();
});

test('a job that is cancelled while it stands in line does not end the one before it', async () => {
  const jobs = createJobs({ program, graceMs: 20 });
  const answers = [ask(jobs, 'wait 300'), ask(jobs, 'heed', { onCancel: atOnce })];
  expect(await Promise.all(answers)).toEqual(['wait 300', 'heed']);
  jobs.dispose();
});

test('a job that takes too long fails, and so do those behind it', async () => {
  const jobs = createJobs({ program, limitMs: 30 });
  const answers = [ask(jobs, 'wait 5000'), ask(jobs, 'wait 0')];
  expect(await Promise.all(answers)).toEqual(['took longer than 30 ms', 'took longer than 30 ms']);
  jobs.dispose();
});

test('a job may take long while it gets on; one of which nothing is heard fails', async () => {
  const jobs = createJobs({ program, silentMs: 400 });
  expect(await ask(jobs, 'stir 1200')).toBe('stir 1200');
  expect(await ask(jobs, 'wait 5000')).toBe('did not get on for 400 ms');
  expect(await ask(jobs, 'wait 0')).toBe('wait 0');
  jobs.dispose();
});

test('a cancelled job that gets on and does not stop is ended', async () => {
  const jobs = createJobs({ program, silentMs: 60_000, graceMs: 100 });
  expect(await ask(jobs, 'stir 5000', { onCancel: atOnce })).toBe('it was cancelled, and did not stop');
  jobs.dispose();
});

test('the jobs of a worker that dies fail', async () => {
  const jobs = createJobs({ program });
  expect(await ask(jobs, 'die')).toBe('the worker ended with 3');
  jobs.dispose();
});
