/**
 * What is found, and what of it is shown: the checks of the open documents and the last scan, as the settings and the baseline want
 * them, told to the client as diagnostics, in its status and in the overview.
 */
import type { Connection } from 'vscode-languageserver';
import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { ScanReport } from '../core/report/report.js';
import type { InformationAnswer, OverviewAnswer, Status } from '../protocol/requests.js';
import { createBaseline } from './baseline.js';
import { createChecks, type Checks } from './checks.js';
import { shownSeverity, type Wanted } from './diagnostics.js';
import { createIndexes } from './indexes.js';
import { createInformation } from './information.js';
import type { Jobs } from './jobs/jobs.js';
import type { Check } from './open-documents.js';
import { overviewOf, type LastScan } from './overview.js';
import type { Preferences } from './preferences.js';
import { createPublisher } from './publisher.js';
import type { Location } from './roots.js';
import { idleStatus } from './status.js';

export interface FindingsPorts {
  readonly connection: Connection;
  readonly checker: Jobs;
  readonly replayer: Jobs;
  readonly version: string;
  /** URI of the rules' pages, for a client that has none of its own. */
  readonly rulePages: string;
  readonly preferences: Preferences;
  readonly locate: (uri: string) => Location;
  readonly tell: (status: Status) => void;
}

export interface Findings {
  readonly checks: Checks;
  /** What the settings and the baseline leave to be shown. */
  readonly wanted: () => Wanted;
  /** Takes what a scan has found in the place of what the last one has; answers how many findings of it are shown. */
  readonly found: (root: string, report: ScanReport) => number;
  /** Other settings: everything is checked and told anew. */
  readonly again: () => void;
  /** Another baseline: the same findings, and others of them are shown. */
  readonly retell: () => void;
  /** Tells the client that nothing is being done. */
  readonly tellIdle: () => void;
  readonly overview: () => OverviewAnswer;
  readonly information: () => InformationAnswer;
}

export function createFindings(ports: FindingsPorts): Findings {
  const { connection, checker, replayer, preferences, tell } = ports;
  const { client, settings } = preferences;
  const warn = (message: string): void => connection.console.warn(message);
  const information = createInformation(ports.version);
  let lastScan: LastScan | undefined;

  const known = createBaseline({
    folders: () => client().folders,
    path: () => settings().baseline,
    warn,
  });
  const wanted = (): Wanted => ({ ...settings(), known: known() });
  const tellIdle = (): void => tell(idleStatus(checks.latest(), wanted()));

  const checks = createChecks({
    locate: ports.locate,
    diagnose: ({ root, path }) =>
      checker.run<'check'>({ kind: 'check', path }, { root, texts: checks.texts(root) }),
    confirms: () => settings().replayOpenFiles,
    settled: ({ root }) => indexes.settled(root),
    confirm: ({ location: { root, path } }, onCancel) =>
      replayer.run<'confirm'>({ kind: 'confirm', path }, { root, texts: checks.texts(root), onCancel }),
    publish: (check) => publish(check),
    retract: (uri, wasEdited) => publisher.retract(uri, wasEdited),
    warn,
  });

  const indexes = createIndexes({
    checker,
    replayer,
    texts: (root) => checks.texts(root),
    opened: (root) => checks.refresh(root),
    warn,
  });

  const publisher = createPublisher({
    connection,
    wanted,
    relatedInformation: () => client().relatedInformation,
    rulePages: () => client().rulePages ?? ports.rulePages,
    isOpen: (uri) => checks.isOpen(uri),
  });

  function publish(check: Check): void {
    publisher.check(check);
    information.checked(check);
    if (check.location.kernelTree && check.diagnosis.isAlone) indexes.look(check.location.root);
    tellIdle();
    if (client().refreshesLenses && settings().codeLens)
      connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }

  return {
    checks,
    wanted,
    found: (root, report) => {
      lastScan = { root, report };
      publisher.scan(root, report.findings);
      indexes.look(root, true);
      tellIdle();
      return report.findings.filter((finding) => shownSeverity(finding, wanted()) !== undefined).length;
    },
    again: () => {
      checks.again();
      publisher.again();
    },
    retell: () => {
      for (const check of checks.latest()) publisher.check(check);
      publisher.again();
      tellIdle();
    },
    tellIdle,
    overview: () => overviewOf(checks.latest(), lastScan, wanted()),
    information: () => information.answer(checks.latest()),
  };
}
