/**
 * All walkers of 6.12: each is judged, and they add up; and of those that a lock protects, some lose it and must be found. All of
 * them: scripts/mutation.ts; what it says is in docs/recall.md.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { WALK_RULES } from '../../src/core/analysis/rules.js';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import type { ScanReport } from '../../src/core/report/report.js';
import type { Session } from '../../src/core/session.js';
import { measureMutation } from '../support/mutation.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
/** A finding may stand at another line of the walk than the walker. */
const walkerName = (each: { readonly file: string; readonly function: string }): string =>
  `${each.file} ${each.function}`;
const RULES: ReadonlySet<string> = new Set(WALK_RULES.map(({ id }) => id));

if (!tree) {
  test('the walkers of 6.12', ({ skip }) => {
    skip(NO_TREES);
  });
} else {
  describe('the walkers of 6.12', () => {
    let session: Session;
    let report: ScanReport;
    beforeAll(async () => {
      session = await sessionOver(tree.root, mkdtempSync(join(tmpdir(), 'walkrace-walkers-')));
      report = session.scan(
        [],
        { replay: false },
        { cancellation: NEVER_CANCELLED, progress: () => undefined },
      );
    }, 600_000);

    test('add up', () => {
      const { walkers, stats } = report;
      expect(walkers.length).toBeGreaterThan(400);
      expect(Object.values(stats.judgements).reduce((sum, count) => sum + count, 0)).toBe(walkers.length);
      expect(stats.walkers).toBe(walkers.length);
    });

    test('are reported or latent where there is a finding, and only there', () => {
      const told = new Set(report.findings.filter(({ rule }) => RULES.has(rule)).map(walkerName));
      const judged = report.walkers.filter(({ judgement }) => judgement === 'reported').map(walkerName);
      expect(judged.length).toBeGreaterThan(0);
      expect(judged.filter((each) => !told.has(each))).toEqual([]);
      const silent = report.walkers
        .filter(({ judgement }) => judgement !== 'reported' && judgement !== 'latent')
        .map(walkerName);
      expect(silent.filter((each) => told.has(each) && !judged.includes(each))).toEqual([]);
    });

    test('are found when the protection that they rest on is taken away', () => {
      const results = measureMutation(
        session,
        ['mm/ptdump.c', 'mm/huge_memory.c', 'fs/proc/page.c'],
        { every: 1 },
        () => undefined,
      );
      const ours = results.filter(({ walker }) => walker.tables !== 'user');
      expect(ours.length).toBeGreaterThan(6);
      expect(
        ours
          .filter(({ outcome }) => outcome !== 'found')
          .map(({ walker, mutant, says }) => `${walker.function}(): ${mutant.what}: ${says}`),
      ).toEqual([]);
    }, 300_000);
  });
}
