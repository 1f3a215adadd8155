/** The input of a review as a user names it: a file, standard input, or commits. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ReviewInput } from '../core/review/placed.js';
import { RequestError } from '../core/session.js';
import { inputOfBytes, inputOfRange, type InputOptions } from '../host/review-input.js';
import { UsageError } from './status.js';

const STANDARD_INPUT = 0;

/** Throws UsageError or RequestError where there is no patch to be found. */
export async function readInput(
  named: string,
  options: InputOptions & { readonly directory: string },
): Promise<ReviewInput> {
  if (named === '-') return inputOfBytes(readFileSync(STANDARD_INPUT), 'standard input', options);
  const path = resolve(options.directory, named);
  if (existsSync(path)) {
    if (!statSync(path).isFile())
      throw new UsageError(`${named} is a directory: a review is of a file, a mailbox or a range`);
    return inputOfBytes(readFileSync(path), named, options);
  }
  try {
    return await inputOfRange(named, options);
  } catch (error) {
    if (error instanceof RequestError)
      throw new UsageError(`there is no file ${named}, and ${error.message}`, { cause: error });
    throw error;
  }
}
