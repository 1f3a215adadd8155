/** The task's command line, and the problem matchers of package.json on what the command really prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanCheckpatch } from '../../../src/core/report/checkpatch.js';
import type { ScanReport } from '../../../src/core/report/report.js';
import { PLAIN, scanText } from '../../../src/core/report/text.js';
import { scanArguments } from '../../../src/extension/tasks/definition.js';
import { finding } from '../server/samples.js';

interface Pattern {
  readonly regexp: string;
  readonly [part: string]: number | string;
}
interface Matcher {
  readonly name: string;
  readonly pattern: Pattern | readonly Pattern[];
}

const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8'),
) as {
  readonly contributes: { readonly problemMatchers: readonly Matcher[] };
};

/** What a matcher takes out of a text, as the editor does: its patterns against lines that follow each other. */
function matched(name: string, text: string): readonly Readonly<Record<string, string>>[] {
  const found = manifest.contributes.problemMatchers.find((one) => one.name === name)?.pattern ?? [];
  const patterns = Array.isArray(found) ? (found as readonly Pattern[]) : [found as Pattern];
  const lines = text.split('\n');
  return lines.flatMap((_, start) => {
    const parts: Record<string, string> = {};
    for (const [index, { regexp, ...groups }] of patterns.entries()) {
      const match = new RegExp(regexp).exec(lines[start + index] ?? '');
      if (match === null) return [];
      for (const [part, group] of Object.entries(groups)) parts[part] = match[Number(group)] ?? '';
    }
    return [parts];
  });
}

const report: ScanReport = {
  version: 1,
  tool: 'walkrace',
  root: '/tree',
  stats: {
    files: 1,
    bytes: 1,
    walkers: 1,
    judgements: { reported: 1, latent: 0, owned: 0, context: 0, protected: 0, unjudged: 0 },
    functions: 1,
    parseFailures: 0,
    ms: 1,
  },
  walkers: [],
  findings: [finding({ severity: 'error', verdict: 'confirmed', consequence: 'use-after-free', states: 6 })],
};
const PLACE = { file: 'mm/dump.c', line: '3', code: 'kernel-walk/hot-remove' };

describe('problem matchers', () => {
  test('$walkrace reads the text report', () => {
    const found = matched(
      'walkrace',
      scanText(report, { paints: PLAIN, sourceLine: () => '\tpmd_t *pmd = pmd_offset(pud, addr);' }),
    );
    expect(found).toMatchObject([{ ...PLACE, column: '9', severity: 'error' }]);
    expect(found[0]?.['message']).toBe(finding().message);
  });
  test('$walkrace-checkpatch reads the checkpatch report', () => {
    const found = matched(
      'walkrace-checkpatch',
      scanCheckpatch(report, () => '\tpmd_t *pmd;'),
    );
    expect(found).toMatchObject([{ ...PLACE, severity: 'ERROR' }]);
    expect(found[0]?.['message']).toContain('confirmed by replay');
  });
});

describe('a task', () => {
  test('scans the whole tree when it names nothing', () => {
    expect(scanArguments({ type: 'walkrace' })).toEqual(['scan', '--min-severity', 'warning']);
  });
  test('says what it names, and a path is never an option', () => {
    expect(
      scanArguments({
        type: 'walkrace',
        paths: ['mm', '-x.c'],
        minimumSeverity: 'info',
        baseline: 'known.json',
      }),
    ).toEqual(['scan', '--min-severity', 'info', '--baseline', 'known.json', '--', 'mm', '-x.c']);
  });
  test('that is not ours is left alone', () => {
    expect(scanArguments({ type: 'shell' })).toBeUndefined();
    expect(scanArguments({ type: 'walkrace', minimumSeverity: 'loud' })).toBeUndefined();
  });
});
