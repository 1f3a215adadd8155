/**
 * The baseline of the workspace: findings that are known, and not shown. It is read again when the file is another; where it can't be
 * read everything is shown, and the reason is told once.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readBaseline } from '../core/report/baseline.js';
import { rootedFiles } from '../host/files.js';

export interface BaselinePorts {
  /** Folders of the workspace; the file has to be in one of them, and is looked for in their order. */
  readonly folders: () => readonly string[];
  /** Relative to the folder; empty: there is no baseline. */
  readonly path: () => string;
  readonly warn: (message: string) => void;
}

const NONE: ReadonlySet<string> = new Set();

/** The ids of the findings that the baseline lists, as the file is now. */
export function createBaseline({ folders, path, warn }: BaselinePorts): () => ReadonlySet<string> {
  let read: { readonly state: string; readonly ids: ReadonlySet<string> } = { state: '', ids: NONE };

  return () => {
    const wanted = path();
    if (wanted === '') return NONE;
    const state = folders().map((folder) => stateOf(join(folder, wanted)));
    const key = JSON.stringify([wanted, folders(), state]);
    if (key !== read.state) read = { state: key, ids: idsIn(folders(), wanted, warn) };
    return read.ids;
  };
}

function idsIn(
  folders: readonly string[],
  path: string,
  warn: (message: string) => void,
): ReadonlySet<string> {
  const text = folders
    .map((folder) => rootedFiles(folder, { info: () => undefined, warn }).read(path))
    .find((each) => each !== undefined);
  if (text === undefined) {
    warn(`the baseline ${path} is not in the workspace: everything is shown`);
    return NONE;
  }
  const baseline = readBaseline(text);
  if (!baseline.ok) {
    warn(`the baseline ${path} is no report of --format json (${baseline.reason}): everything is shown`);
    return NONE;
  }
  return new Set(baseline.entries.map(({ id }) => id));
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.mtimeMs} ${stats.size}`;
}
