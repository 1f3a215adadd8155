/**
 * Patches on a real 6.12, made here by edits of the tree at hand: no kernel text is kept. What each of them introduces, fixes or
 * leaves, per patch and over the series.
 */
import { createTwoFilesPatch } from 'diff';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import { readSeries } from '../../src/core/review/read.js';
import type { ReviewReport } from '../../src/core/review/report.js';
import type { Session } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';
import { SWEEP, show } from '../unit/analysis/kernel-c.js';
import { mail, mbox } from '../unit/review/mails.js';
import { changeLine } from '../unit/review/reviewing.js';

// Whole trees, and replays: on a busy machine this takes minutes.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

type Edit = readonly [path: string, change: (text: string) => string | null];

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
const PTDUMP = 'mm/ptdump.c';

/** What other freers mean for the same walks is not asked here. */
const isHotRemove = (line: string): boolean => / (error|warning) hot-remove: /.test(line);
const withoutLock = (text: string): string => text.replace(/^.*(get|put)_online_mems\(\);\n/gm, '');
const dump = (name: string, body: string): string =>
  `#include <linux/mm.h>\n#include <linux/seq_file.h>\n${SWEEP.replaceAll('sweep', `${name}_sweep`)}${show(body).replaceAll('tables', name)}`;
const HELD = `get_online_mems();
	mmap_write_lock(&init_mm);
	held_sweep(m);
	mmap_write_unlock(&init_mm);
	put_online_mems();`;

describe.runIf(tree)('6.12', () => {
  let session: Session;
  const texts = new Map<string, string | null>();
  const textOf = (path: string): string | undefined => {
    const known = texts.get(path);
    return known === undefined ? tree?.files.read(path) : (known ?? undefined);
  };
  beforeAll(async () => {
    if (tree) session = await sessionOver(tree.root, mkdtempSync(join(tmpdir(), 'walkrace-review-')));
  });

  /** Each list of edits is a patch on top of those before. */
  async function review(...patches: readonly (readonly Edit[])[]): Promise<ReviewReport> {
    texts.clear();
    const mails = patches.map((edits, at) => {
      const diffs = edits.map(([path, change]) => {
        const before = textOf(path);
        const after = change(before ?? '');
        expect(after, `${path} is not what this test thinks`).not.toBe(before);
        texts.set(path, after);
        return createTwoFilesPatch(
          before === undefined ? '/dev/null' : `a/${path}`,
          after === null ? '/dev/null' : `b/${path}`,
          before ?? '',
          after ?? '',
        ).replace(/^=+\n/, '');
      });
      return mail({
        subject: `[PATCH ${at + 1}/${patches.length}] change ${at + 1}`,
        body: `Do it.\n---\n${diffs.join('')}`,
      });
    });
    const series = await readSeries(new TextEncoder().encode(mbox(...mails)));
    return session.review(
      { series, base: 'the tree' },
      { cancellation: NEVER_CANCELLED, progress: () => undefined },
    );
  }

  test('a series: a lock is dropped, a walker comes, one with its locks comes, one moves, words change', async () => {
    const report = await review(
      [[PTDUMP, withoutLock]],
      [['mm/bare_dump.c', () => dump('bare', 'bare_sweep(m);')]],
      [['mm/held_dump.c', () => dump('held', HELD)]],
      [
        ['mm/bare_dump.c', () => null],
        ['mm/moved_dump.c', () => dump('bare', 'bare_sweep(m);')],
      ],
      [
        [
          'mm/vmalloc.c',
          (text) => text.replace('static int vmap_pte_range(', '/* words */\nstatic int vmap_pte_range('),
        ],
      ],
    );
    expect(report.patches.map(({ findings }) => findings.map(changeLine).filter(isHotRemove))).toEqual([
      ['introduced error hot-remove: ptdump_walk_pgd confirmed'],
      ['introduced error hot-remove: bare_sweep confirmed'],
      [],
      ['remaining error hot-remove: bare_sweep confirmed'],
      [],
    ]);
    expect(report.patches.map(({ judged }) => judged > 0)).toEqual([true, true, true, true, false]);
    expect(report.findings.map(changeLine).filter(isHotRemove).sort()).toEqual([
      'introduced by 1 error hot-remove: ptdump_walk_pgd confirmed',
      'introduced by 2 error hot-remove: bare_sweep confirmed',
    ]);
    expect([...new Set(report.comments.map(({ patch }) => patch))]).toEqual([1, 2]);
  });

  test('the hotplug lock of the page-table dump is taken away: every architecture that it opens', async () => {
    const { findings, patches } = await review([[PTDUMP, withoutLock]]);
    const [finding] = findings.filter(({ rule }) => rule === 'kernel-walk/hot-remove');
    expect(finding && changeLine(finding)).toBe(
      'introduced by 1 error hot-remove: ptdump_walk_pgd confirmed',
    );
    const architectures = new Set((finding?.open ?? []).flatMap(({ architecture }) => architecture ?? []));
    expect([...architectures].sort()).toEqual(['arm64', 'powerpc', 'riscv', 's390', 'x86']);
    expect(patches[0]?.protections).toMatchObject([
      { function: 'ptdump_walk_pgd', after: expect.not.arrayContaining(['mem_hotplug_lock']) as unknown },
    ]);
    expect(finding?.interleaving?.join('\n')).toContain('use-after-free');
  });

  test('interrupts stay on around the walk that takes no lock: an error, by a way from user space', async () => {
    const walkAlone = (text: string): string =>
      text.replace(
        /^\tlocal_irq_save\(flags\);\n(\tgup_fast_pgd_range\(.*\n)\tlocal_irq_restore\(flags\);\n/m,
        '$1',
      );
    const { findings } = await review([['mm/gup.c', walkAlone]]);
    expect(findings.map((each) => `${each.rule} ${changeLine(each)}`)).toContain(
      'user-walk/unlocked introduced by 1 error unlocked: gup_fast_pgd_range confirmed',
    );
  });

  test('it is taken in the callers instead: those that were forgotten', async () => {
    const around = (call: string) => (text: string) =>
      text.replace(call, `get_online_mems();\n\t${call}\n\tput_online_mems();`);
    const { findings } = await review([
      [PTDUMP, withoutLock],
      ['arch/arm64/mm/ptdump_debugfs.c', around('ptdump_walk(m, info);')],
      ['arch/riscv/mm/ptdump.c', around('ptdump_walk(m, m->private);')],
    ]);
    const [finding] = findings.filter(({ rule }) => rule === 'kernel-walk/hot-remove');
    expect(finding?.change).toBe('introduced');
    const open = finding?.open ?? [];
    const isOpen = (file: string): boolean => open.some((root) => root.file === file);
    expect(isOpen('arch/arm64/mm/ptdump_debugfs.c')).toBe(false);
    expect(
      open.some((root) => root.file === 'arch/riscv/mm/ptdump.c' && root.function === 'ptdump_show'),
    ).toBe(false);
    expect(open.map(({ architecture }) => architecture)).toEqual(
      expect.arrayContaining(['powerpc', 's390', 'x86']),
    );
  });
});

test.runIf(!tree)('patches on 6.12', ({ skip }) => {
  skip(NO_TREES);
});
