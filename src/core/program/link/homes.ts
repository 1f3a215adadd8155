/**
 * In which file a name is to be looked for. `&smaps_walk_ops` in fs/proc/task_mmu.c, and the functions in that table, are those of
 * that file wherever the pointer is followed: mm/pagewalk.c, which calls them, does not see them.
 */
import type { Resolver } from './options.js';
import type { Initializer } from './targets.js';

export interface Homes {
  /** Notes that a file names a function or a table: its own, if it has one of that name. */
  named(name: string, file: string): void;
  /** Notes that a function was found in a file. */
  found(name: string, file: string): void;
  /** The file to look in for what a pointer holds; undefined: the one that follows it. */
  of(name: string): string | undefined;
}

/** Enumerators and constants have no home. */
const CONSTANT = /^[A-Z0-9_]+$/;

export function createHomes({ isOwn }: Pick<Resolver, 'isOwn'>): Homes {
  const homes = new Map<string, string>();
  const asked = new Set<string>();
  return {
    named: (name, file) => {
      const key = `${file}:${name}`;
      if (CONSTANT.test(name) || homes.has(name) || asked.has(key)) return;
      asked.add(key);
      if (isOwn(name, file)) homes.set(name, file);
    },
    found: (name, file) => {
      if (!homes.has(name)) homes.set(name, file);
    },
    of: (name) => homes.get(name),
  };
}

/** Initial values as they are seen from where each table is; what is in them is at home there. */
export function initializerAt(homes: Homes, { initializer }: Pick<Resolver, 'initializer'>): Initializer {
  return (object, field) => {
    const home = homes.of(object);
    const value = initializer(object, field, home);
    if (home !== undefined && typeof value === 'object' && value.kind === 'symbol')
      homes.named(value.name, home);
    return value;
  };
}
