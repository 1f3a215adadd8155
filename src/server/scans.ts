/** `walkrace/scan`: files and folders of one tree, in the worker, with the client's own progress and its cancel button. */
import { statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { CancellationTokenSource, ErrorCodes, ResponseError } from 'vscode-languageserver';
import { findRoot } from '../host/root.js';
import type { ScanReport } from '../core/report/report.js';
import { scanParams } from '../protocol/requests.js';
import type { ScanAnswer, Status } from '../protocol/requests.js';
import type { RequestPorts } from './requests.js';
import { inWorker, treeOf, validated } from './requests.js';
import { filePath, uriOf } from './roots.js';

export interface ScanPorts extends RequestPorts {
  readonly connection: Connection;
  readonly showsProgress: boolean;
  readonly tell: (status: Status) => void;
  /** Takes the report, whose findings are to show; those of open documents are known already. */
  readonly found: (root: string, report: ScanReport) => void;
}

export async function scan(ports: ScanPorts, given: unknown, token: CancellationToken): Promise<ScanAnswer> {
  const { targets, progress: wanted } = validated(scanParams, given);
  const { root, paths } = targetsOf(targets, ports.settings().root);
  const progress =
    ports.showsProgress && wanted ? await ports.connection.window.createWorkDoneProgress() : undefined;
  const cancel = new CancellationTokenSource();
  const links = [token, progress?.token].map((source) =>
    source?.onCancellationRequested(() => cancel.cancel()),
  );
  progress?.begin('Walkrace', 0, undefined, true);
  try {
    const report = await inWorker(
      ports,
      { kind: 'scan', targets: paths, architectures: ports.settings().architectures },
      treeOf(ports, root),
      root,
      cancel.token,
      (done, total) => {
        progress?.report(total === 0 ? 0 : Math.floor((100 * done) / total), `${done}/${total}`);
        ports.tell({ state: 'scanning', done, total });
      },
    );
    ports.found(root, report);
    return { root: uriOf(root, ''), report };
  } finally {
    progress?.done();
    links.forEach((link) => link?.dispose());
    cancel.dispose();
  }
}

/** All targets belong to the tree of the first; paths are relative to it, and the tree itself is the empty list. */
export function targetsOf(
  targets: readonly string[],
  configured: string,
): { readonly root: string; readonly paths: readonly string[] } {
  const files = targets.map((target) => {
    const file = filePath(target);
    if (file === undefined)
      throw new ResponseError(ErrorCodes.InvalidParams, `${target} is no file on this machine`);
    return file;
  });
  const [first = ''] = files;
  const root = configured !== '' ? configured : (findRoot(first) ?? folderOf(first));
  const paths = files.map((file) => relative(root, file).split(sep).join('/')).filter((path) => path !== '');
  const outside = paths.find((path) => path.startsWith('../'));
  if (outside !== undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${outside} is not under ${root}`);
  return { root, paths };
}

function folderOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}
