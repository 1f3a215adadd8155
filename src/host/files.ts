/** The files port on Node: reads below one root and nowhere else, and never fails. */
import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Files, Log } from '../core/ports.js';
import { isAbsolutePath } from '../core/tree-path.js';
import { isBelow } from './root.js';

/** The largest file that is read; the kernel's largest sources (register headers) have some 20 MB. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/**
 * Files below `root`. A path that leaves it (`..`, absolute, through a symbolic link) is no file; neither is anything but
 * a regular file. What exists and cannot be read is told to the log.
 */
export function rootedFiles(root: string, log: Log): Files {
  const realRoot = realpathOf(root) ?? root;
  return {
    read: (path) => {
      const real = resolveBelow(realRoot, path);
      if (real === undefined) return undefined;
      try {
        const bytes = readRegular(real);
        if (typeof bytes !== 'string') return decode(bytes);
        tell(log, path, bytes);
      } catch (error) {
        tell(log, path, reasonOf(error));
      }
      return undefined;
    },
    list: (directory) => {
      const real = resolveBelow(realRoot, directory);
      if (real === undefined) return [];
      try {
        return readdirSync(real, { withFileTypes: true })
          .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
          .sort();
      } catch (error) {
        const reason = reasonOf(error);
        if (reason !== 'ENOENT' && reason !== 'ENOTDIR') tell(log, directory, reason);
        return [];
      }
    },
  };
}

/** The text of a file's bytes: UTF-8, or Latin-1 where it is none (old sources with names in comments). */
export function decode(bytes: Buffer): string {
  if (isAscii(bytes) || !isUtf8(bytes)) return bytes.toString('latin1');
  return bytes.toString('utf8');
}

/** The real path of something below a root; undefined when it is not there, or is not below. */
function resolveBelow(realRoot: string, path: string): string | undefined {
  if (path.includes('\0') || isAbsolutePath(path)) return undefined;
  const real = realpathOf(join(realRoot, path));
  if (real === undefined) return undefined;
  return isBelow(realRoot, real) ? real : undefined;
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined; // missing, a loop of links, or a directory that may not be entered
  }
}

const NOT_REGULAR = 'not a regular file';

/** Bytes of a regular file, or why not. Opened without blocking: a FIFO must not stop the tool. */
function readRegular(path: string): Buffer | string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return NOT_REGULAR;
    if (stats.size > LARGEST_FILE) return `larger than ${LARGEST_FILE} bytes`;
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function tell(log: Log, path: string, reason: string): void {
  if (reason !== NOT_REGULAR) log.warn(`${path}: not read: ${reason}`);
}

/** The code of a system error (`EACCES`), or its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
