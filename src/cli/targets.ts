/** From what a user typed to a root and paths below it. A path may be given from here, or from the root of the tree. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { findRoot, isBelow } from '../host/root.js';
import { UsageError } from './status.js';

export interface Located {
  readonly root: string;
  /** Lone files are looked at with what is beside them; everything else is a tree, and is indexed. */
  readonly isTree: boolean;
  /** Files, relative to the root, with `/`. */
  readonly files: readonly string[];
  /** Directories, relative to the root, each ending with `/`; the root itself is empty. */
  readonly directories: readonly string[];
}

export interface Given {
  readonly paths: readonly string[];
  /** `--root` */
  readonly root?: string;
  readonly directory: string;
}

/**
 * Root: `--root`; else the kernel tree upwards from the first path, or from the current directory; else the directory that
 * holds all of the paths. Throws UsageError for a path that is not there, is no C source, or is outside of the root.
 */
export function locate({ paths, root: wanted, directory }: Given): Located {
  const chosen = wanted === undefined ? undefined : directoryAt(resolve(directory, wanted));
  const root = chosen ?? foundRoot(paths, directory);
  if (root === undefined && paths.length === 0) {
    throw new UsageError(
      `there is no kernel tree at or above ${directory}: name a file or a directory, or give the tree with --root`,
    );
  }
  const places = paths.map((path) => placeOf(path, root, directory));
  for (const [at, { kind, real }] of places.entries()) {
    if (kind === 'file' && !/\.[ch]$/.test(real)) {
      throw new UsageError(`${paths[at] ?? real} is no C source: its name ends in neither .c nor .h`);
    }
  }
  const top = root ?? realpathSync.native(commonDirectory(places));
  const files = places.filter(({ kind }) => kind === 'file').map(({ real }) => below(top, real));
  const directories = places
    .filter(({ kind }) => kind === 'directory')
    .map(({ real }) => `${below(top, real)}/`);
  return {
    root: top,
    isTree: root !== undefined || directories.length > 0,
    files,
    directories: paths.length === 0 ? [''] : directories.map((each) => (each === '/' ? '' : each)),
  };
}

interface Place {
  readonly real: string;
  readonly kind: 'file' | 'directory';
}

function placeOf(path: string, root: string | undefined, directory: string): Place {
  const candidates = [
    resolve(directory, path),
    ...(root === undefined || isAbsolute(path) ? [] : [join(root, path)]),
  ];
  const there = candidates.flatMap((candidate) => placeAt(candidate) ?? []);
  const inside = root === undefined ? there[0] : there.find(({ real }) => isBelow(root, real));
  if (inside !== undefined) return inside;
  if (root !== undefined && there.length > 0) {
    throw new UsageError(
      `${path} is outside of the tree ${root}: scan one tree at a time, or give another --root`,
    );
  }
  const where = root === undefined || isAbsolute(path) ? '' : `, neither from here nor in ${root}`;
  throw new UsageError(`there is no file or directory ${path}${where}`);
}

function placeAt(path: string): Place | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory())
      throw new UsageError(`${path} is neither a file nor a directory`);
    return { real: realpathSync.native(path), kind: stats.isFile() ? 'file' : 'directory' };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return undefined;
  }
}

function directoryAt(path: string): string {
  const place = placeAt(path);
  if (place?.kind !== 'directory') throw new UsageError(`--root: there is no directory ${path}`);
  return place.real;
}

function foundRoot(paths: readonly string[], directory: string): string | undefined {
  const starts = [...paths.map((path) => resolve(directory, path)), directory];
  for (const start of starts) {
    const root = placeAt(start) && findRoot(realpathSync.native(start));
    if (root !== undefined) return root;
  }
  return undefined;
}

function commonDirectory(places: readonly Place[]): string {
  const [first = sep, ...others] = places.map(({ real, kind }) => (kind === 'file' ? dirname(real) : real));
  return others.reduce((common, each) => {
    let shared = common;
    while (!isBelow(shared, each)) shared = dirname(shared);
    return shared;
  }, first);
}

const below = (root: string, path: string): string => relative(root, path).split(sep).join('/');
