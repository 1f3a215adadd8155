/** `walkrace/review`: patches from a file, a clipboard or git, judged in the worker on the whole tree, with progress and cancellation. */
import type { CancellationToken } from 'vscode-languageserver';
import { reviewParams, type ReviewAnswer } from '../protocol/review.js';
import { withProgress, type ProgressPorts } from './progress.js';
import { inWorker, treeOf, validated, type RequestPorts } from './requests.js';
import { uriOf } from './roots.js';
import { fileOf, targetsOf } from './scans.js';

export async function review(
  ports: RequestPorts & ProgressPorts,
  given: unknown,
  token: CancellationToken,
): Promise<ReviewAnswer> {
  const { tree, source, base, progress: wanted } = validated(reviewParams, given);
  const { root } = targetsOf([tree], ports.settings().root);
  const request = {
    source: source.kind === 'file' ? { kind: source.kind, path: fileOf(source.uri) } : source,
    ...(base === undefined ? {} : { base }),
  };
  const answer = await withProgress(ports, wanted, token, (watched) =>
    inWorker(
      ports,
      { kind: 'review', request },
      treeOf(ports, root),
      root,
      watched.token,
      watched.onProgress,
    ),
  );
  return { ...answer, root: uriOf(root, ''), sides: ports.sides.keep(root, answer.texts) };
}
