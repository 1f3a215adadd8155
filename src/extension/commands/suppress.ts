/** Suppress: a comment over the walk that names the rule and why, asked for; without a reason nothing is suppressed. */
import { Position, Uri, WorkspaceEdit, l10n, window, workspace } from 'vscode';
import * as v from 'valibot';
import { suppressTarget } from '../../protocol/commands.js';

export async function suppress(given: unknown): Promise<void> {
  const parsed = v.safeParse(suppressTarget, given);
  if (!parsed.success) return;
  const { document: uri, line, rule } = parsed.output;
  const reason = await window.showInputBox({
    title: l10n.t('Why is {0} no concern here?', rule),
    prompt: l10n.t('It is written into a comment over the walk, for the next reader.'),
    ignoreFocusOut: true, // a glance at the source must not lose the sentence
    validateInput: (text) => (text.includes('*/') ? l10n.t('A comment can’t hold “*/”.') : undefined),
  });
  if (reason === undefined || reason.trim() === '') return;
  const document = await workspace.openTextDocument(Uri.parse(uri));
  if (line >= document.lineCount) return;
  const indent = /^\s*/.exec(document.lineAt(line).text)?.[0] ?? '';
  const edit = new WorkspaceEdit();
  edit.insert(
    document.uri,
    new Position(line, 0),
    `${indent}/* walkrace: allow ${rule}: ${reason.trim()} */\n`,
  );
  if (!(await workspace.applyEdit(edit))) {
    void window.showErrorMessage(l10n.t('The comment could not be written into {0}.', document.fileName));
  }
}
