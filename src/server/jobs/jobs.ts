/**
 * The owner of a worker thread. A job is answered, cancelled or failed, never lost: when the worker dies its jobs fail, and the
 * next job starts a new one. A job that takes too long, or that does not heed its cancellation, takes the worker with it.
 */
import { Worker } from 'node:worker_threads';
import type { Job, JobAnswer, JobMessage, JobReply } from './messages.js';

/** Marks a thread as a worker among the threads that may load this program. */
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

export interface JobsOptions {
  /** The file that runs as the worker; it finds WORKER_ROLE in its workerData. */
  readonly program: string;
  /** A job that runs longer has failed; absent: no limit. */
  readonly limitMs?: number;
  /** A job of which nothing is heard for so long has failed, however long it may run; absent: no limit. */
  readonly silentMs?: number;
  /** Most that the worker's objects may take, in megabytes; a job that needs more fails. Absent: what the machine allows. */
  readonly heapMegabytes?: number;
  /** How long a cancelled job may go on, from when the worker has come to it. */
  readonly graceMs?: number;
}

interface Pending {
  readonly resolve: (answer: JobAnswer[keyof JobAnswer]) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
  /** The worker has come to it: one that stands in line costs the others nothing, and has all the time. */
  isStarted: boolean;
  isCancelled: boolean;
  timer?: NodeJS.Timeout;
}

/** A job that has not come on by then has failed, and why. */
interface Bound {
  readonly ms: number;
  readonly why: string;
}

export function createJobs(bounds: JobsOptions): Jobs {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let nextId = 1;

  const start = (): Worker => {
    const started = newWorker(bounds);
    started.on('message', (reply: JobReply) => settle(started, reply));
    started.on('error', (error) => lose(started, error));
    started.on('exit', (code) => lose(started, new Error(`the worker ended with ${code}`)));
    return started;
  };
  const lose = (which: Worker, error: Error): void => {
    if (worker !== which) return;
    worker = undefined;
    void which.terminate();
    const lost = [...pending.values()];
    pending.clear();
    for (const job of lost) fail(job, error);
  };
  /** Gives a job so much time from now on; without a bound, what it has stays. */
  const limit = (job: Pending, bound: Bound | undefined): void => {
    const which = worker;
    if (bound === undefined || which === undefined) return;
    clearTimeout(job.timer);
    job.timer = setTimeout(() => lose(which, new Error(bound.why)), bound.ms);
  };
  const settle = (which: Worker, reply: JobReply): void => {
    const job = pending.get(reply.id);
    if (job === undefined || worker !== which) return;
    switch (reply.type) {
      case 'started':
        job.isStarted = true;
        limit(job, boundOf(job, bounds));
        return;
      case 'alive':
        limit(job, silenceOf(job, bounds));
        return;
      case 'progress':
        job.onProgress?.(reply.done, reply.total);
        return;
      case 'done':
      case 'failed':
        pending.delete(reply.id);
        if (reply.type === 'done') answer(job, reply.answer);
        else fail(job, new Error(reply.why));
    }
  };

  return {
    run: <K extends Job['kind']>(job: Extract<Job, { kind: K }>, options: JobOptions) =>
      new Promise<JobAnswer[K]>((resolve, reject) => {
        worker ??= start();
        const id = nextId++;
        const cancelled = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        const entry: Pending = {
          // The worker answers a job with its own kind's answer (worker.ts, run).
          resolve: (answer) => resolve(answer as JobAnswer[K]),
          reject,
          onProgress: options.onProgress,
          isStarted: false,
          isCancelled: false,
        };
        pending.set(id, entry);
        options.onCancel?.(() => {
          Atomics.store(new Int32Array(cancelled), 0, 1);
          entry.isCancelled = true;
          if (pending.has(id)) limit(entry, boundOf(entry, bounds));
        });
        const message: JobMessage = { id, root: options.root, texts: options.texts, cancelled, job };
        worker.postMessage(message);
      }),
    dispose: () => {
      if (worker !== undefined) lose(worker, new Error('the server ends'));
    },
  };
}

function answer(job: Pending, given: JobAnswer[keyof JobAnswer]): void {
  clearTimeout(job.timer);
  job.resolve(given);
}

function fail(job: Pending, error: Error): void {
  clearTimeout(job.timer);
  job.reject(error);
}

function newWorker({ program, heapMegabytes }: JobsOptions): Worker {
  const limits = heapMegabytes === undefined ? {} : { maxOldGenerationSizeMb: heapMegabytes };
  return new Worker(program, { workerData: WORKER_ROLE, stdout: true, resourceLimits: limits });
}

/** The time that a job has when the worker has come to it, or when it is cancelled. */
function boundOf(job: Pending, options: JobsOptions): Bound | undefined {
  const { limitMs, graceMs = 3_000 } = options;
  if (!job.isStarted) return undefined;
  if (job.isCancelled) return { ms: graceMs, why: 'it was cancelled, and did not stop' };
  if (limitMs !== undefined) return { ms: limitMs, why: `took longer than ${limitMs} ms` };
  return silenceOf(job, options);
}

/** The time that a job has when it was heard of. */
function silenceOf({ isCancelled }: Pending, { silentMs }: JobsOptions): Bound | undefined {
  if (silentMs === undefined || isCancelled) return undefined;
  return { ms: silentMs, why: `did not get on for ${silentMs} ms` };
}
