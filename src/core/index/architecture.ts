/** Where code can see other code: by architecture, by `static`, by what a header is for. */
import { architectureOf } from '../kernel/architectures.js';

export function isHeader(path: string): boolean {
  return path.endsWith('.h');
}

/** Headers that any file may include; others (`mm/internal.h`) belong to the directory that they are in. */
export function isPublicHeader(path: string): boolean {
  return isHeader(path) && /(^|\/)include\//.test(path);
}

/** Whether two files can be in one kernel: at least one is shared code, or both are of one architecture. */
export function canMeet(path: string, other: string): boolean {
  const first = architectureOf(path);
  const second = architectureOf(other);
  return first === undefined || second === undefined || first === second;
}

/** What a file tells about itself for {@link includesFile}. */
export interface Including {
  readonly file: string;
  readonly includes: readonly string[];
}

/**
 * Whether a file's own `#include` lines can name another: `"internal.h"`, `<linux/mm.h>`, `"../foo.c"`. Told by the end
 * of the path, for the include directories are the build's business.
 */
export function includesFile(from: Including, path: string): boolean {
  return from.includes.some((include) => {
    const tail = include.replace(/^(\.\.?\/)+/, '');
    return path === tail || path.endsWith(`/${tail}`);
  });
}
