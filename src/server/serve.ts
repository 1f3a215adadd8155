/**
 * The language server on one connection: what it offers, and which file answers what. It holds the open documents and
 * two workers: all that takes long is done there, so that this loop always answers.
 */
import type { CancellationToken, Connection, InitializeResult } from 'vscode-languageserver';
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { ScanReport } from '../core/report/report.js';
import { COMMANDS } from '../protocol/commands.js';
import * as names from '../protocol/requests.js';
import { reasonOf } from '../host/files.js';
import { readSettings } from '../protocol/settings.js';
import type { Settings } from '../protocol/settings.js';
import type { Check } from './checks.js';
import { createChecks } from './checks.js';
import type { Client } from './client.js';
import { readClient } from './client.js';
import { createBaseline } from './baseline.js';
import { shownSeverity, type Wanted } from './diagnostics.js';
import { isC, isRace } from './documents.js';
import { exportReplay } from './exports.js';
import { actionsOf } from './features/actions.js';
import { createFixes } from './fixes.js';
import { hoverOf } from './features/hovers.js';
import { lensesOf } from './features/lenses.js';
import { createIndexes } from './indexes.js';
import { createInformation } from './information.js';
import type { Jobs } from './jobs/jobs.js';
import { openTrace } from './open-trace.js';
import type { LastScan } from './overview.js';
import { overviewOf } from './overview.js';
import { createPublisher } from './publisher.js';
import { createRaceDocuments } from './race-documents.js';
import * as answers from './requests.js';
import { locate } from './roots.js';
import { createReviewSides } from './review-sides.js';
import { review } from './reviews.js';
import { REVIEW } from '../protocol/review.js';
import { scan } from './scans.js';
import { idleStatus } from './status.js';
import { createWatch } from './watch.js';

export interface ServerPorts {
  readonly connection: Connection;
  /** Two workers, so that a check never waits for a replay. */
  readonly checker: Jobs;
  readonly replayer: Jobs;
  readonly version: string;
  /** URI of docs/rules/ beside the server. */
  readonly rulePages: string;
}

export function serve(ports: ServerPorts): void {
  const { connection, checker, replayer } = ports;
  let client: Client | undefined;
  let settings: Settings = readSettings({});
  let lastScan: LastScan | undefined;
  const information = createInformation(ports.version);
  const locateHere = (uri: string): ReturnType<typeof locate> => locate(uri, settings.root);
  const tell = (status: names.Status): void => void connection.sendNotification(names.STATUS, status);

  const known = createBaseline({
    folders: () => client?.folders ?? [],
    path: () => settings.baseline,
    warn: (message) => connection.console.warn(message),
  });
  const wanted = (): Wanted => ({ ...settings, known: known() });

  const checks = createChecks({
    locate: locateHere,
    diagnose: ({ root, path }) =>
      checker.run<'check'>({ kind: 'check', path }, { root, texts: checks.texts(root) }),
    confirms: () => settings.replayOpenFiles,
    settled: ({ root }) => indexes.settled(root),
    confirm: ({ location: { root, path } }, onCancel) =>
      replayer.run<'confirm'>({ kind: 'confirm', path }, { root, texts: checks.texts(root), onCancel }),
    publish: (check) => publish(check),
    retract: (uri, wasEdited) => publisher.retract(uri, wasEdited),
    warn: (message) => connection.console.warn(message),
  });

  const indexes = createIndexes({
    checker,
    replayer,
    texts: (root) => checks.texts(root),
    opened: (root) => checks.refresh(root),
    warn: (message) => connection.console.warn(message),
  });

  const publisher = createPublisher({
    connection,
    wanted,
    relatedInformation: () => client?.relatedInformation ?? false,
    rulePages: () => client?.rulePages ?? ports.rulePages,
    isOpen: (uri) => checks.isOpen(uri),
  });

  function publish(check: Check): void {
    publisher.check(check);
    information.checked(check);
    if (check.location.kernelTree && check.diagnosis.isAlone) indexes.look(check.location.root);
    tellIdle();
    if (client?.refreshesLenses === true && settings.codeLens)
      connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }

  function tellIdle(): void {
    tell(idleStatus(checks.latest(), wanted()));
  }

  function found(root: string, report: ScanReport): void {
    lastScan = { root, report };
    publisher.scan(root, report.findings);
    indexes.look(root, true);
    tellIdle();
  }

  const races = createRaceDocuments(connection);
  const requestPorts: answers.RequestPorts = {
    checks,
    jobs: replayer,
    locate: locateHere,
    sides: createReviewSides(),
    settings: () => settings,
    raceText: (uri) => races.text(uri),
    busy: (what) => {
      tell({ state: 'replaying', what });
      return tellIdle;
    },
  };
  const fixesFor = createFixes({
    checks,
    jobs: replayer,
    edits: () => ({
      versioned: client?.versionedEdits ?? false,
      annotated: client?.annotatedEdits ?? false,
    }),
    warn: (message) => connection.console.warn(message),
  });
  const replayCommand = (): string | undefined =>
    [COMMANDS.replayRace, COMMANDS.openTrace].find((command) => knownCommands().has(command));
  const knownCommands = (): ReadonlySet<string> => {
    const own = client?.commands ?? new Set<string>();
    return own.has(COMMANDS.replayRace) || client?.showsDocuments !== true
      ? own
      : new Set([...own, COMMANDS.openTrace]);
  };

  connection.onInitialize((params): InitializeResult => {
    client = readClient(params);
    settings = readSettings(client.settings);
    return {
      serverInfo: { name: 'walkrace', version: ports.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        codeLensProvider: {},
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        executeCommandProvider: { commands: [COMMANDS.openTrace] },
      },
    };
  });
  connection.onInitialized(() => {
    if (client?.registersSettings === true) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'walkrace' })
        .catch(() => undefined);
    }
    void pullSettings();
  });
  connection.onDidChangeConfiguration(({ settings: pushed }: { settings: unknown }) => {
    if (client?.pullsSettings === true) void pullSettings();
    else
      applySettings(
        typeof pushed === 'object' && pushed !== null && 'walkrace' in pushed ? pushed.walkrace : undefined,
      );
  });
  async function pullSettings(): Promise<void> {
    if (client?.pullsSettings !== true) return;
    try {
      const pulled: unknown = await connection.workspace.getConfiguration('walkrace');
      applySettings(pulled);
    } catch (error) {
      connection.console.warn(`the settings were not read, and stay as they are: ${reasonOf(error)}`);
    }
  }
  function applySettings(value: unknown): void {
    settings = readSettings(value);
    if (client?.watchesFiles === true) watch(client.folders, settings.baseline);
    checks.again();
    publisher.again();
  }

  const watch = createWatch(connection);
  connection.onDidChangeWatchedFiles(() => {
    for (const check of checks.latest()) publisher.check(check);
    publisher.again();
    tellIdle();
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    if (isRace(uri, languageId)) races.open(uri, version, text);
    else if (isC(uri, languageId)) checks.open(uri, languageId, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    races.change(uri, contentChanges, version);
    checks.change(uri, contentChanges, version);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    races.close(uri);
    checks.close(uri);
  });

  connection.onHover(async ({ textDocument, position }) => {
    const check = await checks.now(textDocument.uri);
    return check === undefined ? null : hoverOf(check, position);
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const command = replayCommand();
    if (command === undefined || !settings.codeLens) return [];
    if (races.text(textDocument.uri) !== undefined) return races.lenses(textDocument.uri, command);
    const check = await checks.now(textDocument.uri);
    if (check === undefined) return [];
    return lensesOf(check, command, (finding) => shownSeverity(finding, wanted()) !== undefined);
  });
  connection.onCodeAction(async ({ textDocument, context }, token) => [
    ...(await fixesFor(textDocument.uri, context.diagnostics, token)),
    ...actionsOf(textDocument.uri, context.diagnostics, knownCommands()),
  ]);
  connection.onExecuteCommand(async ({ command, arguments: given = [] }, token) => {
    if (command !== COMMANDS.openTrace)
      throw new ResponseError(ErrorCodes.MethodNotFound, `there is no command ${command}`);
    return openTrace(connection, requestPorts, given[0], token);
  });

  connection.onRequest(names.WALKERS, (params: unknown) => answers.walkers(requestPorts, params));
  connection.onRequest(names.FREERS, (params: unknown, token: CancellationToken) =>
    answers.freers(requestPorts, params, token),
  );
  connection.onRequest(names.WHAT_IFS, (params: unknown, token: CancellationToken) =>
    answers.whatIfs(requestPorts, params, token),
  );
  connection.onRequest(names.REPLAY, (params: unknown, token: CancellationToken) =>
    answers.replay(requestPorts, params, token),
  );
  connection.onRequest(names.MATRIX, (params: unknown, token: CancellationToken) =>
    answers.matrix(requestPorts, params, token),
  );
  connection.onRequest(names.SCAN, (params: unknown, token: CancellationToken) =>
    scan(
      { ...requestPorts, connection, showsProgress: client?.progress ?? false, tell, found },
      params,
      token,
    ),
  );
  connection.onRequest(REVIEW, (params: unknown, token: CancellationToken) =>
    review({ ...requestPorts, connection, showsProgress: client?.progress ?? false, tell }, params, token),
  );
  connection.onRequest(names.EXPORT, (params: unknown, token: CancellationToken) =>
    exportReplay(requestPorts, params, token),
  );
  connection.onRequest(names.OVERVIEW, () => overviewOf(checks.latest(), lastScan, wanted()));
  connection.onRequest(names.INFORMATION, () => information.answer(checks.latest()));
  connection.onRequest(
    (method: string) => new ResponseError(LSPErrorCodes.RequestFailed, `walkrace does not answer ${method}`),
  );

  connection.onShutdown(() => {
    checks.dispose();
    checker.dispose();
    replayer.dispose();
  });
  connection.listen();
}
