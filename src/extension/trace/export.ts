/** Saves a trace where the user says. The picture comes from the page; every other format is made by the server. */
import { Uri, l10n, window, workspace } from 'vscode';
import { EXPORT } from '../../protocol/requests.js';
import type { ExportAnswer, ExportParams, ReplayAnswer } from '../../protocol/requests.js';
import type { FromPage } from '../../webview/protocol.js';
import type { Client } from '../client.js';

type Format = Extract<FromPage, { type: 'export' }>['format'];

export async function saveTrace(
  client: Client,
  { key, root }: ReplayAnswer,
  format: Format,
  content: string | undefined,
): Promise<void> {
  const file =
    format === 'svg' ? drawn(key.function, key.freer, content) : await made(client, { ...key, format });
  if (file === undefined) return;
  const folder = workspace.workspaceFolders?.[0]?.uri ?? (root === '' ? undefined : Uri.parse(root));
  const target = await window.showSaveDialog({
    title: l10n.t('Export Trace'),
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, file.fileName) }),
  });
  if (target === undefined) return;
  await workspace.fs.writeFile(target, new TextEncoder().encode(file.text));
  const open = l10n.t('Open');
  if ((await window.showInformationMessage(l10n.t('Written: {0}', file.fileName), open)) === open) {
    await window.showTextDocument(target);
  }
}

const drawn = (name: string, freer: string, svg: string | undefined): ExportAnswer | undefined =>
  svg === undefined ? undefined : { fileName: `${name}-${freer}.svg`, text: svg };

const made = (client: Client, request: ExportParams): Promise<ExportAnswer> =>
  client.ask<ExportAnswer>(EXPORT, request);
