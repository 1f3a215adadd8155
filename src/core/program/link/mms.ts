/**
 * Which mm a walk is of, where the code has only a path to it (`info->mm`, `vma->vm_mm`). A scenario has the tables of one mm: the
 * path from which the walk begins is that mm, wherever the path is read, so that its lock and a comparison with &init_mm mean the same.
 */
import type { Assumption, Expr, Place, Var } from '../ir.js';
import type { LinkOptions } from './options.js';

export interface Mms {
  /** The mm that a canonical path is; undefined: not known to be that of the scenario. */
  of(path: Var): Expr | undefined;
  /** Notes that a walk begins at the mm of this path. */
  walked(path: Var): void;
  /** Notes that a path is given the value of another. */
  copied(path: Var, from: Var): void;
  /** The paths that are found to be walked, where they come from. */
  readonly found: ReadonlySet<Var>;
}

/** `known`: what the round before has found. */
export function createMms(known: ReadonlySet<Var>, options: LinkOptions): Mms {
  const found = new Set(known);
  const copies = new Map<Var, Var>();
  const mm = mmOf(options);
  return {
    found,
    of: (path) => (known.has(path) ? mm : undefined),
    copied: (path, from) => void copies.set(path, from),
    walked: (path) => {
      const seen = new Set<Var>();
      let origin = path;
      while (!seen.has(origin)) {
        seen.add(origin);
        origin = copies.get(origin) ?? origin;
      }
      if (mm) found.add(origin);
    },
  };
}

/** &init_mm, or the process's; undefined where the scenario has both or none. */
export function mmOf({ kernelRoot, userRoot }: LinkOptions): Expr | undefined {
  if (kernelRoot !== undefined)
    return userRoot === undefined ? { kind: 'symbol', name: 'init_mm' } : undefined;
  return userRoot === undefined ? undefined : { kind: 'symbol', name: 'mm' };
}

/** What was taken for granted of the paths. */
export function assumedMms({ found }: Mms, options: LinkOptions, at: Place): readonly Assumption[] {
  if (options.kernelRoot === undefined) return [];
  return [...found].map((path) => {
    const text = `"${path.replace(/^.*\//, '').replace(/^::/, '')}" is &init_mm`;
    return { kind: 'address', text, at };
  });
}
