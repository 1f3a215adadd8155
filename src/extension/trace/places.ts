/** `file:line` of a trace, as a place in the tree that the replay ran on. */
import type { Uri } from 'vscode';
import { Uri as Uris } from 'vscode';

export interface Place {
  readonly uri: Uri;
  /** From 0. */
  readonly line: number;
}

/** Undefined where the text names no line of a file: a step of the model itself, a function without a line. */
export function placeOf(root: string, at: string): Place | undefined {
  const [, file, line] = /^(.+):(\d+)$/.exec(at) ?? [];
  if (file === undefined || line === undefined || Number(line) < 1 || root === '') return undefined;
  if (file.split('/').includes('..')) return undefined;
  return { uri: Uris.joinPath(Uris.parse(root), file), line: Number(line) - 1 };
}
