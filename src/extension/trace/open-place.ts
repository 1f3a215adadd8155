/** The line of a step, in an editor: in the one that shows the file already, else in the first column. */
import { Range, ViewColumn, l10n, window, workspace } from 'vscode';
import { messageOf } from '../../protocol/message-of.js';
import { placeOf } from './places.js';

/** `at` is `file:line` below the root; what is none is left alone, what can't be opened is told. */
export async function openPlace(root: string, at: string): Promise<void> {
  const place = placeOf(root, at);
  if (place === undefined) return;
  const shown = window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === place.uri.toString(),
  );
  try {
    const document = await workspace.openTextDocument(place.uri);
    const line = Math.min(place.line, document.lineCount - 1);
    const viewColumn = shown?.viewColumn ?? ViewColumn.One;
    await window.showTextDocument(document, { viewColumn, selection: new Range(line, 0, line, 0) });
  } catch (error) {
    void window.showWarningMessage(l10n.t('{0} can’t be opened: {1}', at, messageOf(error)));
  }
}
