/** `--baseline FILE`: reading it, and leaving out of a report what it lists. */
import { compareWithBaseline, readBaseline, type BaselineEntry } from '../core/report/baseline.js';
import type { Finding, ScanReport } from '../core/report/report.js';
import { plural } from '../core/report/words.js';
import { readText } from './read-text.js';
import { UsageError } from './status.js';
import type { Located } from './targets.js';
import type { Terminal } from './terminal.js';

/** Throws UsageError for a file that can't be read or is no baseline. */
export function readBaselineFile(path: string): readonly BaselineEntry[] {
  const read = readBaseline(readText(path, `--baseline: ${path}`));
  if (!read.ok) throw new UsageError(`--baseline: ${path} is no report of --format json: ${read.reason}`);
  return read.entries;
}

/**
 * What is not in the baseline; everything where there is none. Entries that meet nothing any more are told on standard error,
 * when all findings of what was `located` are at hand.
 */
export function compared(
  { findings }: ScanReport,
  baseline: readonly BaselineEntry[] | undefined,
  located: Located | undefined,
  terminal: Terminal,
): { readonly fresh: readonly Finding[]; readonly isKnown?: (finding: Finding) => boolean } {
  if (baseline === undefined) return { fresh: findings };
  const wasScanned = (file: string): boolean =>
    located !== undefined &&
    (located.files.includes(file) || located.directories.some((directory) => file.startsWith(directory)));
  const { fresh, known, stale } = compareWithBaseline(findings, baseline, wasScanned);
  if (known.length > 0) terminal.note(`walkrace: ${plural(known.length, 'finding')} in the baseline`);
  for (const { id, rule, file, function: name } of stale) {
    terminal.note(`walkrace: the baseline lists what is not found any more: ${id} ${rule} ${file} ${name}()`);
  }
  const ids = new Set(known.map(({ id }) => id));
  return { fresh, isKnown: ({ id }) => ids.has(id) };
}
