/** Run Race File: the `.race` file in the active editor, as its text is now; its trace beside it. */
import { l10n, window } from 'vscode';
import type { TracePanels } from '../trace/panels.js';

export async function runRaceFile(panels: TracePanels): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document?.languageId !== 'race') {
    void window.showInformationMessage(l10n.t('Open a .race file, and run it again.'));
    return;
  }
  // What walks and what frees is in the file; the server answers with their names.
  const name = document.uri.path.split('/').at(-1) ?? document.uri.path;
  await panels.show({ document: document.uri.toString(), function: name });
}
