/** A scan of many files in one thread: each looked at by itself or known from before, and the report over all. */
import type { FileScan } from './analysis/scan-file.js';
import type { FileShape } from './index/facts.js';
import type { Cancellation } from './ports.js';
import type { Finding, ScanReport } from './report/report.js';
import { NO_RESULTS, reportOf, type ScanResults } from './scan.js';

export interface ScanOptions {
  /** Replay what is found, to confirm or refute it. */
  readonly replay: boolean;
  /** Only findings that are live or latent on these; absent: all. */
  readonly architectures?: readonly string[];
}

export interface ScanPorts {
  readonly cancellation: Cancellation;
  readonly progress: (done: number, total: number) => void;
  /** What is known of files already, and where new results go; absent: nothing is. */
  readonly results?: ScanResults;
}

export interface ScanWorld {
  readonly root: string;
  readonly tool: string;
  /** See {@link ScanReport}. */
  readonly judgedAs: string | undefined;
  readonly read: (path: string) => string | undefined;
  /** Makes sure that a file is in the index. */
  readonly see: (path: string) => void;
  /** What the scan looks at, of what was asked for. */
  readonly lookedAt: (paths: readonly string[]) => readonly string[];
  readonly scanFile: FileScan;
  readonly shapeOf: (path: string) => FileShape | undefined;
  /** Findings in other files of what these do wrong. */
  readonly findingsAround: (paths: readonly string[]) => readonly Finding[];
}

export type Scan = (paths: readonly string[], options: ScanOptions, ports: ScanPorts) => ScanReport;

/** Cancelled, it reports of the files that it came to. */
export function createScan({ root, tool, judgedAs, read, see, ...world }: ScanWorld): Scan {
  const { lookedAt, scanFile, shapeOf, findingsAround } = world;
  const of = { tool, root, ...(judgedAs === undefined ? {} : { judgedAs }) };
  return (paths, options, { cancellation, progress, results = NO_RESULTS }) => {
    const started = Date.now();
    const wanted = lookedAt(paths);
    for (const path of wanted) see(path);
    const isCancelled = (): boolean => cancellation.isCancelled;
    const scanned = wanted.flatMap((path, index) => {
      if (isCancelled()) return [];
      progress(index, wanted.length);
      const known = results.known(path);
      if (known) return known;
      const { answer, uses } = scanFile(path, options, cancellation);
      if (!isCancelled()) results.keep(path, answer, uses, shapeOf);
      return answer;
    });
    const { stats, ...report } = reportOf(of, wanted, scanned, findingsAround(wanted), {
      read,
      ...(options.architectures ? { architectures: options.architectures } : {}),
    });
    return { ...report, stats: { ...stats, ms: Date.now() - started } };
  };
}
