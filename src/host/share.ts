/**
 * Work on files, shared among workers that are ended after it. Each task has a limit of time and of memory; what meets it is tried
 * once more, each of its files alone and with more memory, and is then given up.
 */
import type { Cancellation, Log } from '../core/ports.js';
import { createPool, type Outcome, type PoolOptions } from './pool.js';

export interface SharedWork<T> {
  readonly tasks: readonly T[];
  /** The same work in tasks of one file each. */
  readonly alone: (task: T) => readonly T[];
  /** The files that a task is about. */
  readonly filesOf: (task: T) => readonly string[];
  readonly log: Log;
  readonly cancellation?: Cancellation;
  /** In files. */
  readonly progress?: (done: number, total: number) => void;
}

export interface ShareOptions extends Pick<PoolOptions, 'jobs' | 'data' | 'youngMb'> {
  /** Script of the workers. */
  readonly worker: string | URL;
  readonly limitMs: number;
  readonly heapMb: number;
  /** What a file is given that was too much among others; absent: there is no second try. */
  readonly heapAloneMb?: number;
}

export interface Shared<T, A> {
  readonly done: readonly { readonly task: T; readonly answer: A }[];
  /** Tasks of one file that met a limit, or that a worker died of. */
  readonly givenUp: readonly { readonly task: T; readonly reason: string }[];
}

type Failure<T> = Extract<Outcome<never>, { kind: 'failed' }> & { readonly task: T };

/** Where no worker runs at all, nothing is done and nothing given up. Each failure is told to the log. */
export async function share<T, A>(
  { worker, heapAloneMb, ...limits }: ShareOptions,
  work: SharedWork<T>,
): Promise<Shared<T, A>> {
  const total = work.tasks.flatMap(work.filesOf).length;
  const first = await attempt<T, A>(worker, limits, work, total);
  const noneRuns = first.failed.length === work.tasks.length && !first.failed.some(({ isLimit }) => isLimit);
  if (noneRuns) return { done: [], givenUp: [] };
  if (heapAloneMb === undefined) return { done: first.done, givenUp: first.failed };
  const tasks = first.failed.flatMap(({ task }) => work.alone(task));
  const second = await attempt<T, A>(worker, { ...limits, heapMb: heapAloneMb }, { ...work, tasks }, total);
  return { done: [...first.done, ...second.done], givenUp: second.failed };
}

/** Does each task once. `total` are the files of all attempts; those before `tasks` are done. */
async function attempt<T, A>(
  worker: string | URL,
  options: Omit<PoolOptions, 'progress'>,
  { tasks, filesOf, log, cancellation, progress }: SharedWork<T>,
  total: number,
): Promise<{ readonly done: Shared<T, A>['done']; readonly failed: readonly Failure<T>[] }> {
  if (tasks.length === 0) return { done: [], failed: [] };
  let left = tasks.flatMap(filesOf).length;
  const pool = createPool<T, A>(worker, {
    ...options,
    onTask: (at) => {
      left -= filesOf(tasks[at] as T).length;
      progress?.(total - left, total);
    },
  });
  try {
    const outcomes = await pool.run(tasks, cancellation);
    const done: { readonly task: T; readonly answer: A }[] = [];
    const failed: Failure<T>[] = [];
    for (const [at, task] of tasks.entries()) {
      const outcome = outcomes[at];
      if (outcome?.kind === 'done') done.push({ task, answer: outcome.answer });
      if (outcome?.kind !== 'failed') continue;
      log.warn(`a worker failed (${outcome.reason}) over ${filesOf(task).join(', ')}`);
      failed.push({ ...outcome, task });
    }
    return { done, failed };
  } finally {
    await pool.dispose();
  }
}
