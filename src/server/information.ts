/** Versions and timings for a bug report: numbers only, no path and no text of anybody's tree. */
import type { InformationAnswer } from '../protocol/requests.js';
import type { Check } from './open-documents.js';

const KEPT_CHECKS = 50;

export interface Information {
  readonly checked: (check: Check) => void;
  readonly answer: (documents: readonly Check[]) => InformationAnswer;
}

export function createInformation(version: string): Information {
  let checks: InformationAnswer['checks'] = [];
  return {
    checked: ({ ms, text, diagnosis }) => {
      const bytes = Buffer.byteLength(text.getText());
      checks = [
        ...checks.slice(1 - KEPT_CHECKS),
        { ms: Math.round(ms * 10) / 10, bytes, findings: diagnosis.findings.length },
      ];
    },
    answer: (documents) => ({
      version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      documents: documents.length,
      roots: [
        ...new Map(
          documents.map(({ location }) => [location.root, { kernelTree: location.kernelTree }]),
        ).values(),
      ],
      memoryMegabytes: Math.round(process.memoryUsage().rss / 1e6),
      checks,
    }),
  };
}
