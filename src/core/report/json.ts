/** Reports as JSON: the contract of docs/json.md. */
import type { ReplayReport, ScanReport } from './report.js';

/** Indented, ends with a newline; keys in the order of the types. */
export function toJson(report: ScanReport | ReplayReport | object): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
