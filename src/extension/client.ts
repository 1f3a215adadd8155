/**
 * The language client. The server runs in its own process over standard input and output, so that this extension host never
 * waits for an analysis and survives its crash; the client library starts it again (at most four times in three minutes).
 */
import type { CancellationToken, ExtensionContext, LogOutputChannel } from 'vscode';
import { Uri, l10n, window } from 'vscode';
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { COMMANDS } from '../protocol/commands.js';
import { STATUS } from '../protocol/requests.js';
import type { Status } from '../protocol/requests.js';

export interface Client {
  /** Asks the server; it is waited for when it is still starting. Rejects with the server's own message. */
  readonly ask: <T>(method: string, params: unknown, token?: CancellationToken) => Promise<T>;
  readonly onStatus: (listener: (status: Status) => void) => { readonly dispose: () => void };
  readonly dispose: () => Promise<void>;
}

/** Files and unsaved texts; not the read-only sides of a diff, where nobody edits. */
const DOCUMENTS = [
  { scheme: 'file', language: 'c' },
  { scheme: 'file', pattern: '**/*.h' },
  { scheme: 'untitled', language: 'c' },
];

export function startClient(context: ExtensionContext, log: LogOutputChannel): Client {
  const server: ServerOptions = {
    module: context.asAbsolutePath('dist/server.js'),
    transport: TransportKind.stdio,
    args: [],
  };
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    initializationOptions: {
      commands: [COMMANDS.replayRace, COMMANDS.explainRule, COMMANDS.suppress],
      rulePages: Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
    },
    diagnosticCollectionName: 'walkrace',
  };
  const client = new LanguageClient('walkrace', 'Walkrace', server, options);
  const listeners = new Set<(status: Status) => void>();
  client.onNotification(STATUS, (status: Status) => listeners.forEach((listener) => listener(status)));
  const started = client.start().catch((error: unknown) => {
    log.error(String(error));
    void window.showErrorMessage(l10n.t('Walkrace: the language server did not start; its log says why.'));
    throw error;
  });
  started.catch(() => undefined);
  return {
    ask: async <T>(method: string, params: unknown, token?: CancellationToken) => {
      await started;
      return token === undefined
        ? client.sendRequest<T>(method, params)
        : client.sendRequest<T>(method, params, token);
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose: () => (client.needsStop() ? client.stop() : Promise.resolve()),
  };
}
