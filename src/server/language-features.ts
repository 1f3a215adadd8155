/** What the protocol asks about a place in a document: hovers, lenses, actions, and the one command that runs here. */
import type { Connection } from 'vscode-languageserver';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { COMMANDS } from '../protocol/commands.js';
import type { Client } from './client.js';
import { shownSeverity } from './diagnostics.js';
import { actionsOf } from './features/actions.js';
import { hoverOf } from './features/hovers.js';
import { lensesOf } from './features/lenses.js';
import type { Findings } from './findings.js';
import { createFixes } from './fixes.js';
import { openTrace } from './open-trace.js';
import type { Preferences } from './preferences.js';
import type { RaceDocuments } from './race-documents.js';
import type { RequestPorts } from './requests.js';

export interface FeaturePorts {
  readonly connection: Connection;
  readonly preferences: Preferences;
  readonly findings: Findings;
  readonly races: RaceDocuments;
  readonly requests: RequestPorts;
}

export function answerFeatures({ connection, preferences, findings, races, requests }: FeaturePorts): void {
  const { client, settings } = preferences;
  const { checks, wanted } = findings;
  const fixesFor = createFixes({
    checks,
    jobs: requests.jobs,
    edits: () => ({ versioned: client().versionedEdits, annotated: client().annotatedEdits }),
    warn: (message) => connection.console.warn(message),
  });

  connection.onHover(async ({ textDocument, position }) => {
    const check = await checks.now(textDocument.uri);
    return check === undefined ? null : hoverOf(check, position);
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const command = replayCommand(client());
    if (command === undefined || !settings().codeLens) return [];
    if (races.text(textDocument.uri) !== undefined) return races.lenses(textDocument.uri, command);
    const check = await checks.now(textDocument.uri);
    if (check === undefined) return [];
    return lensesOf(check, command, (finding) => shownSeverity(finding, wanted()) !== undefined);
  });
  connection.onCodeAction(async ({ textDocument, context }, token) => [
    ...(await fixesFor(textDocument.uri, context.diagnostics, token)),
    ...actionsOf(textDocument.uri, context.diagnostics, knownCommands(client())),
  ]);
  connection.onExecuteCommand(async ({ command, arguments: given = [] }, token) => {
    if (command !== COMMANDS.openTrace)
      throw new ResponseError(ErrorCodes.MethodNotFound, `there is no command ${command}`);
    return openTrace(connection, requests, given[0], token);
  });
}

/** The commands that an action may name: the client's own, and ours for a client that has no page but can show one. */
function knownCommands({ commands, showsDocuments }: Client): ReadonlySet<string> {
  if (commands.has(COMMANDS.replayRace) || !showsDocuments) return commands;
  return new Set([...commands, COMMANDS.openTrace]);
}

const replayCommand = (client: Client): string | undefined =>
  [COMMANDS.replayRace, COMMANDS.openTrace].find((command) => knownCommands(client).has(command));
