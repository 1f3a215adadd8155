/** The worker thread: does one task after the other (dist/worker.js). */
import { parentPort, workerData } from 'node:worker_threads';
import type { FileShape } from '../core/index/facts.js';
import type { Session } from '../core/session.js';
import { lookAt, readWords, type Done, type ReviewTask, type Task, type WorkerTree } from './tasks.js';

let session: Promise<Session> | undefined;
const told = new Map<string, FileShape>();
let reviewer: Promise<(task: ReviewTask) => Done<unknown>> | undefined;

parentPort?.on('message', (task: Task) => void perform(task));

async function perform(task: Task): Promise<void> {
  const { answer, transfer } = await done(task);
  parentPort?.postMessage(answer, transfer);
}

/** What judges C is loaded when it is needed: a worker that only reads words starts sooner without. */
async function done(task: Task): Promise<Done<unknown>> {
  switch (task.kind) {
    case 'words':
      return readWords(task);
    case 'scan':
      return lookAt(task, await (session ??= openSession()), told);
    case 'review':
      return (await (reviewer ??= openReviewer()))(task);
  }
}

async function openSession(): Promise<Session> {
  const { sessionOf } = await import('./worker-session.js');
  return sessionOf(workerData as WorkerTree);
}

async function openReviewer(): Promise<(task: ReviewTask) => Done<unknown>> {
  const { reviewerOf } = await import('./worker-session.js');
  return reviewerOf(workerData as WorkerTree);
}
