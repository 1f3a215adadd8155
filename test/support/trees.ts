/** Kernel trees for tests: directories of $KERNEL_TREES or ~/kernel-trees whose Makefile says a version. None is ever committed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../../src/core/ports.js';

export interface KernelTree {
  /** `6.12.117` */
  readonly version: string;
  readonly root: string;
  readonly files: Files;
}

const TREES_DIRECTORY = process.env['KERNEL_TREES'] ?? join(homedir(), 'kernel-trees');

function filesOf(root: string): Files {
  return {
    read: (path) => {
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch {
        return undefined;
      }
    },
    list: (directory) => {
      try {
        const entries = readdirSync(join(root, directory), { withFileTypes: true });
        return entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).sort();
      } catch {
        return [];
      }
    },
  };
}

function versionOf(root: string): string | undefined {
  const makefile = join(root, 'Makefile');
  if (!existsSync(makefile)) return undefined;
  const text = readFileSync(makefile, 'utf8');
  const parts = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(
    (name) => new RegExp(`^${name} = (\\d+)`, 'm').exec(text)?.[1],
  );
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** Every tree that is laid out here, oldest first. */
export function kernelTrees(): readonly KernelTree[] {
  if (!existsSync(TREES_DIRECTORY)) return [];
  return readdirSync(TREES_DIRECTORY)
    .map((name) => join(TREES_DIRECTORY, name))
    .flatMap((root) => {
      const version = versionOf(root);
      return version === undefined ? [] : [{ version, root, files: filesOf(root) }];
    })
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

/** Is this the version, or a release of it: `6.12` of 6.12.117, `6` of 6.1.192? */
export function isVersion(tree: KernelTree, prefix: string): boolean {
  return tree.version === prefix || tree.version.startsWith(`${prefix}.`);
}

/** Why tests that need a tree are skipped. */
export const NO_TREES = `skipped: no kernel tree in ${TREES_DIRECTORY} (set KERNEL_TREES to a directory of trees)`;
