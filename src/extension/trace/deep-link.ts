/** `vscode://walkrace.walkrace/replay?document=URI&function=NAME&freer=ID&with=P&with=P&step=N`: a trace from a mail or a bug report. */
import type { Disposable } from 'vscode';
import { Uri, l10n, window } from 'vscode';
import type { TracePanels } from './panels.js';

export function registerUriHandler(panels: TracePanels): Disposable {
  return window.registerUriHandler({
    handleUri: async (uri) => {
      const query = new URLSearchParams(uri.query);
      const [document, name, freer] = ['document', 'function', 'freer'].map(
        (key) => query.get(key) ?? undefined,
      );
      if (
        uri.path !== '/replay' ||
        document === undefined ||
        name === undefined ||
        Uri.parse(document).scheme !== 'file'
      ) {
        void window.showWarningMessage(l10n.t('Walkrace: this link names no walker in a file.'));
        return;
      }
      const step = Number.parseInt(query.get('step') ?? '', 10);
      const request = {
        document,
        function: name,
        protections: query.getAll('with'),
        ...(freer === undefined ? {} : { freer }),
      };
      await panels.show(request, Number.isNaN(step) ? undefined : step);
    },
  });
}
