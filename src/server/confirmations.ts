/** The replay of what a check has found, some time after it, in a worker; it gives way to what somebody has asked for. */
import type { Finding } from '../core/report/report.js';
import { messageOf } from '../core/message-of.js';
import { createDebouncer } from './debounce.js';
import { knownBy } from './known-verdicts.js';
import type { Check, OpenDocuments } from './open-documents.js';
import type { Location } from './roots.js';

export interface ConfirmPorts {
  readonly confirms: () => boolean;
  /** Replays the findings of a document; resolves to them with their verdicts. */
  readonly confirm: (check: Check, onCancel: (cancel: () => void) => void) => Promise<readonly Finding[]>;
  /** Waits for what will have a document checked again at once: a replay before that would be for nothing. */
  readonly settled: (location: Location) => Promise<void>;
  readonly publish: (check: Check) => void;
  readonly warn: (message: string) => void;
}

export interface Confirmations {
  /** Replays what the last check of a document has found, when nothing has come between for a while. */
  readonly schedule: (uri: string) => void;
  /** Stops the replay of a document, and the one to come. */
  readonly cancel: (uri: string) => void;
  /** Stops the replays that run; they begin anew after a rest. */
  readonly giveWay: () => void;
  readonly dispose: () => void;
}

const CONFIRM_AFTER_MS = 400;

export function createConfirmations(documents: OpenDocuments, ports: ConfirmPorts): Confirmations {
  const timers = createDebouncer();

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
        documents.update(uri, { cancel });
      });
      const now = documents.get(uri);
      // A replay that was stopped tells only how far it came.
      if (stopped.signal.aborted || now?.text.version !== check.version) return;
      const known = knownBy(findings, check.diagnosis.findings);
      const confirmed: Check = { ...check, diagnosis: { ...check.diagnosis, findings } };
      documents.update(uri, { known, check: confirmed, cancel: undefined });
      ports.publish(confirmed);
    } catch (error) {
      ports.warn(`the replay of a document’s findings was given up: ${messageOf(error)}`);
    }
  }

  const schedule = (uri: string): void => {
    if (ports.confirms()) timers.schedule(uri, CONFIRM_AFTER_MS, () => void confirm(uri));
  };

  return {
    schedule,
    cancel: (uri) => {
      documents.get(uri)?.cancel?.();
      documents.update(uri, { cancel: undefined });
      timers.cancel(uri);
    },
    giveWay: () => {
      for (const [uri, { cancel }] of documents) {
        if (cancel === undefined) continue;
        cancel();
        documents.update(uri, { cancel: undefined });
        schedule(uri);
      }
    },
    dispose: () => timers.dispose(),
  };
}
