/** What the server tells when it rests: how much is shown of the open documents, and how they were seen. Pure. */
import type { Status } from '../protocol/requests.js';
import type { Check } from './open-documents.js';
import { shownSeverity, type Wanted } from './diagnostics.js';

export function idleStatus(latest: readonly Check[], wanted: Wanted): Status {
  const findings = latest.flatMap(({ diagnosis }) => diagnosis.findings);
  const shown = (as: Wanted): number =>
    findings.filter((finding) => shownSeverity(finding, as) !== undefined).length;
  const count = shown(wanted);
  return {
    state: 'idle',
    findings: count,
    known: shown({ ...wanted, known: new Set() }) - count,
    defects: latest.reduce((sum, { diagnosis }) => sum + diagnosis.defects.length, 0),
    isAlone: latest.some(({ diagnosis }) => diagnosis.isAlone),
  };
}
