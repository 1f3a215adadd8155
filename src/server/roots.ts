/**
 * Which tree a document belongs to: the nearest kernel tree upwards. A file outside of one has its own folder as root, and a
 * document that is no file (untitled, a revision in git) has no root at all.
 */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findRoot, isBelow, isKernelRoot } from '../host/root.js';

export interface Location {
  /** Absolute directory; empty for a document that is no file. */
  readonly root: string;
  readonly kernelTree: boolean;
  /** Path of the document relative to the root, with `/`. */
  readonly path: string;
}

/** `configured`: the root that the user names; it is taken for the files that lie in it. */
export function locate(uri: string, configured = ''): Location {
  const file = filePath(uri);
  if (file === undefined) return { root: '', kernelTree: false, path: lastSegment(uri) };
  if (configured !== '') {
    const root = resolve(configured);
    if (isBelow(root, file)) return within(root, file, isKernelRoot(root));
  }
  const tree = findRoot(dirname(file));
  return tree === undefined ? within(dirname(file), file, false) : within(tree, file, true);
}

/** URI of a path of a report. */
export const uriOf = (root: string, path: string): string =>
  pathToFileURL(root === '' ? path : join(root, path)).href;

/** Absolute path of a `file:` URI; undefined for any other, and for one that names no local file. */
export function filePath(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

const within = (root: string, file: string, kernelTree: boolean): Location => ({
  root,
  kernelTree,
  path: relative(root, file).split(sep).join('/'),
});

function lastSegment(uri: string): string {
  const path = uri.replace(/[?#].*$/s, '').replace(/^[^:]*:/, '');
  return path.split('/').at(-1) ?? '';
}
