/** A scan as a person reads it. */
import { expect, test } from 'vitest';
import { scanCheckpatch } from '../../../src/core/report/checkpatch.js';
import { PLAIN, scanText } from '../../../src/core/report/text.js';
import type { ScanReport } from '../../../src/core/report/report.js';
import { finding, report } from './findings.js';

const sourceLine = (file: string, line: number): string | undefined =>
  file === 'arch/arm64/mm/dump.c' && line === 3 ? '\tpgd_t *pgdp = pgd_offset_k(start);' : undefined;
const text = (of: ScanReport): string => scanText(of, { paints: PLAIN, sourceLine });

test('a race: place, line, chain with what is held, verdict, how to see it', () => {
  expect(text(report([finding()]))).toBe(
    `
arch/arm64/mm/dump.c:3:2: error: dump_pgd() walks kernel page tables, and memory hot-remove may free a table that it is in [kernel-walk/hot-remove]
    3 | 	pgd_t *pgdp = pgd_offset_k(start);
      | 	^^^^^
  from dump_show()  arch/arm64/mm/dump.c:9  holds nothing
    -> dump_pgd()   arch/arm64/mm/dump.c:3  holds nothing
  confirmed by replay: use-after-free (616 states); live on arm64
  replay it: walkrace replay arch/arm64/mm/dump.c:dump_pgd --against memory-hot-remove

1 error; looked at 3 walkers (2 of ranges that are owned, or taken to be, 1 reported) in 4 functions of 2 files; 5 ms
`.trimStart(),
  );
});

test('where a caller holds something, the replay starts at the root of the chain: the walk alone would hold less', () => {
  const chain = [
    { function: 'dump_show', file: 'fs/dump.c', line: 9, held: ['rcu'] },
    { function: 'dump_pgd', file: 'arch/arm64/mm/dump.c', line: 3, held: ['rcu'] },
  ];
  expect(text(report([finding({ held: ['rcu'], chain })]))).toContain(
    'walkrace replay fs/dump.c:dump_show --against memory-hot-remove',
  );
});

test('information takes two lines, and comes after what is graver', () => {
  const info = finding({
    severity: 'info',
    file: 'arch/arm/mm/dump.c',
    live: [],
    latent: ['arm'],
    reason: 'no hot-remove',
  });
  const lines = text(report([info, finding()])).split('\n');
  expect(lines[0]).toContain('error:');
  expect(lines.slice(8, 10)).toEqual([
    `arch/arm/mm/dump.c:3:2: info: ${info.message} [kernel-walk/hot-remove]`,
    '  confirmed by replay: use-after-free (616 states); latent on arm; no hot-remove',
  ]);
});

test('nothing found says what was looked at', () => {
  expect(text(report([]))).toBe(
    'nothing found; looked at 3 walkers (2 of ranges that are owned, or taken to be, 1 reported) in 4 functions of 2 files; 5 ms\n',
  );
});

test('what kernel it is taken to be is told where no tree says it', () => {
  expect(text({ ...report([]), judgedAs: 'a kernel before 6.5' })).toMatch(
    / of 2 files; no kernel tree is around: judged as a kernel before 6\.5; 5 ms\n$/,
  );
});

test('as checkpatch tells it', () => {
  const info = finding({ severity: 'info', line: 1, verdict: 'refuted', states: 12, message: 'a walk' });
  expect(scanCheckpatch(report([finding(), info]), sourceLine)).toBe(
    `
CHECK: kernel-walk/hot-remove: a walk (refuted by replay: no race in any of 12 states)
#1: FILE: arch/arm64/mm/dump.c:1:

ERROR: kernel-walk/hot-remove: dump_pgd() walks kernel page tables, and memory hot-remove may free a table that it is in (confirmed by replay: use-after-free (616 states))
#3: FILE: arch/arm64/mm/dump.c:3:
+	pgd_t *pgdp = pgd_offset_k(start);

total: 1 errors, 0 warnings, 1 checks, 3 walkers checked
`.trimStart(),
  );
});

test('a file that was given up is told with the reason', () => {
  const givenUp = [{ file: 'mm/slow.c', reason: 'took longer than 120000 ms' }];
  expect(text(report([], { givenUp }))).toContain('; gave up mm/slow.c: took longer than 120000 ms; 5 ms\n');
  expect(scanCheckpatch(report([], { givenUp }), sourceLine)).toBe(
    'gave up mm/slow.c: took longer than 120000 ms\ntotal: 0 errors, 0 warnings, 0 checks, 3 walkers checked\n',
  );
});
