/**
 * Baselines: findings that are known and not reported again. A baseline is a report as `--format json` writes it; its ids
 * survive moved lines and unrelated edits.
 */
import { messageOf } from '../message-of.js';
import type { Finding } from './report.js';

export interface BaselineEntry {
  readonly id: string;
  readonly rule: string;
  readonly file: string;
  readonly function: string;
}

export type BaselineRead =
  | { readonly ok: true; readonly entries: readonly BaselineEntry[] }
  /** Why the text is no baseline. */
  | { readonly ok: false; readonly reason: string };

/** Reads a baseline; only what names the findings counts, everything else may be left out or be of a later version. */
export function readBaseline(text: string): BaselineRead {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
  const findings = isRecord(data) ? data['findings'] : undefined;
  if (!Array.isArray(findings)) return { ok: false, reason: 'there is no list "findings" in it' };
  const entries: BaselineEntry[] = [];
  for (const [at, entry] of findings.entries()) {
    if (!isRecord(entry) || typeof entry['id'] !== 'string')
      return { ok: false, reason: `findings[${at}] has no id` };
    const word = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
    entries.push({ id: entry['id'], rule: word('rule'), file: word('file'), function: word('function') });
  }
  return { ok: true, entries };
}

const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

export interface Compared {
  /** Not in the baseline. */
  readonly fresh: readonly Finding[];
  readonly known: readonly Finding[];
  /** Entries of the baseline that were looked for and are gone. */
  readonly stale: readonly BaselineEntry[];
}

/** `wasScanned` says whether an entry's file was looked at: only then its absence means something. */
export function compareWithBaseline(
  findings: readonly Finding[],
  baseline: readonly BaselineEntry[],
  wasScanned: (file: string) => boolean,
): Compared {
  const known = new Set(baseline.map(({ id }) => id));
  const found = new Set(findings.map(({ id }) => id));
  return {
    fresh: findings.filter(({ id }) => !known.has(id)),
    known: findings.filter(({ id }) => known.has(id)),
    stale: baseline.filter(({ id, file }) => !found.has(id) && wasScanned(file)),
  };
}
