/**
 * Where the lock should go, and what a second one does, on real trees: the common page-table dump of 6.1 and 6.12 with its hotplug
 * lock deleted, and with another one above it. The changed texts are laid over the tree as an editor's documents are.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const CACHE = mkdtempSync(join(tmpdir(), 'walkrace-locks-'));
const PTDUMP = 'mm/ptdump.c';
const SHOW = 'arch/arm64/mm/ptdump_debugfs.c';

for (const version of ['6.1', '6.12']) {
  const tree = kernelTrees().find((each) => isVersion(each, version));
  if (!tree) {
    test(`locks of ${version}`, ({ skip }) => {
      skip(NO_TREES);
    });
    continue;
  }
  describe(version, () => {
    let session: Session;
    beforeAll(async () => {
      session = await sessionOver(tree.root, CACHE);
    });
    afterAll(() => {
      for (const file of [PTDUMP, SHOW]) session.closeDocument(file);
    });

    test('the dumps of all architectures without a lock: one place protects all, the common function', () => {
      const text = (session.read(PTDUMP) ?? '').replace(/\t(?:get|put)_online_mems\(\);\n/g, '');
      session.openDocument(PTDUMP, text);
      const finding = session.diagnose(PTDUMP).findings.find(({ rule }) => rule === 'kernel-walk/hot-remove');
      const { placement } = finding ?? {};
      expect(placement?.roots).toBeGreaterThan(2);
      expect(placement?.places).toMatchObject([
        { function: 'ptdump_walk_pgd', file: PTDUMP, protects: placement?.roots },
      ]);
      expect(placement?.left).toEqual([]);
      session.closeDocument(PTDUMP);
    });

    test('the lock taken once more above it, as before the common function took it: a deadlock', () => {
      const text = (session.read(SHOW) ?? '').replace(
        /\tptdump_walk\((.*)\);\n/,
        '\tget_online_mems();\n\tptdump_walk($1);\n\tput_online_mems();\n',
      );
      session.openDocument(SHOW, text);
      const locks = session.diagnose(SHOW).findings.filter(({ rule }) => rule.startsWith('lock/'));
      expect(locks.map(({ rule, function: name, verdict }) => `${rule} ${name} ${verdict}`)).toEqual([
        'lock/recursive-read ptdump_show confirmed',
      ]);
      session.closeDocument(SHOW);
      expect(session.diagnose(SHOW).findings.filter(({ rule }) => rule.startsWith('lock/'))).toEqual([]);
    });
  });
}
