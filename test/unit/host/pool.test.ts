/** Workers that answer, die, hang and are cancelled. */
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../src/host/pool.js';

/** A worker that doubles numbers, after a while for even ones; dies of 13, throws at 17, hangs at 19. */
const SCRIPT = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (n) => {
      if (n === 13) process.exit(3);
      if (n === 17) throw new Error('seventeen');
      if (n === 19) for (;;) ;
      setTimeout(() => parentPort.postMessage(2 * n), n % 2 === 0 ? 20 : 0);
    });`)}`,
);
const numbers = Array.from({ length: 25 }, (_, n) => n);

describe('a pool', () => {
  it.each([1, 2, 5])('gives outcomes in the order of the tasks, with %d workers', async (jobs) => {
    const pool = createPool<number, number>(SCRIPT, { jobs });
    const tasks = numbers.filter((n) => ![13, 17, 19].includes(n));
    expect(await pool.run(tasks)).toEqual(tasks.map((n) => ({ kind: 'done', answer: 2 * n })));
    expect(await pool.run([4, 3])).toEqual([
      { kind: 'done', answer: 8 },
      { kind: 'done', answer: 6 },
    ]);
    await pool.dispose();
  });

  it('replaces a worker that dies, throws or hangs, and says which task it was', async () => {
    const pool = createPool<number, number>(SCRIPT, { jobs: 2, limitMs: 2000 });
    const outcomes = await pool.run(numbers);
    expect(outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.answer / 2 : outcome.kind))).toEqual(
      numbers.map((n) => ([13, 17, 19].includes(n) ? 'failed' : n)),
    );
    expect([13, 17, 19].map((n) => outcomes[n])).toEqual([
      { kind: 'failed', reason: 'the worker ended (3)', isLimit: false },
      { kind: 'failed', reason: 'seventeen', isLimit: false },
      { kind: 'failed', reason: 'took longer than 2000 ms', isLimit: true },
    ]);
    await pool.dispose();
  });

  it('starts nothing more once it is cancelled', async () => {
    const pool = createPool<number, number>(SCRIPT, { jobs: 1 });
    let asked = 0;
    const cancellation = {
      get isCancelled() {
        return ++asked > 3;
      },
    };
    const outcomes = await pool.run([1, 3, 5, 7, 9], cancellation);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'cancelled', 'cancelled']);
    await pool.dispose();
  });
});
