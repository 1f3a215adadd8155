/** A scan of many files in one thread: each looked at by itself or known from before, and the report over all. */
import type { FileScan } from './analysis/scan-file.js';
import type { FileShape } from './index/facts.js';
import type { Cancellation } from './ports.js';
import type { ScanReport } from './report/report.js';
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
  /** Files of functions that take a lock which all of the tree shares: what another file does around it is told in them. */
  readonly lockFiles: () => readonly string[];
  readonly scanLocks: (path: string) => ReturnType<FileScan>;
}

export type Scan = (paths: readonly string[], options: ScanOptions, ports: ScanPorts) => ScanReport;

/** Under which name the findings around a file's locks are kept: no file has it. */
const locksOf = (path: string): string => `locks of ${path}`;

/** Cancelled, it reports of the files that it came to. */
export function createScan({ root, tool, judgedAs, read, see, ...world }: ScanWorld): Scan {
  const { lookedAt, scanFile, shapeOf, lockFiles, scanLocks } = world;
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
    const isWanted = new Set(wanted);
    const around = lockFiles().flatMap((path) => {
      if (isWanted.has(path) || isCancelled()) return [];
      const known = results.known(locksOf(path));
      if (known) return known.findings;
      const { answer, uses } = scanLocks(path);
      results.keep(locksOf(path), answer, uses, shapeOf);
      return answer.findings;
    });
    const told = around.filter(({ chain }) => chain.some(({ file }) => isWanted.has(file)));
    const { stats, ...report } = reportOf(of, wanted, scanned, told, {
      read,
      ...(options.architectures ? { architectures: options.architectures } : {}),
    });
    return { ...report, stats: { ...stats, ms: Date.now() - started } };
  };
}
