/**
 * The language server on one connection: what it offers, and which file answers what. It holds the open documents and
 * two workers: all that takes long is done there, so that this loop always answers.
 */
import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver';
import { COMMANDS } from '../protocol/commands.js';
import * as names from '../protocol/requests.js';
import { answerRequests } from './answers.js';
import type { Checks } from './checks.js';
import { isC, isRace } from './documents.js';
import { createFindings } from './findings.js';
import type { Jobs } from './jobs/jobs.js';
import { answerFeatures } from './language-features.js';
import { createPreferences } from './preferences.js';
import { createRaceDocuments, type RaceDocuments } from './race-documents.js';
import type { RequestPorts } from './requests.js';
import { createReviewSides } from './review-sides.js';
import { locate, type Location } from './roots.js';
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

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  hoverProvider: true,
  codeLensProvider: {},
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  executeCommandProvider: { commands: [COMMANDS.openTrace] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

export function serve(ports: ServerPorts): void {
  const { connection, checker, replayer, version } = ports;
  const tell = (status: names.Status): void => void connection.sendNotification(names.STATUS, status);
  const watch = createWatch(connection);
  const preferences = createPreferences(connection, (what) => {
    if (client().watchesFiles) watch(client().folders, settings().baseline);
    if (what === 'folders') findings.retell();
    else findings.again();
  });
  const { client, settings } = preferences;
  const locateHere = (uri: string): Location => locate(uri, settings().root);
  const findings = createFindings({ ...ports, preferences, locate: locateHere, tell });
  const { checks } = findings;
  const races = createRaceDocuments(connection);
  const requests: RequestPorts = {
    checks,
    jobs: replayer,
    locate: locateHere,
    sides: createReviewSides(),
    settings,
    raceText: (uri) => races.text(uri),
    busy: (what) => {
      tell({ state: 'replaying', what });
      return findings.tellIdle;
    },
  };

  connection.onInitialize((params) => {
    preferences.begin(params);
    return { serverInfo: { name: 'walkrace', version }, capabilities: CAPABILITIES };
  });
  connection.onDidChangeWatchedFiles(() => findings.retell());
  followDocuments(connection, checks, races);
  answerFeatures({ connection, preferences, findings, races, requests });
  answerRequests({
    ...requests,
    ...findings,
    connection,
    showsProgress: () => client().progress,
    tell,
  });
  connection.onShutdown(() => {
    checks.dispose();
    checker.dispose();
    replayer.dispose();
  });
  connection.listen();
}

function followDocuments(connection: Connection, checks: Checks, races: RaceDocuments): void {
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
}
