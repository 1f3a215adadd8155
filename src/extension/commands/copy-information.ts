/** Copy Diagnostic Information: versions and timings for a bug report; no source text, no paths. */
import { env, l10n, version, window } from 'vscode';
import { INFORMATION } from '../../protocol/requests.js';
import type { InformationAnswer } from '../../protocol/requests.js';
import type { Client } from '../client.js';

export async function copyInformation(client: Client): Promise<void> {
  const server = await client.ask<InformationAnswer>(INFORMATION, {});
  await env.clipboard.writeText(
    `${JSON.stringify({ vscode: version, remote: env.remoteName ?? 'none', server }, null, 2)}\n`,
  );
  void window.showInformationMessage(l10n.t('Copied: versions and timings, no source text.'));
}
