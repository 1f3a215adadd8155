/** Work that is shared has limits: what meets them among others is tried alone, and is given up then. */
import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../../src/core/ports.js';
import { share, type Shared, type ShareOptions } from '../../../src/host/share.js';

/** A task is a list of numbers: a worker dies of 13, hangs at 19, and needs so many megabytes for numbers from 100. */
const worker = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (numbers) => {
      const held = [];
      for (const n of numbers) {
        if (n === 13) process.exit(3);
        if (n === 19) for (;;) ;
        for (let mb = 0; n >= 100 && mb < n; mb += 1) held.push(new Array(131_072).fill(mb));
      }
      parentPort.postMessage(numbers.length + held.length * 0);
    });`)}`,
);

const LIMITS = { limitMs: 5_000, heapMb: 48, heapAloneMb: 256 };

async function shared(
  tasks: readonly (readonly number[])[],
  limits: Omit<ShareOptions, 'worker' | 'jobs'> = LIMITS,
): Promise<Shared<readonly number[], number> & { warnings: readonly string[]; told: readonly string[] }> {
  const warnings: string[] = [];
  const told: string[] = [];
  const outcome = await share<readonly number[], number>(
    { worker, jobs: 2, ...limits },
    {
      tasks,
      alone: (task) => task.map((n) => [n]),
      filesOf: (task) => task.map(String),
      log: { ...SILENT_LOG, warn: (text) => void warnings.push(text) },
      progress: (done, total) => void told.push(`${done}/${total}`),
    },
  );
  return { ...outcome, warnings, told };
}

const tasksOf = (all: readonly { readonly task: readonly number[] }[]): readonly string[] =>
  all.map(({ task }) => task.join(' '));
const OUT_OF_MEMORY = 'Worker terminated due to reaching memory limit: JS heap out of memory';

describe('shared work', { timeout: 60_000 }, () => {
  it('that meets no limit is done in one go', async () => {
    const { done, givenUp, told } = await shared([[1, 2], [3], [4, 5]]);
    expect(done).toEqual([
      { task: [1, 2], answer: 2 },
      { task: [3], answer: 1 },
      { task: [4, 5], answer: 2 },
    ]);
    expect(givenUp).toEqual([]);
    expect(told).toHaveLength(3);
    expect(told.at(-1)).toBe('5/5');
  });

  it('that takes too long or that a worker dies of is tried alone, then given up', async () => {
    const { done, givenUp, warnings, told } = await shared([[1, 2], [3, 13], [19, 4], [5]]);
    expect(tasksOf(done)).toEqual(['1 2', '5', '3', '4']);
    expect(givenUp).toMatchObject([
      { task: [13], reason: 'the worker ended (3)' },
      { task: [19], reason: 'took longer than 5000 ms' },
    ]);
    expect(warnings).toEqual([
      'a worker failed (the worker ended (3)) over 3, 13',
      'a worker failed (took longer than 5000 ms) over 19, 4',
      'a worker failed (the worker ended (3)) over 13',
      'a worker failed (took longer than 5000 ms) over 19',
    ]);
    expect(told.at(-1)).toBe('7/7');
  });

  it('that needs more memory has it alone', async () => {
    const { done, givenUp } = await shared([[140, 1], [500], [2]], { ...LIMITS, limitMs: 25_000 });
    expect(tasksOf(done)).toEqual(['2', '140', '1']);
    expect(givenUp).toMatchObject([{ task: [500], reason: OUT_OF_MEMORY }]);
  });

  it('is tried once where a file has no more memory alone', async () => {
    const { done, givenUp, warnings } = await shared([[19], [2]], { limitMs: 1_000, heapMb: 48 });
    expect([done.length, givenUp.length, warnings.length]).toEqual([1, 1, 1]);
  });

  it('is given up also where all of it meets a limit', async () => {
    expect(await shared([[19]], { ...LIMITS, limitMs: 1_000 })).toMatchObject({
      done: [],
      givenUp: [{ task: [19] }],
    });
  });

  it('is left to who asks where no worker runs at all', async () => {
    expect(await shared([[13], [13, 13]])).toMatchObject({ done: [], givenUp: [] });
  });
});
