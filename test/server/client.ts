/** A plain client of the language server, over standard input and output: what any editor does, and what a broken one does. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { MessageConnection } from 'vscode-languageserver/node';
import type { Diagnostic, InitializeParams, InitializeResult } from 'vscode-languageserver';

export const SERVER =
  process.env['WALKRACE_SERVER'] ?? join(import.meta.dirname, '..', '..', 'dist', 'server.js');

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface TestClient {
  readonly pid: number;
  readonly connection: MessageConnection;
  readonly initialized: InitializeResult;
  readonly open: (uri: string, text: string, languageId?: string) => Promise<void>;
  /** The published diagnostics of a document that satisfy `wanted`, those to come or the last ones. */
  readonly published: (uri: string, wanted?: (published: Published) => boolean) => Promise<Published>;
  readonly all: () => readonly Published[];
  readonly write: (bytes: string) => void;
  /** Closes the server's input, as a client does that is gone. */
  readonly vanish: () => void;
  /** Exit status of the server. */
  readonly ended: Promise<number | null>;
  readonly errors: () => string;
  readonly close: () => Promise<void>;
}

export interface ClientOptions {
  readonly capabilities?: InitializeParams['capabilities'];
  readonly initializationOptions?: unknown;
  readonly processId?: number | null;
  /** The folder that is open (absolute path); absent: none is. */
  readonly folder?: string;
  /** Where caches are, in place of the user's own. */
  readonly cache?: string;
  /** More of the server's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const LIMIT_MS = 30_000;

export async function connect(options: ClientOptions = {}): Promise<TestClient> {
  if (!existsSync(SERVER)) throw new Error(`${SERVER} is not built: npm run build`);
  const env = options.cache === undefined ? {} : { XDG_CACHE_HOME: options.cache };
  const child = spawn(process.execPath, [SERVER, '--stdio'], {
    stdio: 'pipe',
    env: { ...process.env, ...env, ...options.env },
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const all: Published[] = [];
  const listeners = new Set<() => void>();
  const written: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => written.push(chunk));
  child.stdin.on('error', () => undefined);
  connection.onError(() => undefined);
  connection.onNotification('textDocument/publishDiagnostics', (params: Published) => {
    all.push(params);
    listeners.forEach((listener) => listener());
  });
  connection.listen();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: options.processId === undefined ? process.pid : options.processId,
    rootUri: null,
    workspaceFolders:
      options.folder === undefined ? null : [{ uri: pathToFileURL(options.folder).href, name: 'tree' }],
    capabilities: options.capabilities ?? {
      textDocument: { publishDiagnostics: { relatedInformation: true } },
    },
    initializationOptions: options.initializationOptions ?? {},
  });
  await connection.sendNotification('initialized', {});

  return {
    pid: child.pid ?? -1,
    connection,
    initialized,
    open: (uri, text, languageId = 'c') =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version: 1, text },
      }),
    published: (uri, wanted = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(look);
          const seen = all
            .filter((one) => one.uri === uri)
            .map(({ version, diagnostics }) => `${version ?? '-'}: ${diagnostics.length}`);
          reject(
            new Error(
              `no such diagnostics of ${uri}; seen: ${seen.join(', ')}\n${Buffer.concat(written).toString()}`,
            ),
          );
        }, LIMIT_MS);
        const look = (): void => {
          const found = all.findLast((one) => one.uri === uri && wanted(one));
          if (found === undefined) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    all: () => all,
    write: (bytes) => child.stdin.write(bytes),
    vanish: () => child.stdin.end(),
    ended,
    errors: () => Buffer.concat(written).toString(),
    close: async () => {
      connection.dispose();
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
