/**
 * Keeps the findings of the open documents true: a check after each rest in typing, then a replay of what was found, each in
 * its worker. Findings are published with the version that they are of, so that a client never draws old ones over new text.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Finding } from '../core/report/report.js';
import { createDebouncer } from './debounce.js';
import type { Checked } from './engine.js';
import type { Location } from './roots.js';

/** What a check found, of which version of which document. */
export interface Check {
  readonly uri: string;
  readonly version: number;
  readonly location: Location;
  readonly text: TextDocument;
  readonly diagnosis: Checked;
  readonly ms: number;
}

export interface CheckPorts {
  readonly locate: (uri: string) => Location;
  /** The findings of a document as its text is now. */
  readonly diagnose: (location: Location) => Promise<Checked>;
  /** Replays the findings of a document; resolves to them with their verdicts. */
  readonly confirm: (check: Check, onCancel: (cancel: () => void) => void) => Promise<readonly Finding[]>;
  readonly confirms: () => boolean;
  /** Waits for what will have a document checked again at once: a replay before that would be for nothing. */
  readonly settled: (location: Location) => Promise<void>;
  readonly publish: (check: Check) => void;
  readonly retract: (uri: string, wasEdited: boolean) => void;
  readonly warn: (message: string) => void;
}

export interface Checks {
  readonly open: (uri: string, language: string, version: number, text: string) => void;
  readonly change: (uri: string, changes: readonly TextDocumentContentChangeEvent[], version: number) => void;
  readonly close: (uri: string) => void;
  /** The findings of a document as it is now, without the rest; undefined when it is not open, or is changed meanwhile. */
  readonly now: (uri: string) => Promise<Check | undefined>;
  readonly latest: () => readonly Check[];
  readonly isOpen: (uri: string) => boolean;
  /** Texts of the open documents of a root. */
  readonly texts: (root: string) => readonly { readonly path: string; readonly text: string }[];
  /** The settings changed: documents may belong elsewhere, and are told anew. */
  readonly again: () => void;
  /** More is known of a tree: its documents are checked again, and what is shown of them stays until then. */
  readonly refresh: (root: string) => void;
  /** Stops the replays that nobody asked for, for one that somebody did; they begin anew after a rest. */
  readonly giveWay: () => void;
  readonly dispose: () => void;
}

interface Open {
  readonly location: Location;
  readonly text: TextDocument;
  /** The version in which it was opened. */
  readonly opened: number;
  readonly check: Check | undefined;
  readonly running: { readonly version: number; readonly check: Promise<Check | undefined> } | undefined;
  /** What the last replay knew; kept while typing, until the next one corrects it. */
  readonly known: Known;
  readonly cancel: (() => void) | undefined;
}

/** Verdicts by finding, and the findings that the replay did not have: the whole tree protects them. */
interface Known {
  readonly verdicts: ReadonlyMap<string, Finding>;
  readonly absent: ReadonlySet<string>;
}

const NOTHING_KNOWN: Known = { verdicts: new Map(), absent: new Set() };
const CONFIRM_AFTER_MS = 400;

export function createChecks(ports: CheckPorts): Checks {
  const documents = new Map<string, Open>();
  const checkTimers = createDebouncer();
  const confirmTimers = createDebouncer();

  const update = (uri: string, change: Partial<Open>): void => {
    const document = documents.get(uri);
    if (document !== undefined) documents.set(uri, { ...document, ...change });
  };

  /** Most keystrokes are checked almost at once; where the last check took long, after a longer rest. */
  const restOf = (document: Open): number => Math.min(150, Math.max(10, (document.check?.ms ?? 0) / 2));

  /** The check of the text as it is now: the one that is there, the one that runs, or a new one. */
  function checkNow(uri: string): Promise<Check | undefined> {
    const document = documents.get(uri);
    if (document === undefined) return Promise.resolve(undefined);
    const { version } = document.text;
    if (document.check?.version === version) return Promise.resolve(document.check);
    if (document.running?.version === version) return document.running.check;
    const check = run(uri, document);
    update(uri, { running: { version, check } });
    return check;
  }

  async function run(uri: string, { location, text }: Open): Promise<Check | undefined> {
    const { version } = text;
    const started = performance.now();
    try {
      const found = await ports.diagnose(location);
      const now = documents.get(uri);
      if (now?.text.version !== version) return undefined;
      const diagnosis = { ...found, findings: withKnown(found.findings, now.known) };
      const check: Check = { uri, version, location, text, diagnosis, ms: performance.now() - started };
      update(uri, { check, running: undefined });
      ports.publish(check);
      scheduleConfirm(uri);
      return check;
    } catch (error) {
      if (documents.get(uri)?.running?.version === version) update(uri, { running: undefined });
      ports.warn(`the check of a document was given up: ${whyOf(error)}`);
      return undefined;
    }
  }

  /** One check of a document at a time: those that a slow one holds up are one in the end. */
  function checkAfterRunning(uri: string): void {
    const running = documents.get(uri)?.running;
    if (running === undefined) void checkNow(uri);
    else void running.check.finally(() => void checkNow(uri));
  }

  function scheduleConfirm(uri: string): void {
    if (!ports.confirms()) return;
    confirmTimers.schedule(uri, CONFIRM_AFTER_MS, () => void confirm(uri));
  }

  async function confirm(uri: string): Promise<void> {
    const check = documents.get(uri)?.check;
    if (check === undefined || check.version !== documents.get(uri)?.text.version) return;
    await ports.settled(check.location);
    if (documents.get(uri)?.check !== check) return;
    if (!check.diagnosis.findings.some((finding) => finding.freer !== null)) return;
    const stopped = new AbortController();
    try {
      const findings = await ports.confirm(check, (stop) => {
        const cancel = (): void => {
          stopped.abort();
          stop();
        };
        update(uri, { cancel });
      });
      const now = documents.get(uri);
      // A replay that was stopped tells only how far it came.
      if (stopped.signal.aborted || now?.text.version !== check.version) return;
      const known = knownBy(findings, check.diagnosis.findings);
      const confirmed: Check = { ...check, diagnosis: { ...check.diagnosis, findings } };
      update(uri, { known, check: confirmed, cancel: undefined });
      ports.publish(confirmed);
    } catch (error) {
      ports.warn(`the replay of a document’s findings was given up: ${whyOf(error)}`);
    }
  }

  const schedule = (uri: string, ms: number): void => {
    documents.get(uri)?.cancel?.();
    update(uri, { cancel: undefined });
    confirmTimers.cancel(uri);
    checkTimers.schedule(uri, ms, () => checkAfterRunning(uri));
  };

  return {
    open: (uri, language, version, content) => {
      const text = TextDocument.create(uri, language, version, content);
      const fresh = { check: undefined, running: undefined, known: NOTHING_KNOWN, cancel: undefined };
      documents.set(uri, { location: ports.locate(uri), text, opened: version, ...fresh });
      schedule(uri, 0);
    },
    change: (uri, changes, version) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      update(uri, { text: changed(document.text, changes, version) });
      schedule(uri, restOf(document));
    },
    close: (uri) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      document.cancel?.();
      checkTimers.cancel(uri);
      confirmTimers.cancel(uri);
      documents.delete(uri);
      ports.retract(uri, document.text.version !== document.opened);
    },
    now: checkNow,
    latest: () => [...documents.values()].flatMap(({ check }) => (check === undefined ? [] : [check])),
    isOpen: (uri) => documents.has(uri),
    texts: (root) =>
      [...documents.values()]
        .filter((document) => document.location.root === root)
        .map((document) => ({ path: document.location.path, text: document.text.getText() })),
    again: () => {
      for (const uri of documents.keys()) {
        update(uri, {
          location: ports.locate(uri),
          check: undefined,
          running: undefined,
          known: NOTHING_KNOWN,
        });
        schedule(uri, 0);
      }
    },
    refresh: (root) => {
      for (const [uri, { location }] of documents) {
        if (location.root !== root) continue;
        update(uri, { check: undefined, running: undefined, known: NOTHING_KNOWN });
        schedule(uri, 0);
      }
    },
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

/** The changed text as a document of its own: the library changes the one that it is given, which a check may still hold. */
function changed(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
): TextDocument {
  return TextDocument.update(
    TextDocument.create(document.uri, document.languageId, document.version, document.getText()),
    [...changes],
    version,
  );
}

function knownBy(confirmed: readonly Finding[], checked: readonly Finding[]): Known {
  const present = new Set(confirmed.map(({ id }) => id));
  return {
    verdicts: new Map(
      confirmed.filter(({ verdict }) => verdict !== 'not-run').map((finding) => [finding.id, finding]),
    ),
    absent: new Set(checked.map(({ id }) => id).filter((id) => !present.has(id))),
  };
}

/** Findings with what an earlier replay knew of them, where this check does not know it. */
function withKnown(findings: readonly Finding[], { verdicts, absent }: Known): readonly Finding[] {
  return findings
    .filter(({ id }) => !absent.has(id))
    .map((finding) => {
      const known = verdicts.get(finding.id);
      if (known === undefined || finding.verdict !== 'not-run') return finding;
      const { verdict, severity, consequence, states, reason } = known;
      return { ...finding, verdict, severity, consequence, states, reason };
    });
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
