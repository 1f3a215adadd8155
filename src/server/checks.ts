/**
 * Keeps the findings of the open documents true: a check after each rest in typing, then a replay of what was found, each in
 * its worker. Findings are published with the version that they are of, so that a client never draws old ones over new text.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { createCheckRuns, type CheckRunPorts } from './check-runs.js';
import { createConfirmations, type ConfirmPorts } from './confirmations.js';
import { createDebouncer } from './debounce.js';
import { NOTHING_KNOWN } from './known-verdicts.js';
import { changed, createOpenDocuments, type Check, type OpenDocument } from './open-documents.js';
import type { Location } from './roots.js';

export interface CheckPorts extends ConfirmPorts, CheckRunPorts {
  readonly locate: (uri: string) => Location;
  readonly retract: (uri: string, wasEdited: boolean) => void;
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

const UNCHECKED = { check: undefined, running: undefined, known: NOTHING_KNOWN } as const;

export function createChecks(ports: CheckPorts): Checks {
  const documents = createOpenDocuments();
  const timers = createDebouncer();
  const confirmations = createConfirmations(documents, ports);
  const runs = createCheckRuns(documents, ports, confirmations.schedule);

  const schedule = (uri: string, ms: number): void => {
    confirmations.cancel(uri);
    timers.schedule(uri, ms, () => runs.afterRunning(uri));
  };

  return {
    open: (uri, language, version, content) => {
      const text = TextDocument.create(uri, language, version, content);
      const location = ports.locate(uri);
      documents.set(uri, { ...UNCHECKED, location, text, opened: version, cancel: undefined });
      schedule(uri, 0);
    },
    change: (uri, changes, version) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      documents.update(uri, { text: changed(document.text, changes, version) });
      schedule(uri, restOf(document));
    },
    close: (uri) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      confirmations.cancel(uri);
      timers.cancel(uri);
      documents.delete(uri);
      ports.retract(uri, document.text.version !== document.opened);
    },
    now: runs.now,
    latest: () => [...documents].flatMap(([, { check }]) => check ?? []),
    isOpen: (uri) => documents.get(uri) !== undefined,
    texts: (root) =>
      [...documents]
        .filter(([, { location }]) => location.root === root)
        .map(([, { location, text }]) => ({ path: location.path, text: text.getText() })),
    again: () => {
      for (const [uri] of documents) {
        documents.update(uri, { ...UNCHECKED, location: ports.locate(uri) });
        schedule(uri, 0);
      }
    },
    refresh: (root) => {
      for (const [uri, { location }] of documents) {
        if (location.root !== root) continue;
        documents.update(uri, UNCHECKED);
        schedule(uri, 0);
      }
    },
    giveWay: confirmations.giveWay,
    dispose: () => {
      timers.dispose();
      confirmations.dispose();
    },
  };
}

/** How long to rest after a keystroke: most are checked almost at once; where the last check took long, after a longer rest. */
const restOf = ({ check }: OpenDocument): number => Math.min(150, Math.max(10, (check?.ms ?? 0) / 2));
