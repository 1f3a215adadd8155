/** `vscode://walkrace.walkrace/replay?document=URI&function=NAME&freer=ID&with=P&with=P&step=N`: a trace from a mail or a bug report. */
import type { Disposable, ExtensionContext } from 'vscode';
import { Uri, env, l10n, window } from 'vscode';
import { linkedBy, queryOf, type Linked } from './link.js';

const PATH = '/replay';

export function registerUriHandler(open: (linked: Linked) => Promise<void>): Disposable {
  return window.registerUriHandler({
    handleUri: async ({ path, query }) => {
      const linked = path === PATH ? linkedBy(query) : undefined;
      if (linked === undefined || Uri.parse(linked.request.document).scheme !== 'file') {
        void window.showWarningMessage(l10n.t('Walkrace: this link names no walker in a file.'));
        return;
      }
      await open(linked);
    },
  });
}

/** The editor takes one encoding off a link before it hands the query over, so the query is in two. */
export const linkTo = ({ extension }: ExtensionContext, linked: Linked): string =>
  Uri.from({
    scheme: env.uriScheme,
    authority: extension.id,
    path: PATH,
    query: queryOf(linked),
  }).toString();
