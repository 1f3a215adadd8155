/**
 * Quick fixes on the real 6.12: the common page-table dump with its hotplug lock deleted. The changed text is laid over the tree
 * as an editor's open document is; nothing is written into it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../src/core/analysis/fixes/fix.js';
import type { Session } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
const PTDUMP = 'mm/ptdump.c';
const RULE = 'kernel-walk/hot-remove';

describe.runIf(tree !== undefined)('6.12', () => {
  let session: Session;
  beforeAll(async () => {
    session = await sessionOver(tree?.root ?? '', mkdtempSync(join(tmpdir(), 'walkrace-fixes-')));
  });

  test('the lock of the page-table dump comes back where it was', () => {
    const original = session.read(PTDUMP) ?? '';
    const broken = original.replace(/\t(?:get|put)_online_mems\(\);\n/g, '');
    expect(broken).not.toBe(original);
    session.openDocument(PTDUMP, broken);
    const finding = session.diagnose(PTDUMP).findings.find(({ rule }) => rule === RULE);
    const fixes = session.fixes(PTDUMP, finding?.id ?? '');
    expect(session.read(PTDUMP)).toBe(broken);
    const fix = fixes.find(({ kind }) => kind === 'protect-walk');
    expect(applyEdits(broken, fix?.edits ?? [])).toBe(original);

    session.changeDocument(PTDUMP, [{ start: 0, end: broken.length, text: original }]);
    expect(session.diagnose(PTDUMP).findings.filter(({ rule }) => rule === RULE)).toEqual([]);
    const { verdict } = session.replay({
      file: PTDUMP,
      function: finding?.function ?? '',
      freer: 'memory-hot-remove',
      with: [],
    });
    expect(verdict).toBe('refuted');
    session.closeDocument(PTDUMP);
  });
});

test.runIf(tree === undefined)(NO_TREES, () => undefined);
