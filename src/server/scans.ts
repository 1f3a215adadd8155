/** `walkrace/scan`: files and folders of one tree, in the worker, with the client's own progress and its cancel button. */
import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { findRoot, isBelow } from '../host/root.js';
import type { ScanReport } from '../core/report/report.js';
import { scanParams } from '../protocol/requests.js';
import type { ScanAnswer } from '../protocol/requests.js';
import { withProgress, type ProgressPorts } from './progress.js';
import type { RequestPorts } from './requests.js';
import { inWorker, treeOf, validated } from './requests.js';
import { filePath, uriOf } from './roots.js';

export interface ScanPorts extends RequestPorts, ProgressPorts {
  /** Takes the report, whose findings are to show (those of open documents are known already); answers how many are shown. */
  readonly found: (root: string, report: ScanReport) => number;
}

export async function scan(ports: ScanPorts, given: unknown, token: CancellationToken): Promise<ScanAnswer> {
  const { targets, progress: wanted } = validated(scanParams, given);
  const { root, paths } = targetsOf(targets, ports.settings().root);
  const job = { kind: 'scan', targets: paths, architectures: ports.settings().architectures } as const;
  const report = await withProgress(
    ports,
    wanted,
    token,
    (watched) => inWorker(ports, job, treeOf(ports, root), root, watched.token, watched.onProgress),
    (done, total) => `${done}/${total}`,
  );
  return { root: uriOf(root, ''), report, shown: ports.found(root, report) };
}

/** All targets belong to the tree of the first; paths are relative to it, and the tree itself is the empty list. */
export function targetsOf(
  targets: readonly string[],
  configured: string,
): { readonly root: string; readonly paths: readonly string[] } {
  const files = targets.map(fileOf);
  const [first = ''] = files;
  const root = configured !== '' ? resolve(configured) : (findRoot(first) ?? folderOf(first));
  const outside = files.find((file) => !isBelow(root, file));
  if (outside !== undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${outside} is not under ${root}`);
  const paths = files.map((file) => relative(root, file).split(sep).join('/'));
  return { root, paths: paths.filter((path) => path !== '') };
}

/** The path of a file's URI. */
export function fileOf(uri: string): string {
  const file = filePath(uri);
  if (file === undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is no file on this machine`);
  return file;
}

function folderOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}
