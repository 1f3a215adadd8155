/**
 * Kernel C in, what a scan says out: one line for each walker and each finding. What these cases share.
 *
 * The texts are ours, in kernel style. Without Kconfig files a tree is judged as the newest kernel, so that memory hot-remove
 * and huge vmaps are live on arm64, x86 and others; cases about an older tree bring the few files that tell.
 */
import { segmentOfTexts } from '../../../src/core/index/words.js';
import { filesFromMap, NEVER_CANCELLED, SILENT_LOG } from '../../../src/core/ports.js';
import type { Finding, ScanReport, WalkerReport } from '../../../src/core/report/report.js';
import { createSession, type Session } from '../../../src/core/session.js';
import { parserForTests } from '../syntax/parser-for-tests.js';

const parser = await parserForTests();

export type Texts = Readonly<Record<string, string>>;

/** A session over texts that are all there is of the tree. */
export function sessionOf(texts: Texts): Session {
  const files = new Map(Object.entries(texts));
  return createSession({
    root: '/tree',
    tool: 'walkrace test',
    files: filesFromMap(files),
    parser,
    log: SILENT_LOG,
    tree: { segments: [segmentOfTexts(files)], gone: new Set(), paths: [...files.keys()] },
  });
}

export interface TextScan {
  /** `warning hot-remove: dump_show > dump` and, where something is held, ` [what]`. Without replay, unless it was asked for. */
  readonly findings: readonly string[];
  /** `dump: kernel` and then each chain, with what is held over the walk. */
  readonly walkers: readonly string[];
  readonly report: ScanReport;
}

/** Scans what is worth a look, or all texts (`whole`). A single text is that of mm/x.c. */
export function scanText(texts: Texts | string, { replay = false, whole = false } = {}): TextScan {
  const all = typeof texts === 'string' ? { 'mm/x.c': texts } : texts;
  const report = sessionOf(all).scan(
    whole ? Object.keys(all) : [],
    { replay },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  );
  return {
    findings: report.findings.map((finding) => findingLine(finding, replay)),
    walkers: report.walkers.map(walkerLine),
    report,
  };
}

/** The findings of a rule's freer, as lines. Most cases are about one freer: the other would say the same twice. */
export function found(texts: Texts | string, rule: 'hot-remove' | 'huge-vmap'): readonly string[] {
  return scanText(texts).findings.filter((line) => line.includes(` ${rule}: `));
}

export const hotRemove = (texts: Texts | string): readonly string[] => found(texts, 'hot-remove');
export const hugeVmap = (texts: Texts | string): readonly string[] => found(texts, 'huge-vmap');

function findingLine({ severity, rule, chain, held, verdict }: Finding, replay: boolean): string {
  const path = chain.map((hop) => hop.function).join(' > ');
  return [
    `${severity}${replay ? ` ${verdict}` : ''} ${rule.replace(/^[\w-]+\//, '')}: ${path}`,
    ...(held.length > 0 ? [`[${held.join(', ')}]`] : []),
  ].join(' ');
}

function walkerLine({ function: name, tables, roots }: WalkerReport): string {
  const chains = roots.map(({ chain }) => {
    const held = chain.at(-1)?.held ?? [];
    return `${chain.map((hop) => hop.function).join(' > ')} [${held.join(', ')}]`;
  });
  return [`${name}: ${tables}`, ...chains.sort()].join('; ');
}
