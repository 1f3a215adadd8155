/** What an earlier scan has kept of a tree is used when one of its files is opened; a tree without it is not read, and that is said. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ScanAnswer } from '../../src/protocol/requests.js';
import { SETTLED_MS } from '../../src/host/file-stamp.js';
import type { Published, TestClient } from './client.js';
import { connect } from './client.js';

const ALONE = /seen from its folder alone/;

let folder = '';
let cache = '';
let client: TestClient | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'walkrace-index-'));
  cache = join(folder, 'cache');
  cpSync(join(import.meta.dirname, '..', '..', 'sample'), join(folder, 'tree'), { recursive: true });
  // Files that were written a moment ago may be written again without a trace: what is kept of them is not trusted.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
});
afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const walker = (): { readonly uri: string; readonly text: string } => {
  const path = join(folder, 'tree', 'arch', 'arm64', 'mm', 'dump_unprotected.c');
  return { uri: pathToFileURL(path).href, text: readFileSync(path, 'utf8') };
};
const says = (published: Published, sentence: RegExp): boolean =>
  published.diagnostics.some(({ message }) => sentence.test(JSON.stringify(message)));
const isConfirmed = (published: Published): boolean => says(published, /replay: confirmed/);

test('a tree is seen as a whole when it was scanned before, and from a folder alone until then', async () => {
  client = await connect({ cache });
  const { uri, text } = walker();
  await client.open(uri, text);
  const before = await client.published(uri, isConfirmed);
  expect(says(before, ALONE)).toBe(true);
  // Nobody has asked for a scan: nothing was read of the tree, and so nothing is kept.
  expect(readdirSync(folder)).not.toContain('cache');

  await client.connection.sendRequest('walkrace/scan', {
    targets: [pathToFileURL(join(folder, 'tree')).href],
  });
  const after = await client.published(uri, (one) => isConfirmed(one) && !says(one, ALONE));
  expect(after.diagnostics.map(({ code }) => code)).toEqual(before.diagnostics.map(({ code }) => code));
  await client.close();

  client = await connect({ cache });
  await client.open(uri, text);
  await client.published(uri, (one) => isConfirmed(one) && !says(one, ALONE));
  // The first check did not wait for the index.
  expect(client.all().some((one) => one.uri === uri && says(one, ALONE))).toBe(true);
});

test('a scan sees what was changed since the last one, in the editor and on the disk', async () => {
  client = await connect({ cache });
  const tree = join(folder, 'tree');
  const scan = async (): Promise<readonly string[]> => {
    const { report } = await (client as TestClient).connection.sendRequest<ScanAnswer>('walkrace/scan', {
      targets: [pathToFileURL(tree).href],
    });
    return report.findings.map(({ file }) => file);
  };
  const locked = 'arch/arm64/mm/dump_hotplug_lock.c';
  expect(await scan()).not.toContain(locked);
  const path = join(tree, locked);
  const unlocked = readFileSync(path, 'utf8').replace(/^.*_online_mems\(\);\n/gm, '');
  // Nor is what is kept right while the editor has another text.
  const uri = pathToFileURL(path).href;
  await client.open(uri, unlocked);
  expect(await scan()).toContain(locked);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  expect(await scan()).not.toContain(locked);
  writeFileSync(path, unlocked);
  expect(await scan()).toContain(locked);
});
