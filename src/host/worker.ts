/** The worker thread: does one task after the other (dist/worker.js). */
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../core/session.js';
import { lookAt, readWords, type Task, type WorkerTree } from './tasks.js';

let session: Promise<Session> | undefined;

parentPort?.on('message', (task: Task) => void perform(task));

async function perform(task: Task): Promise<void> {
  const { answer, transfer } =
    task.kind === 'words' ? readWords(task) : lookAt(task, await (session ??= openSession()));
  parentPort?.postMessage(answer, transfer);
}

/** Loaded when it is needed: a worker that only reads words starts sooner without. */
async function openSession(): Promise<Session> {
  const { sessionOf } = await import('./worker-session.js');
  return sessionOf(workerData as WorkerTree);
}
