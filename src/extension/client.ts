/**
 * The language client. The server runs in its own process over standard input and output, so that this extension host never
 * waits for an analysis and survives its crash; the client library starts it again (at most four times in three minutes).
 */
import type { CancellationToken, Diagnostic, ExtensionContext, LogOutputChannel } from 'vscode';
import { Uri, l10n, window } from 'vscode';
import type { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
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
  { scheme: 'file', language: 'race' },
  { scheme: 'untitled', language: 'race' },
];

export function startClient(context: ExtensionContext, log: LogOutputChannel): Client {
  const listeners = new Set<(status: Status) => void>();
  const started = start(context, log, (status) => listeners.forEach((listener) => listener(status)));
  started.catch((error: unknown) => {
    log.error(String(error));
    void window.showErrorMessage(l10n.t('Walkrace: the language server did not start; its log says why.'));
  });
  return {
    ask: async <T>(method: string, params: unknown, token?: CancellationToken) => {
      const client = await started;
      return token === undefined
        ? client.sendRequest<T>(method, params)
        : client.sendRequest<T>(method, params, token);
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose: async () => {
      const client = await started.catch(() => undefined);
      if (client?.needsStop() === true) await client.stop();
    },
  };
}

/** The client library is large: it is loaded when the activation is over, not in it. */
async function start(
  context: ExtensionContext,
  log: LogOutputChannel,
  onStatus: (status: Status) => void,
): Promise<LanguageClient> {
  await new Promise((resolve) => setImmediate(resolve));
  const { CloseAction, LanguageClient, TransportKind } = await import('./language-client.js');
  const server: ServerOptions = {
    module: context.asAbsolutePath('dist/server.js'),
    transport: TransportKind.stdio,
  };
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    initializationOptions: {
      commands: [COMMANDS.replayRace, COMMANDS.explainRule, COMMANDS.suppress],
      rulePages: Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
    },
    diagnosticCollectionName: 'walkrace',
    errorHandler: {
      error: (error, message, count) => usual.error(error, message, count),
      closed: async () => {
        const next = await usual.closed();
        if (next.action !== CloseAction.Restart) return next;
        void window.showWarningMessage(
          l10n.t(
            'Walkrace: the language server ended unexpectedly and is started again; what it was at is lost.',
          ),
        );
        return { ...next, handled: true };
      },
    },
    middleware: { handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(withRulePage)) },
  };
  const client = new LanguageClient('walkrace', 'Walkrace', server, options);
  const usual = client.createDefaultErrorHandler();
  client.onNotification(STATUS, onStatus);
  await client.start();
  return client;
}

/** The link of a rule opens its page as a preview: by our command, which the editor runs for links of diagnostics. */
function withRulePage(diagnostic: Diagnostic): Diagnostic {
  const { code } = diagnostic;
  if (typeof code !== 'object') return diagnostic;
  const target = Uri.parse(
    `command:${COMMANDS.explainRule}?${encodeURIComponent(JSON.stringify([code.value]))}`,
  );
  diagnostic.code = { ...code, target };
  return diagnostic;
}
