/**
 * Keeps the findings of the open documents true: a check after each rest in typing, then a replay of what was found, in the
 * worker. Findings are published with the version that they are of, so that a client never draws old ones over new text.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Finding } from '../core/report/report.js';
import { createDebouncer } from './debounce.js';
import { applyChanges } from './documents.js';
import type { Diagnosis, Engine } from './engine.js';
import type { Location } from './roots.js';

/** What a check found, of which version of which document. */
export interface Check {
  readonly uri: string;
  readonly version: number;
  readonly location: Location;
  readonly text: TextDocument;
  readonly diagnosis: Diagnosis;
  readonly ms: number;
}

export interface CheckPorts {
  readonly engineOf: (root: string) => Engine;
  readonly locate: (uri: string) => Location;
  /** Replays the findings of a document; resolves to them with their verdicts. */
  readonly confirm: (check: Check, onCancel: (cancel: () => void) => void) => Promise<readonly Finding[]>;
  readonly confirms: () => boolean;
  readonly publish: (check: Check) => void;
  readonly retract: (uri: string) => void;
  readonly warn: (message: string) => void;
}

export interface Checks {
  readonly open: (uri: string, language: string, version: number, text: string) => void;
  readonly change: (uri: string, changes: readonly TextDocumentContentChangeEvent[], version: number) => void;
  readonly close: (uri: string) => void;
  /** The findings of a document as it is now; undefined when it is not open. */
  readonly now: (uri: string) => Check | undefined;
  readonly latest: () => readonly Check[];
  /** Texts of the open documents of a root. */
  readonly texts: (root: string) => readonly { readonly path: string; readonly text: string }[];
  /** Checks all open documents anew (the settings changed). */
  readonly again: () => void;
  /** Stops the replays that nobody asked for, for one that somebody did; they begin anew after a rest. */
  readonly giveWay: () => void;
  readonly dispose: () => void;
}

interface Open {
  readonly location: Location;
  readonly text: TextDocument;
  readonly check: Check | undefined;
  /** Verdicts by finding, of the last replay; kept while typing, until the next replay corrects them. */
  readonly verdicts: ReadonlyMap<string, Finding>;
  readonly cancel: (() => void) | undefined;
}

const CONFIRM_AFTER_MS = 400;

export function createChecks(ports: CheckPorts): Checks {
  const documents = new Map<string, Open>();
  const checkTimers = createDebouncer();
  const confirmTimers = createDebouncer();

  const update = (uri: string, change: Partial<Open>): void => {
    const document = documents.get(uri);
    if (document !== undefined) documents.set(uri, { ...document, ...change });
  };

  /** A small file is checked almost at once; one that takes long waits for a longer rest. */
  const restOf = (document: Open): number => Math.min(150, Math.max(10, 2 * (document.check?.ms ?? 0)));

  function run(uri: string): Check | undefined {
    const document = documents.get(uri);
    if (document === undefined) return undefined;
    const { location, text, verdicts } = document;
    const started = performance.now();
    const found = ports.engineOf(location.root).diagnose(location.path);
    const diagnosis = { ...found, findings: withVerdicts(found.findings, verdicts) };
    const check: Check = {
      uri,
      version: text.version,
      location,
      text,
      diagnosis,
      ms: performance.now() - started,
    };
    update(uri, { check });
    return check;
  }

  function checkAndPublish(uri: string): void {
    try {
      const check = run(uri);
      if (check === undefined) return;
      ports.publish(check);
      scheduleConfirm(uri);
    } catch (error) {
      ports.warn(
        `check of a document failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }

  function scheduleConfirm(uri: string): void {
    if (!ports.confirms()) return;
    confirmTimers.schedule(uri, CONFIRM_AFTER_MS, () => void confirm(uri));
  }

  async function confirm(uri: string): Promise<void> {
    const check = documents.get(uri)?.check;
    if (check === undefined || check.version !== documents.get(uri)?.text.version) return;
    if (!check.diagnosis.findings.some((finding) => finding.freer !== null)) return;
    try {
      const findings = await ports.confirm(check, (cancel) => update(uri, { cancel }));
      const now = documents.get(uri);
      if (now === undefined || now.text.version !== check.version) return;
      const verdicts = new Map(
        findings.filter((f) => f.verdict !== 'not-run').map((finding) => [finding.id, finding]),
      );
      const confirmed: Check = { ...check, diagnosis: { ...check.diagnosis, findings } };
      update(uri, { verdicts, check: confirmed, cancel: undefined });
      ports.publish(confirmed);
    } catch (error) {
      ports.warn(`replay of the findings failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const schedule = (uri: string, ms: number): void => {
    documents.get(uri)?.cancel?.();
    confirmTimers.cancel(uri);
    checkTimers.schedule(uri, ms, () => checkAndPublish(uri));
  };

  return {
    open: (uri, language, version, content) => {
      const location = ports.locate(uri);
      const text = TextDocument.create(uri, language, version, content);
      documents.set(uri, { location, text, check: undefined, verdicts: new Map(), cancel: undefined });
      ports.engineOf(location.root).openDocument(location.path, content);
      schedule(uri, 0);
    },
    change: (uri, changes, version) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      const { text, edits } = applyChanges(document.text, changes, version);
      update(uri, { text });
      ports.engineOf(document.location.root).changeDocument(document.location.path, edits);
      schedule(uri, restOf(document));
    },
    close: (uri) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      document.cancel?.();
      checkTimers.cancel(uri);
      confirmTimers.cancel(uri);
      documents.delete(uri);
      ports.engineOf(document.location.root).closeDocument(document.location.path);
      ports.retract(uri);
    },
    now: (uri) => {
      const document = documents.get(uri);
      return document?.check?.version === document?.text.version ? document?.check : run(uri);
    },
    latest: () => [...documents.values()].flatMap(({ check }) => (check === undefined ? [] : [check])),
    texts: (root) =>
      [...documents.values()]
        .filter((document) => document.location.root === root)
        .map((document) => ({ path: document.location.path, text: document.text.getText() })),
    again: () => [...documents.keys()].forEach((uri) => schedule(uri, 0)),
    giveWay: () => {
      for (const [uri, document] of documents) {
        if (document.cancel === undefined) continue;
        document.cancel();
        update(uri, { cancel: undefined });
        scheduleConfirm(uri);
      }
    },
    dispose: () => {
      checkTimers.dispose();
      confirmTimers.dispose();
    },
  };
}

/** Findings with the verdicts of an earlier replay, where that replay knew them and this check does not. */
function withVerdicts(
  findings: readonly Finding[],
  verdicts: ReadonlyMap<string, Finding>,
): readonly Finding[] {
  return findings.map((finding) => {
    const known = verdicts.get(finding.id);
    if (known === undefined || finding.verdict !== 'not-run') return finding;
    const { verdict, severity, consequence, states, reason } = known;
    return { ...finding, verdict, severity, consequence, states, reason };
  });
}
