/** The walkers of a document with what a reader wants to know of each: its lines, what is held, and what was found in it. Pure. */
import type { Finding, WalkerReport } from '../../core/report/report.js';
import type { Check } from '../open-documents.js';
import { functionEnd, functionStart } from '../span.js';

export interface WalkerInText {
  readonly walker: WalkerReport;
  /** First and last line of its function, from 0. */
  readonly line: number;
  readonly endLine: number;
  /** Held on every path that reaches the walk. */
  readonly held: readonly string[];
  readonly findings: readonly Finding[];
}

export function walkersOf(check: Check): readonly WalkerInText[] {
  const { walkers, findings } = check.diagnosis;
  const path = check.location.path;
  const lines = check.text.getText().split('\n');
  return walkers
    .filter((walker) => walker.file === path)
    .map((walker) => {
      const line = functionStart(lines, Math.max(0, walker.line - 1));
      return {
        walker,
        line,
        endLine: functionEnd(lines, Math.max(line, walker.line - 1)),
        held: heldOnAllPaths(walker),
        findings: findings.filter((finding) => finding.file === path && finding.function === walker.function),
      };
    });
}

/** What the last hop of every chain holds; a walker that no root reaches holds nothing that we know of. */
function heldOnAllPaths(walker: WalkerReport): readonly string[] {
  const [first, ...rest] = walker.roots.map((root) => root.chain.at(-1)?.held ?? []);
  return first?.filter((lock) => rest.every((held) => held.includes(lock))) ?? [];
}
