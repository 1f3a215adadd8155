/** The running of checks: one of each text of a document, however often it is asked for, and published when it is of the text as it is. */
import { messageOf } from '../core/message-of.js';
import type { Checked } from './engine.js';
import { withKnown } from './known-verdicts.js';
import type { Check, OpenDocument, OpenDocuments } from './open-documents.js';
import type { Location } from './roots.js';

export interface CheckRunPorts {
  /** The findings of a document as its text is now. */
  readonly diagnose: (location: Location) => Promise<Checked>;
  readonly publish: (check: Check) => void;
  readonly warn: (message: string) => void;
}

export interface CheckRuns {
  /** The check of the text as it is now: the one that is there, the one that runs, or a new one. */
  readonly now: (uri: string) => Promise<Check | undefined>;
  /** One check of a document at a time: those that a slow one holds up are one in the end. */
  readonly afterRunning: (uri: string) => void;
}

/** `checked` is told of each document whose findings were published. */
export function createCheckRuns(
  documents: OpenDocuments,
  ports: CheckRunPorts,
  checked: (uri: string) => void,
): CheckRuns {
  function now(uri: string): Promise<Check | undefined> {
    const document = documents.get(uri);
    if (document === undefined) return Promise.resolve(undefined);
    const { version } = document.text;
    if (document.check?.version === version) return Promise.resolve(document.check);
    if (document.running?.version === version) return document.running.check;
    const check = run(uri, document);
    documents.update(uri, { running: { version, check } });
    return check;
  }

  async function run(uri: string, { location, text }: OpenDocument): Promise<Check | undefined> {
    const { version } = text;
    const started = performance.now();
    try {
      const found = await ports.diagnose(location);
      const document = documents.get(uri);
      if (document?.text.version !== version) return undefined;
      const diagnosis = { ...found, findings: withKnown(found.findings, document.known) };
      const check: Check = { uri, version, location, text, diagnosis, ms: performance.now() - started };
      documents.update(uri, { check, running: undefined });
      ports.publish(check);
      checked(uri);
      return check;
    } catch (error) {
      if (documents.get(uri)?.running?.version === version) documents.update(uri, { running: undefined });
      ports.warn(`the check of a document was given up: ${messageOf(error)}`);
      return undefined;
    }
  }

  function afterRunning(uri: string): void {
    const running = documents.get(uri)?.running;
    if (running === undefined) void now(uri);
    else void running.check.finally(() => void now(uri));
  }

  return { now, afterRunning };
}
