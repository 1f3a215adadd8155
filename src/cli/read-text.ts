/** Files that somebody names on the command line. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../core/message-of.js';
import { UsageError } from './status.js';

/** What the system's codes mean to who has named the file. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

/** The text of a file, which messages call `name`. Throws UsageError where it can't be read. */
export function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(`${name} can't be read: ${REASONS.get(code) ?? messageOf(error)}`);
  }
}
