/** What a worker can be asked, and the answers. Plain data both ways; large lists are handed over, not copied. */
import { scanFiles, type ScannedFiles } from './scan-files.js';

export type Task = /** The words of some files of a tree. */ {
  readonly kind: 'words';
  readonly root: string;
  readonly files: readonly string[];
};

export interface Answers {
  readonly words: ScannedFiles;
}

export type AnswerOf<T extends Task> = Answers[T['kind']];

/** Does a task: in a worker, or in this thread. `transfer` are the buffers that the answer hands over. */
export function perform<T extends Task>(
  task: T,
): { readonly answer: AnswerOf<T>; readonly transfer: readonly ArrayBuffer[] } {
  const answer = scanFiles(task.root, task.files);
  const { words, definitions } = answer.block;
  return {
    answer,
    transfer: [words, definitions].flatMap(({ hashes, ends }) => [bufferOf(hashes), bufferOf(ends)]),
  };
}

function bufferOf(list: Uint32Array): ArrayBuffer {
  if (list.buffer instanceof ArrayBuffer) return list.buffer;
  throw new TypeError('a shared list cannot be handed over');
}
