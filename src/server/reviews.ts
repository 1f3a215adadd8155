/** `walkrace/review`: patches from a file, a clipboard or git, judged in the worker on the whole tree, with progress and cancellation. */
import type { CancellationToken } from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver';
import { reviewParams, type ReviewAnswer } from '../protocol/review.js';
import { inWorker, treeOf, validated } from './requests.js';
import { filePath, uriOf } from './roots.js';
import { targetsOf, type ScanPorts } from './scans.js';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';

export async function review(
  ports: Omit<ScanPorts, 'found'>,
  given: unknown,
  token: CancellationToken,
): Promise<ReviewAnswer> {
  const { tree, source, base, progress: wanted } = validated(reviewParams, given);
  const { root } = targetsOf([tree], ports.settings().root);
  const progress =
    ports.showsProgress && wanted ? await ports.connection.window.createWorkDoneProgress() : undefined;
  const cancel = new CancellationTokenSource();
  const links = [token, progress?.token].map((each) => each?.onCancellationRequested(() => cancel.cancel()));
  progress?.begin('Walkrace', 0, undefined, true);
  try {
    const answer = await inWorker(
      ports,
      {
        kind: 'review',
        request: {
          source: source.kind === 'file' ? { kind: 'file', path: fileOf(source.uri) } : source,
          ...(base === undefined ? {} : { base }),
        },
      },
      treeOf(ports, root),
      root,
      cancel.token,
      (done, total) => {
        progress?.report(total === 0 ? 0 : Math.floor((100 * done) / total));
        ports.tell({ state: 'scanning', done, total });
      },
    );
    return { ...answer, root: uriOf(root, ''), sides: ports.sides.keep(root, answer.texts) };
  } finally {
    progress?.done();
    links.forEach((link) => link?.dispose());
    cancel.dispose();
  }
}

function fileOf(uri: string): string {
  const path = filePath(uri);
  if (path === undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is no file on this machine`);
  return path;
}
