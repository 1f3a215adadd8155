/** Which files of a tree are looked at. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/ports.js';
import { reasonOf } from './files.js';
import { isKernelRoot } from './root.js';

/** Directories at the top of a kernel tree that hold no kernel code: they are not compiled into it. */
const NOT_KERNEL: ReadonlySet<string> = new Set(['Documentation', 'tools', 'scripts']);

/**
 * The C sources and headers below `root`, relative to it, sorted by code units. Symbolic links are not followed, hidden
 * directories not entered; a directory that cannot be read is told to the log.
 */
export function sourceFiles(root: string, log: Log): readonly string[] {
  const skipped = isKernelRoot(root) ? NOT_KERNEL : new Set<string>();
  const found: string[] = [];
  const open = [''];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    for (const entry of entriesOf(join(root, directory), log)) {
      const { name } = entry;
      if (entry.isDirectory()) {
        if (!name.startsWith('.') && name !== 'node_modules' && !(directory === '' && skipped.has(name))) {
          open.push(`${directory}${name}/`);
        }
      } else if ((name.endsWith('.c') || name.endsWith('.h')) && entry.isFile()) found.push(directory + name);
    }
  }
  return found.sort();
}

function entriesOf(directory: string, log: Log): ReturnType<typeof readEntries> {
  try {
    return readEntries(directory);
  } catch (error) {
    log.warn(`${directory}: not read: ${reasonOf(error)}`);
    return [];
  }
}

function readEntries(directory: string) {
  return readdirSync(directory, { withFileTypes: true });
}
