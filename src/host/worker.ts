/** The worker thread: does one task after the other (dist/worker.js). */
import { parentPort } from 'node:worker_threads';
import { perform, type Task } from './tasks.js';

parentPort?.on('message', (task: Task) => {
  const { answer, transfer } = perform(task);
  parentPort?.postMessage(answer, transfer);
});
