/** The least that helps a real walker of 6.12 against every freer that applies: single protections, then pairs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { matrixOf, smallestFixOf } from '../../src/core/replay/what-ifs.js';
import type { Session, WalkName } from '../../src/core/session.js';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
const cache = mkdtempSync(join(tmpdir(), 'walkrace-fix-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
let opened: Promise<Session> | undefined;

const WALKS: readonly (WalkName & {
  readonly fixes: readonly (readonly string[])[];
  readonly why: string;
})[] = [
  {
    file: 'mm/vmalloc.c',
    function: 'vmalloc_to_page',
    fixes: [['get_online_mems', 'mmap_write_lock(&init_mm)']],
    why: 'one lock keeps memory hot-remove out, the other a huge vmap',
  },
  {
    file: 'arch/arm/mm/dump.c',
    function: 'ptdump_walk_pgd',
    fixes: [['get_online_mems', 'mmap_write_lock(&init_mm)']],
    why: 'the walk of ptdump, which takes both since 6.12.y, without them',
  },
];

test.skipIf(tree === undefined).each(WALKS)(
  `$function: $fixes ($why)`,
  async ({ file, function: name, fixes }) => {
    const walk = { file, function: name };
    if (tree === undefined) return;
    opened ??= sessionOver(tree.root, cache);
    const session = await opened;
    const freers = session.freers(walk).flatMap(({ freer, applies }) => (applies ? [freer] : []));
    expect(freers).toEqual(expect.arrayContaining(['memory-hot-remove', 'huge-vmap']));
    expect(freers).not.toContain('munmap');
    const replay: Parameters<typeof matrixOf>[1] = (freer, added) =>
      session.replay({ ...walk, freer, with: added });
    const fix = smallestFixOf(matrixOf(freers, replay), replay);
    expect(fix).toMatchObject({ needed: true, fixes, against: ['memory-hot-remove', 'huge-vmap'] });
  },
);

if (tree === undefined) {
  test('the smallest fix of walkers of 6.12', ({ skip }) => {
    skip(NO_TREES);
  });
}
