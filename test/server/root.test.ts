/** The setting `walkrace.root`, as a plain client sets it: it says which tree a file belongs to, and lets nothing else be read. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { connect } from './client.js';

const sample = join(import.meta.dirname, '..', '..', 'sample');
/** The unprotected dump of the sample in two files: of the walk, nobody tells who calls it; of its caller, nobody what it walks. */
const whole = readFileSync(join(sample, 'arch', 'arm64', 'mm', 'dump_unprotected.c'), 'utf8');
const SHOW = whole.indexOf('static int dump_unprotected_show');
const renamed = (text: string): string =>
  text.replace('static void dump_pgd(', 'void walk_all(').replace('dump_pgd(m', 'walk_all(m');
const WALKER = renamed(whole.slice(0, SHOW));
const CALLER = `#include <linux/debugfs.h>
void walk_all(struct seq_file *m, unsigned long start);
${renamed(whole.slice(SHOW))}`;

const above = mkdtempSync(join(tmpdir(), 'walkrace-root-'));
const tree = join(above, 'tree');
const outside = join(above, 'outside');
cpSync(sample, tree, { recursive: true });
mkdirSync(outside);
const walker = join(tree, 'arch', 'arm64', 'mm', 'walk.c');
const beside = join(tree, 'arch', 'arm64', 'mm', 'show.c');
writeFileSync(walker, WALKER);
writeFileSync(join(outside, 'dump.c'), WALKER);
writeFileSync(join(outside, 'show.c'), CALLER);
afterAll(() => {
  rmSync(above, { recursive: true });
});

/** Whether what is said of the walk in a file, with this root, names its caller. */
async function isCallerSeen(root: string, path: string): Promise<boolean> {
  const settings = { root, replayOpenFiles: false };
  const client = await connect({ folder: above, initializationOptions: { settings } });
  try {
    const uri = pathToFileURL(path).href;
    await client.open(uri, WALKER);
    const { diagnostics } = await client.published(uri);
    expect(diagnostics.map(({ code }) => code)).toContain('kernel-walk/hot-remove');
    return JSON.stringify(diagnostics).includes('dump_unprotected_show');
  } finally {
    await client.close();
  }
}

test('without it, nothing outside of the tree around the file is seen', async () => {
  expect(await isCallerSeen('', walker)).toBe(false);
});

test('a root that the file is not in changes nothing', async () => {
  expect(await isCallerSeen(outside, walker)).toBe(false);
  expect(await isCallerSeen(join(above, 'missing'), walker)).toBe(false);
});

test('a link from the tree to a file outside of it is not followed', async () => {
  symlinkSync(join(outside, 'show.c'), beside);
  expect(await isCallerSeen(tree, walker)).toBe(false);
  rmSync(beside);
});

test('the same file, in the tree, is; also from a root that is no kernel tree', async () => {
  cpSync(join(outside, 'show.c'), beside);
  expect(await isCallerSeen(tree, walker)).toBe(true);
  expect(await isCallerSeen(above, walker)).toBe(true);
  expect(await isCallerSeen(outside, join(outside, 'dump.c'))).toBe(true);
});
