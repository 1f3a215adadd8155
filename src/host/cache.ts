/**
 * A directory of files that only save time: each holds the bytes that were kept under a key, with a checksum. What is cut
 * off, of another version, not ours or not what its reader takes is as good as absent. It can be deleted at any time, and two instances may share
 * it: a file appears whole, under its final name, or not at all.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../core/ports.js';
import { reasonOf } from './files.js';

export interface Cache {
  /**
   * What `decode` makes of the bytes that were written under the key by this version of the tool; undefined: nothing was, nothing
   * whole, or something that `decode` throws at.
   */
  read<T>(key: string, decode: (bytes: Buffer) => T | undefined): T | undefined;
  /** Keeps bytes under the key; a failure is told to the log and costs nothing but time. */
  write(key: string, bytes: readonly Uint8Array[]): void;
}

/** `--no-cache` */
export const NO_CACHE: Cache = { read: () => undefined, write: () => undefined };

const MAGIC = 'walkrace-cache-1\n';
const CHECKSUM = 32;

/** A cache in `directory`; `version` is a part of every key. */
export function openCache(directory: string, version: string, log: Log): Cache {
  const pathOf = (key: string): string =>
    join(directory, `${sha256([Buffer.from(`${version}\0${key}`)]).toString('hex')}.bin`);
  return {
    read: (key, decode) => {
      try {
        const content = contentOf(readFileSync(pathOf(key)), `${version}\0${key}`);
        return content && decode(content);
      } catch (error) {
        if (reasonOf(error) !== 'ENOENT') log.warn(`cache: not read: ${reasonOf(error)}`);
        return undefined;
      }
    },
    write: (key, bytes) => {
      const path = pathOf(key);
      const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        mkdirSync(directory, { recursive: true });
        writeParts(temporary, [headerOf(`${version}\0${key}`, bytes), ...bytes]);
        renameSync(temporary, path);
      } catch (error) {
        log.warn(`cache: not written: ${reasonOf(error)}`);
        removeQuietly(temporary);
      }
    },
  };
}

/** Part by part: large lists are not put together in memory first. */
function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (const part of parts)
      for (let at = 0; at < part.length;) at += writeSync(file, part, at, part.length - at);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It never came to be: its directory is none.
  }
}

/** Where the system wants caches: XDG on Linux, Library/Caches on macOS, LOCALAPPDATA on Windows. */
export function defaultCacheDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'walkrace', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'walkrace');
  return join(
    XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '' ? XDG_CACHE_HOME : join(homedir(), '.cache'),
    'walkrace',
  );
}

/** Magic, length of the key, the key, then the checksum of key and content. */
function headerOf(key: string, bytes: readonly Uint8Array[]): Buffer {
  const name = Buffer.from(key);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(name.length);
  return Buffer.concat([Buffer.from(MAGIC), length, name, sha256([name, ...bytes])]);
}

function contentOf(file: Buffer, key: string): Buffer | undefined {
  const name = Buffer.from(key);
  const nameAt = MAGIC.length + 4;
  const contentAt = nameAt + name.length + CHECKSUM;
  if (file.length < contentAt || file.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (
    file.readUInt32LE(MAGIC.length) !== name.length ||
    !file.subarray(nameAt, nameAt + name.length).equals(name)
  )
    return undefined;
  const content = file.subarray(contentAt);
  return sha256([name, content]).equals(file.subarray(contentAt - CHECKSUM, contentAt)) ? content : undefined;
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
