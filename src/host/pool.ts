/**
 * Workers for tasks that do not depend on each other. Outcomes come in the order of the tasks, whatever the number of
 * workers. A worker that dies takes its task with it, is replaced, and the task's outcome says so.
 */
import { Worker } from 'node:worker_threads';
import { NEVER_CANCELLED, type Cancellation } from '../core/ports.js';

export type Outcome<A> =
  | { readonly kind: 'done'; readonly answer: A }
  /** `isLimit`: it met the pool's limit of time or memory; else the worker died of it. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isLimit: boolean }
  | { readonly kind: 'cancelled' };

export interface PoolOptions {
  /** Threads at work at the same time; they start when there is work. */
  readonly jobs: number;
  /** A task that takes longer has failed; absent: no limit. */
  readonly limitMs?: number;
  /** Heap of a worker; a task that needs more has failed. */
  readonly heapMb?: number;
  /** Part of that heap for what is young: larger, and less is moved about. */
  readonly youngMb?: number;
  /** Told after each task, of its place among the tasks. */
  readonly onTask?: (at: number) => void;
  /** What every worker starts with (`workerData`). */
  readonly data?: unknown;
}

export interface Pool<T, A> {
  run(tasks: readonly T[], cancellation?: Cancellation): Promise<readonly Outcome<A>[]>;
  dispose(): Promise<void>;
}

/** A pool of workers that run a script: it gets tasks as messages and answers each with one message. */
export function createPool<T, A>(script: string | URL, options: PoolOptions): Pool<T, A> {
  const idle: Worker[] = [];
  const alive = new Set<Worker>();

  const start = (): Worker => {
    const { heapMb, youngMb, data } = options;
    const worker = new Worker(script, {
      workerData: data,
      resourceLimits: {
        ...(heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb }),
        ...(youngMb === undefined ? {} : { maxYoungGenerationSizeMb: youngMb }),
      },
    });
    worker.setMaxListeners(0);
    worker.unref();
    alive.add(worker);
    worker.once('exit', () => {
      alive.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
    });
    return worker;
  };
  const retire = (worker: Worker): void => {
    alive.delete(worker);
    void worker.terminate();
  };

  /** One task in one worker. */
  const give = (worker: Worker, task: T): Promise<Outcome<A>> =>
    new Promise((resolve) => {
      const settle = (outcome: Outcome<A>): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        resolve(outcome);
      };
      const onMessage = (answer: A): void => settle({ kind: 'done', answer });
      const fail = (reason: string, isLimit: boolean): void => settle({ kind: 'failed', reason, isLimit });
      const onError = (error: NodeJS.ErrnoException): void =>
        fail(error.message, error.code === 'ERR_WORKER_OUT_OF_MEMORY');
      const onExit = (code: number): void => fail(`the worker ended (${code})`, false);
      const { limitMs } = options;
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => fail(`took longer than ${limitMs} ms`, true), limitMs);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.ref();
      worker.postMessage(task);
    });

  return {
    run: async (tasks, cancellation = NEVER_CANCELLED) => {
      const outcomes: Outcome<A>[] = tasks.map(() => ({ kind: 'cancelled' }));
      const servers = Math.min(Math.max(1, options.jobs), tasks.length);
      const take = sharedOut(tasks.length, servers);
      const serve = async (own: number): Promise<void> => {
        let worker = idle.pop() ?? start();
        for (let at = take(own); at !== undefined && !cancellation.isCancelled; at = take(own)) {
          const outcome = await give(worker, tasks[at] as T);
          outcomes[at] = outcome;
          options.onTask?.(at);
          if (outcome.kind === 'failed') {
            retire(worker);
            worker = start();
          }
        }
        worker.unref();
        idle.push(worker);
      };
      await Promise.all(Array.from({ length: servers }, (_, own) => serve(own)));
      return outcomes;
    },
    dispose: async () => {
      idle.length = 0;
      await Promise.all([...alive].map((worker) => worker.terminate()));
      alive.clear();
    },
  };
}

/**
 * Who does which of `count` tasks: each worker has a run of neighbours, for these need the same things, and helps with the end of the
 * longest run when its own is done. Gives the next task of a worker; undefined: there is none left.
 */
function sharedOut(count: number, workers: number): (own: number) => number | undefined {
  const runs = Array.from({ length: workers }, (_, worker) => ({
    next: Math.floor((worker * count) / workers),
    end: Math.floor(((worker + 1) * count) / workers),
  }));
  const isLonger = (a: (typeof runs)[number], b: (typeof runs)[number]): boolean =>
    a.end - a.next > b.end - b.next;
  return (own) => {
    const mine = runs[own];
    if (mine && mine.next < mine.end) return mine.next++;
    const longest = runs.reduce((most, each) => (isLonger(each, most) ? each : most));
    return longest.next < longest.end ? --longest.end : undefined;
  };
}
