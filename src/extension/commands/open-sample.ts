/**
 * Open Sample: the shipped sample tree, as a copy that may be changed (in the extension's own storage, one for each version).
 * The file opens in this window, so that a walkthrough stays; the whole tree is offered as a folder, for Scan Tree.
 */
import type { ExtensionContext } from 'vscode';
import { Range, Selection, TextEditorRevealType, Uri, commands, l10n, window, workspace } from 'vscode';

const WALKER = ['arch', 'arm64', 'mm', 'dump_unprotected.c'];
const WALK = 'pgd_offset_k(start)';

export async function openSample(context: ExtensionContext): Promise<void> {
  const sample = await copied(context);
  const document = await workspace.openTextDocument(Uri.joinPath(sample, ...WALKER));
  const walk = document.positionAt(Math.max(0, document.getText().indexOf(WALK)));
  const editor = await window.showTextDocument(document, { preview: false });
  editor.selection = new Selection(walk, walk);
  editor.revealRange(new Range(walk, walk), TextEditorRevealType.InCenter);
  const folder = l10n.t('Open as Folder');
  const picked = await window.showInformationMessage(
    l10n.t('A sample walker is open. As a folder its whole tree can be scanned.'),
    folder,
  );
  if (picked === folder) {
    await commands.executeCommand('vscode.openFolder', sample, { forceNewWindow: true });
  }
}

async function copied({ extension, extensionUri, globalStorageUri }: ExtensionContext): Promise<Uri> {
  const { version } = extension.packageJSON as { readonly version: string };
  const copy = Uri.joinPath(globalStorageUri, `sample-${version}`);
  try {
    await workspace.fs.stat(copy);
  } catch {
    await workspace.fs.copy(Uri.joinPath(extensionUri, 'sample'), copy);
  }
  return copy;
}
