/** `walkrace/overview`: the findings that the settings show and the walkers that have none, of the open documents and of the last scan. Pure. */
import type { Finding, ScanReport, WalkerReport } from '../core/report/report.js';
import type { OverviewAnswer, OverviewRow } from '../protocol/requests.js';
import type { Check } from './open-documents.js';
import { shownSeverity, type Wanted } from './diagnostics.js';
import { uriOf } from './roots.js';

/** A scan as the server keeps it: where its paths start, and what it said. */
export interface LastScan {
  readonly root: string;
  readonly report: Pick<ScanReport, 'walkers' | 'findings'>;
}

/** An open document replaces what a scan said of its file: the scan read an older text. */
export function overviewOf(
  checks: readonly Check[],
  scan: LastScan | undefined,
  settings: Wanted,
): OverviewAnswer {
  const open = new Set(checks.map(({ uri }) => uri));
  const ofChecks = checks.flatMap(({ uri, location: { path }, diagnosis }) => {
    const isHere = ({ file }: { readonly file: string }): boolean => file === path;
    return rowsOf(diagnosis.walkers.filter(isHere), diagnosis.findings.filter(isHere), () => uri, settings);
  });
  if (scan === undefined) return { rows: ofChecks };
  const documentOf = (file: string): string => uriOf(scan.root, file);
  const isClosed = ({ file }: { readonly file: string }): boolean => !open.has(documentOf(file));
  const { walkers, findings } = scan.report;
  return {
    rows: [...ofChecks, ...rowsOf(walkers.filter(isClosed), findings.filter(isClosed), documentOf, settings)],
  };
}

function rowsOf(
  walkers: readonly WalkerReport[],
  findings: readonly Finding[],
  documentOf: (file: string) => string,
  settings: Wanted,
): readonly OverviewRow[] {
  const found = findings.flatMap((finding): readonly OverviewRow[] => {
    const severity = shownSeverity(finding, settings);
    if (severity === undefined) return [];
    const { file, function: name, rule, freer, verdict, message } = finding;
    return [
      {
        document: documentOf(file),
        file,
        function: name,
        line: finding.line - 1,
        character: finding.column - 1,
        finding: { rule, severity, freer, verdict, message },
      },
    ];
  });
  const told = new Set(found.map(keyOf));
  const quiet = walkers
    .map((walker): OverviewRow => ({
      document: documentOf(walker.file),
      file: walker.file,
      function: walker.function,
      line: walker.line - 1,
      character: 0,
      finding: null,
    }))
    .filter((row) => !told.has(keyOf(row)));
  return [...found, ...quiet];
}

const keyOf = (row: OverviewRow): string => `${row.document}#${row.function}`;
