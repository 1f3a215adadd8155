/** Sends findings to the client as diagnostics: those of an open document with its version, those of a scan for the files that are closed. */
import type { Connection, Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../core/report/report.js';
import type { Settings } from '../protocol/settings.js';
import type { Check } from './checks.js';
import { toDiagnostics } from './diagnostics.js';
import { uriOf } from './roots.js';

export interface PublisherPorts {
  readonly connection: Connection;
  readonly settings: () => Settings;
  readonly relatedInformation: () => boolean;
  /** URI of the directory of the rules' pages. */
  readonly rulePages: () => string;
  readonly isOpen: (uri: string) => boolean;
}

export interface Publisher {
  readonly check: (check: Check) => void;
  /** Replaces what the last scan found. */
  readonly scan: (root: string, findings: readonly Finding[]) => void;
  readonly retract: (uri: string) => void;
}

export function createPublisher(ports: PublisherPorts): Publisher {
  let scanned: ReadonlySet<string> = new Set();

  const send = (uri: string, diagnostics: Diagnostic[], version?: number): void =>
    void ports.connection.sendDiagnostics({
      uri,
      diagnostics,
      ...(version === undefined ? {} : { version }),
    });
  const diagnosticsOf = (
    findings: readonly Finding[],
    uriOfFile: (file: string) => string,
    isAlone: boolean,
  ): Diagnostic[] =>
    toDiagnostics(findings, {
      isAlone,
      settings: ports.settings(),
      uriOf: uriOfFile,
      pageOf: (rule) => `${ports.rulePages()}/${rule}.md`,
      relatedInformation: ports.relatedInformation(),
    });

  return {
    check: ({ uri, version, location: { root, path }, diagnosis }) =>
      send(
        uri,
        diagnosticsOf(
          diagnosis.findings,
          (file) => (file === path ? uri : uriOf(root, file)),
          diagnosis.isAlone,
        ),
        version,
      ),
    scan: (root, findings) => {
      const files = new Set(findings.map(({ file }) => uriOf(root, file)));
      for (const uri of scanned) if (!files.has(uri) && !ports.isOpen(uri)) send(uri, []);
      for (const uri of files) {
        if (ports.isOpen(uri)) continue;
        const here = findings.filter(({ file }) => uriOf(root, file) === uri);
        send(
          uri,
          diagnosticsOf(here, (file) => uriOf(root, file), false),
        );
      }
      scanned = files;
    },
    retract: (uri) => send(uri, []),
  };
}
