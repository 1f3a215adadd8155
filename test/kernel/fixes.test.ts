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

/** Ours, laid over a real tree: its headers say whether there is a guard for the lock. */
const SWEEP = `
static int tables_show(struct seq_file *m, void *v)
{
	unsigned long addr;

	for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE)
		seq_printf(m, "%llx", (u64)pud_val(*pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr)));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);
`;
const OURS = 'mm/walkrace_tables.c';

describe.each([
  { version: '6.12', guards: [] },
  { version: '7.3', guards: ['guard(mmap_write_lock)(&init_mm);'] },
])('the guards for mmap_lock of $version', ({ version, guards }) => {
  const found = kernelTrees().find((each) => isVersion(each, version));
  test.skipIf(found === undefined)(
    'are offered where the tree has them, and mend what they are for',
    async () => {
      const session = await sessionOver(found?.root ?? '', mkdtempSync(join(tmpdir(), 'walkrace-fixes-')));
      const rulesIn = (): readonly string[] => session.diagnose(OURS).findings.map(({ rule }) => rule);
      session.openDocument(OURS, SWEEP);
      const finding = session.diagnose(OURS).findings.find(({ rule }) => rule === 'kernel-walk/huge-vmap');
      const fixes = session.fixes(OURS, finding?.id ?? '');
      const [first, ...others] = fixes.map(({ manner }) => manner);
      expect([first, others]).toEqual(['calls', guards.map(() => 'guard')]);
      const guarded = fixes.find(({ manner }) => manner === 'guard');
      for (const guard of guards) {
        const text = applyEdits(SWEEP, guarded?.edits ?? []);
        expect(text).toContain(`\t${guard}\n\tfor (`);
        session.changeDocument(OURS, [{ start: 0, end: SWEEP.length, text }]);
        expect(rulesIn()).not.toContain('kernel-walk/huge-vmap');
        const replay = {
          file: OURS,
          function: 'tables_show',
          freer: 'huge-vmap',
          with: ['get_online_mems()'],
        } as const;
        expect(session.replay(replay).verdict).toBe('refuted');
      }
      session.closeDocument(OURS);
    },
  );
});

test.runIf(tree === undefined)(NO_TREES, () => undefined);
