/**
 * The owner of the worker thread. A job is answered, cancelled or failed, never lost: when the worker dies its jobs fail
 * and the next job starts a new one.
 */
import { Worker } from 'node:worker_threads';
import type { Job, JobAnswer, JobMessage, JobReply } from './messages.js';

/** Marks a thread as the worker among the threads that may load this program. */
export const WORKER_ROLE = 'walkrace-jobs';

export interface JobOptions {
  readonly root: string;
  readonly texts: JobMessage['texts'];
  readonly onProgress?: (done: number, total: number) => void;
  /** Tells the job to stop early; the answer then says how far it came. */
  readonly onCancel?: (cancel: () => void) => void;
}

export interface Jobs {
  run<K extends Job['kind']>(job: Extract<Job, { kind: K }>, options: JobOptions): Promise<JobAnswer[K]>;
  dispose(): void;
}

interface Pending {
  readonly resolve: (answer: JobAnswer[keyof JobAnswer]) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** `program`: the file that runs as the worker; it finds WORKER_ROLE in its workerData. */
export function createJobs(program: string): Jobs {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let nextId = 1;

  const start = (): Worker => {
    const started = new Worker(program, { workerData: WORKER_ROLE, stdout: true });
    started.on('message', (reply: JobReply) => settle(reply));
    started.on('error', (error) => fail(started, error));
    started.on('exit', (code) => fail(started, new Error(`the worker ended with ${code}`)));
    return started;
  };
  const fail = (which: Worker, error: Error): void => {
    if (worker !== which) return;
    worker = undefined;
    const lost = [...pending.values()];
    pending.clear();
    for (const job of lost) job.reject(error);
  };
  const settle = (reply: JobReply): void => {
    const job = pending.get(reply.id);
    if (job === undefined) return;
    if (reply.type === 'progress') {
      job.onProgress?.(reply.done, reply.total);
      return;
    }
    pending.delete(reply.id);
    if (reply.type === 'done') job.resolve(reply.answer);
    else job.reject(new Error(reply.why));
  };

  return {
    run: <K extends Job['kind']>(job: Extract<Job, { kind: K }>, options: JobOptions) =>
      new Promise<JobAnswer[K]>((resolve, reject) => {
        worker ??= start();
        const cancelled = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        options.onCancel?.(() => Atomics.store(new Int32Array(cancelled), 0, 1));
        const id = nextId++;
        // The worker answers a job with its own kind's answer (worker.ts, run).
        pending.set(id, {
          resolve: (answer) => resolve(answer as JobAnswer[K]),
          reject,
          onProgress: options.onProgress,
        });
        const message: JobMessage = { id, root: options.root, texts: options.texts, cancelled, job };
        worker.postMessage(message);
      }),
    dispose: () => {
      const ending = worker;
      worker = undefined;
      void ending?.terminate();
      for (const job of pending.values()) job.reject(new Error('the server ends'));
      pending.clear();
    },
  };
}
