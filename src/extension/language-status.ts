/** The language status item of C files: what the server does, and what it has found in the open files. */
import { Disposable, LanguageStatusSeverity, l10n, languages } from 'vscode';
import type { Status } from '../protocol/requests.js';
import type { Client } from './client.js';
import { COMMAND_IDS } from './command-ids.js';

export function createLanguageStatus(client: Client): Disposable {
  const item = languages.createLanguageStatusItem('walkrace.status', { language: 'c' });
  item.name = 'Walkrace';
  item.text = l10n.t('Walkrace: starting');
  item.busy = true;
  item.command = { title: l10n.t('Show Log'), command: COMMAND_IDS.showLog };
  const following = client.onStatus((status) => {
    item.busy = status.state !== 'idle';
    item.text = textOf(status);
    item.detail = status.state === 'idle' ? detailOf(status) : '';
    item.severity =
      status.state === 'idle' && status.findings > 0
        ? LanguageStatusSeverity.Warning
        : LanguageStatusSeverity.Information;
  });
  return Disposable.from(item, following);
}

function textOf(status: Status): string {
  switch (status.state) {
    case 'idle':
      return status.findings === 1
        ? l10n.t('Walkrace: 1 finding')
        : l10n.t('Walkrace: {0} findings', status.findings);
    case 'checking':
      return l10n.t('Walkrace: checking {0}', status.what);
    case 'replaying':
      return l10n.t('Walkrace: replaying {0}', status.what);
    case 'scanning':
      return l10n.t('Walkrace: scanning {0}/{1}', status.done, status.total);
  }
}

function detailOf({ known, defects, isAlone }: Extract<Status, { state: 'idle' }>): string {
  const seen = isAlone
    ? l10n.t('open files, seen from their folders alone; Scan Tree makes an index')
    : l10n.t('open files, with their whole tree');
  return [
    seen,
    ...(known === 0 ? [] : [l10n.t('{0} more in the baseline', known)]),
    ...(defects === 0 ? [] : [l10n.t('{0} places could not be parsed', defects)]),
  ].join('; ');
}
