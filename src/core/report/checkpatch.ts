/** Findings in the manner of scripts/checkpatch.pl, for scripts that read its output. */
import { countBySeverity, inOrder } from './order.js';
import type { Finding, ScanReport, Severity } from './report.js';
import { givenUpText, verdictText } from './words.js';

/** As checkpatch names its three levels. */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'CHECK' };

/** Blocks of level, place and line, each followed by an empty line; the files that were given up; the total. Ends with a newline. */
export function scanCheckpatch(
  report: ScanReport,
  sourceLine: (file: string, line: number) => string | undefined,
): string {
  const blocks = inOrder(report.findings).map((finding) =>
    blockOf(finding, sourceLine(finding.file, finding.line)),
  );
  const totals = countBySeverity(report.findings).map(
    ({ severity, count }) => `${count} ${LEVELS[severity].toLowerCase()}s`,
  );
  const givenUp = (report.givenUp ?? []).map(givenUpText);
  const total = `total: ${totals.join(', ')}, ${report.stats.walkers} walkers checked`;
  return [...blocks, ...givenUp, total, ''].join('\n');
}

function blockOf(finding: Finding, source: string | undefined): string {
  const { rule, severity, message, file, line } = finding;
  const verdict = finding.freer === null ? '' : ` (${verdictText(finding)})`;
  return [
    `${LEVELS[severity]}: ${rule}: ${message}${verdict}`,
    `#${line}: FILE: ${file}:${line}:`,
    ...(source === undefined ? [] : [`+${source}`]),
    '',
  ].join('\n');
}
