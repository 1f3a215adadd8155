/** The folder that the editor tests open: a copy of the shipped sample, which they may change. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './host/available.js';

export interface Workspace {
  readonly folder: string;
  /** The file with a walker that holds nothing. */
  readonly file: string;
  readonly remove: () => void;
}

export function copySample(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'walkrace-sample-'));
  cpSync(join(PROJECT, 'sample'), folder, { recursive: true });
  return {
    folder,
    file: join(folder, 'arch', 'arm64', 'mm', 'dump_unprotected.c'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
