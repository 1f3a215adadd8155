/**
 * A scan is made of files: what is found in one does not depend on which others were looked at before it, so they can be looked at
 * in any order, by any number of workers, and not again while nothing has changed that they rest on.
 */
import type { FileShape } from './index/facts.js';
import type { Uses } from './index/uses.js';
import { countByJudgement, isOn } from './report/order.js';
import type { Finding, GivenUp, ScanReport, WalkerReport } from './report/report.js';
import { applySuppressions } from './report/suppressions.js';

/** What is found in one file, before suppressions. Plain data. */
export interface ScannedFile {
  readonly bytes: number;
  /** Functions that are worth looking at, and those of them that can't be parsed. */
  readonly functions: number;
  readonly parseFailures: number;
  readonly walkers: readonly WalkerReport[];
  readonly findings: readonly Finding[];
  /** Absent: it was looked at to its end. */
  readonly givenUp?: GivenUp;
}

/** What stands for a file that met a limit. */
export const nothingOf = (givenUp: GivenUp): ScannedFile => ({
  bytes: 0,
  functions: 0,
  parseFailures: 0,
  walkers: [],
  findings: [],
  givenUp,
});

/** What was found before in files, and is as good as new. */
export interface ScanResults {
  known(path: string): ScannedFile | undefined;
  /** `shapeOf` tells of the files that were used; undefined: it was told before, or there is no such file. */
  keep(path: string, found: ScannedFile, uses: Uses, shapeOf: (path: string) => FileShape | undefined): void;
}

export const NO_RESULTS: ScanResults = { known: () => undefined, keep: () => undefined };

/** One place that calls down to several of one kind is one finding: the first. */
export function toldOnce(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ id, file, line, column }: Finding): string => `${id} ${file}:${line}:${column}`;
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(keyOf(finding))) first.set(keyOf(finding), finding);
  return [...first.values()];
}

/** The report over files that were looked at, and findings from around them. */
export function reportOf(
  { tool, root, judgedAs }: Pick<ScanReport, 'tool' | 'root' | 'judgedAs'>,
  paths: readonly string[],
  scanned: readonly ScannedFile[],
  around: readonly Finding[],
  { read, architectures }: { read: (file: string) => string | undefined; architectures?: readonly string[] },
): Omit<ScanReport, 'stats'> & { readonly stats: Omit<ScanReport['stats'], 'ms'> } {
  const sum = (count: (file: ScannedFile) => number): number =>
    scanned.reduce((all, file) => all + count(file), 0);
  const walkers = scanned.flatMap((file) => file.walkers);
  const findings = toldOnce([...scanned.flatMap((file) => file.findings), ...around]);
  const givenUp = scanned.flatMap((file) => file.givenUp ?? []);
  const { findings: left, suppressed } = applySuppressions(findings, paths, read);
  const chosen = architectures ? left.filter((finding) => isOn(finding, architectures)) : left;
  return {
    version: 1,
    tool,
    root,
    ...(judgedAs === undefined ? {} : { judgedAs }),
    stats: {
      files: paths.length,
      bytes: sum(({ bytes }) => bytes),
      walkers: walkers.length,
      judgements: countByJudgement(walkers),
      functions: sum(({ functions }) => functions),
      parseFailures: sum(({ parseFailures }) => parseFailures),
    },
    walkers,
    findings: chosen,
    ...(suppressed.length > 0 ? { suppressed } : {}),
    ...(givenUp.length > 0 ? { givenUp } : {}),
  };
}
