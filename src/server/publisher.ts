/** Sends findings to the client as diagnostics: those of an open document with its version, those of a scan for the files that are closed. */
import type { Connection, Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../core/report/report.js';
import type { Check } from './open-documents.js';
import { toDiagnostics, type Wanted } from './diagnostics.js';
import { uriOf } from './roots.js';

export interface PublisherPorts {
  readonly connection: Connection;
  readonly wanted: () => Wanted;
  readonly relatedInformation: () => boolean;
  /** URI of the directory of the rules' pages. */
  readonly rulePages: () => string;
  readonly isOpen: (uri: string) => boolean;
}

export interface Publisher {
  readonly check: (check: Check) => void;
  /** Replaces what the last scan found. */
  readonly scan: (root: string, findings: readonly Finding[]) => void;
  /** The settings have changed: what the last scan found is told as they want it. */
  readonly again: () => void;
  /** A document is closed: what the scan found in it is told again, unless its text is another now. */
  readonly retract: (uri: string, wasEdited: boolean) => void;
}

export function createPublisher(ports: PublisherPorts): Publisher {
  let scanned: { readonly root: string; readonly byFile: Map<string, readonly Finding[]> } = {
    root: '',
    byFile: new Map(),
  };

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
      settings: ports.wanted(),
      uriOf: uriOfFile,
      pageOf: (rule) => `${ports.rulePages()}/${rule}.md`,
      relatedInformation: ports.relatedInformation(),
    });

  const ofScan = (uri: string): Diagnostic[] =>
    diagnosticsOf(scanned.byFile.get(uri) ?? [], (file) => uriOf(scanned.root, file), false);
  const tellScanned = (): void => {
    for (const uri of scanned.byFile.keys()) if (!ports.isOpen(uri)) send(uri, ofScan(uri));
  };

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
      const before = scanned.byFile;
      scanned = { root, byFile: groupedBy(findings, ({ file }) => uriOf(root, file)) };
      for (const uri of before.keys()) if (!scanned.byFile.has(uri) && !ports.isOpen(uri)) send(uri, []);
      tellScanned();
    },
    again: tellScanned,
    retract: (uri, wasEdited) => {
      if (wasEdited) scanned.byFile.delete(uri);
      send(uri, ofScan(uri));
    },
  };
}

function groupedBy<V>(values: readonly V[], keyOf: (value: V) => string): Map<string, readonly V[]> {
  const groups = new Map<string, readonly V[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
