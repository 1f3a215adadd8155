/** Scan File and Scan Tree: the server scans and replays, with progress and cancel; its findings come as diagnostics. */
import type { LogOutputChannel, Uri } from 'vscode';
import { commands, l10n, window, workspace } from 'vscode';
import { SCAN } from '../../protocol/requests.js';
import type { ScanAnswer } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import { askWithProgress } from '../progress.js';

export async function scanFile(client: Client, log: LogOutputChannel): Promise<void> {
  const uri = window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') {
    void window.showInformationMessage(l10n.t('Open a C file of the tree first.'));
    return;
  }
  await scan(client, log, uri);
}

export async function scanTree(client: Client, log: LogOutputChannel): Promise<void> {
  const folder = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  if (folder === undefined) {
    void window.showInformationMessage(l10n.t('Open a kernel tree as folder first.'));
    return;
  }
  await scan(client, log, folder);
}

async function scan(client: Client, log: LogOutputChannel, target: Uri): Promise<void> {
  const name = workspace.asRelativePath(target);
  const title = l10n.t('Walkrace: scanning {0}', name);
  const params = { targets: [target.toString()], progress: false };
  const answer = await askWithProgress<ScanAnswer>(client, SCAN, params, { title, counts: true });
  if (answer === undefined) return;
  const { shown } = answer;
  const { findings, stats, givenUp = [] } = answer.report;
  log.info(`scan of ${name}: ${JSON.stringify(stats)}`);
  for (const { file, reason } of givenUp) log.warn(`scan of ${name}: gave up ${file}: ${reason}`);
  const show = l10n.t('Show Problems');
  const counts = [name, stats.walkers, shown, stats.files] as const;
  const hidden = findings.length - shown;
  const told =
    hidden === 0
      ? l10n.t('{0}: {1} walkers, {2} findings in {3} files.', ...counts)
      : l10n.t('{0}: {1} walkers, {2} findings in {3} files; the settings hide {4} more.', ...counts, hidden);
  const left =
    givenUp.length === 0 ? '' : ` ${l10n.t('{0} files were given up; the log tells why.', givenUp.length)}`;
  if ((await window.showInformationMessage(`${told}${left}`, ...(shown === 0 ? [] : [show]))) === show) {
    await commands.executeCommand('workbench.actions.view.problems');
  }
}
