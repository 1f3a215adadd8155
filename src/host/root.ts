/** Where a kernel tree begins, and what lies in it. */
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** The nearest directory from a file or directory upwards that is the top of a kernel tree; undefined: there is none. */
export function findRoot(from: string): string | undefined {
  let directory = resolve(from);
  for (;;) {
    if (isKernelRoot(directory)) return directory;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}

/** The top of a kernel tree has `Kbuild`, `Kconfig` and `mm/`. So has `arch/arm` in it, which is no top. */
export function isKernelRoot(directory: string): boolean {
  return (
    hasMarks(directory) && !(basename(dirname(directory)) === 'arch' && hasMarks(dirname(dirname(directory))))
  );
}

/** Whether an absolute path is a directory or something in it. */
export const isBelow = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);

function hasMarks(directory: string): boolean {
  return (
    kindOf(join(directory, 'Kbuild')) === 'file' &&
    kindOf(join(directory, 'Kconfig')) === 'file' &&
    kindOf(join(directory, 'mm')) === 'directory'
  );
}

function kindOf(path: string): 'file' | 'directory' | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : undefined;
  } catch {
    return undefined;
  }
}
