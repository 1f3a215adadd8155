/**
 * What the tool says about functions of 6.1 and 6.12 that people have judged by reading (known-cases.json). A case that is right
 * has to stay right; one that is not is listed with the rule that it waits for. All of them: scripts/known-cases.ts.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import type { Session } from '../../src/core/session.js';
import { askAbout, hasRule, KNOWN_CASES, type KnownCase } from '../support/known-cases.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

/** Judged otherwise today, though the rule is there, and why. To be deleted from here one by one. */
const NOT_YET: ReadonlyMap<string, string> = new Map();

const CACHE = mkdtempSync(join(tmpdir(), 'walkrace-known-'));

const named = ({ id, function: name, expected, why }: KnownCase): string =>
  `${expected}: ${name}(): ${why} (${id})`;

for (const version of ['6.1', '6.12']) {
  const tree = kernelTrees().find((each) => isVersion(each, version));
  const cases = KNOWN_CASES.filter((each) => each.tree === version);
  if (!tree) {
    test(`known cases of ${version}`, ({ skip }) => {
      skip(NO_TREES);
    });
    continue;
  }
  describe(version, () => {
    let session: Session;
    beforeAll(async () => {
      session = await sessionOver(tree.root, CACHE);
    });

    for (const known of cases) {
      const missing = NOT_YET.get(known.id);
      if (missing !== undefined) test.todo(`${named(known)}: ${missing}`);
      else if (!hasRule(known)) test.todo(`${named(known)}: waits for ${known.rule}`);
      else
        test(named(known), () => {
          const { given, findings } = askAbout(known, session);
          expect(
            given,
            findings.map(({ severity, rule, line }) => `${severity} ${rule} ${line}`).join('\n'),
          ).toBe(known.expected);
        });
    }
  });
}

const [old, newer] = ['6.1', '6.12'].map((version) => kernelTrees().find((each) => isVersion(each, version)));

describe.runIf(old && newer)('text of 6.1 in a tree in which the map of a pte table can fail', () => {
  const files = ['fs/proc/task_mmu.c', 'mm/pagewalk.c', 'mm/mincore.c'];
  let session: Session;
  beforeAll(async () => {
    if (!newer) return;
    session = await sessionOver(newer.root, CACHE);
    for (const file of files) session.openDocument(file, old?.files.read(file) ?? '');
  });
  afterAll(() => {
    for (const file of files) session.closeDocument(file);
  });

  test.each([
    ['fs/proc/task_mmu.c', 'smaps_pte_range'],
    ['fs/proc/task_mmu.c', 'pagemap_pmd_range'],
    ['mm/pagewalk.c', 'walk_pte_range'],
    ['mm/mincore.c', 'mincore_pte_range'],
  ])('%s: %s() does not look whether the map failed', (file, name) => {
    const { findings } = session.scan(
      [file],
      { replay: false },
      { cancellation: NEVER_CANCELLED, progress: () => undefined },
    );
    const rules = findings.filter((finding) => finding.function === name).map(({ rule }) => rule);
    expect(rules).toContain('pte-map/unchecked');
  });
});
