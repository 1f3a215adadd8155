/** `vscode://walkrace.walkrace/replay?document=URI&function=NAME&freer=ID&with=P&with=P&step=N`: a trace from a mail or a bug report. */
import type { Disposable, ExtensionContext } from 'vscode';
import { Uri, env, l10n, window, workspace } from 'vscode';
import { isPlainPath, linkedBy, queryOf, type Linked } from './link.js';

const PATH = '/replay';

export function registerUriHandler(open: (linked: Linked) => Promise<void>): Disposable {
  return window.registerUriHandler({
    handleUri: async ({ path, query }) => {
      const linked = path === PATH ? linkedBy(query) : undefined;
      const document = linked && Uri.parse(linked.request.document);
      if (linked === undefined || document?.scheme !== 'file') {
        void window.showWarningMessage(l10n.t('Walkrace: this link names no walker in a file.'));
      } else if (!isOpened(document)) {
        void window.showWarningMessage(
          l10n.t('Walkrace: this link is to a file outside of the open folders.'),
        );
      } else await open(linked);
    },
  });
}

/** A link comes from anywhere: it has nothing read but what somebody has opened. */
const isOpened = (document: Uri): boolean =>
  isPlainPath(document.path) &&
  (workspace.getWorkspaceFolder(document) !== undefined ||
    workspace.textDocuments.some(({ uri }) => uri.toString() === document.toString()));

/** The editor takes one encoding off a link before it hands the query over, so the query is in two. */
export const linkTo = ({ extension }: ExtensionContext, linked: Linked): string =>
  Uri.from({
    scheme: env.uriScheme,
    authority: extension.id,
    path: PATH,
    query: queryOf(linked),
  }).toString();
