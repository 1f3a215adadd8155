/** The baseline of a workspace, as a plain client sees it: what it lists is not shown, and how much that is gets told. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import type { Status } from '../../src/protocol/requests.js';
import { connect, type TestClient } from './client.js';

const above = mkdtempSync(join(tmpdir(), 'walkrace-baseline-'));
const folder = join(above, 'tree');
cpSync(join(import.meta.dirname, '..', '..', 'sample'), folder, { recursive: true });
const path = join(folder, 'arch', 'arm64', 'mm', 'dump_unprotected.c');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');
afterAll(() => {
  rmSync(above, { recursive: true });
});

const write = (file: string, diagnostics: readonly Diagnostic[]): void => {
  const findings = diagnostics.map(({ data }) => ({ id: (data as { readonly id: string }).id }));
  writeFileSync(file, JSON.stringify({ findings }));
};

/** A client with this baseline, and what it is told once the document has come to rest. */
async function told(
  baseline: string,
  look: (shown: readonly Diagnostic[], known: number, client: TestClient) => Promise<void> | void,
): Promise<void> {
  const settings = { baseline, replayOpenFiles: false };
  const client = await connect({ folder, initializationOptions: { settings } });
  try {
    const idle = new Promise<number>((resolve) => {
      client.connection.onNotification('walkrace/status', (status: Status) => {
        if (status.state === 'idle') resolve(status.known);
      });
    });
    await client.open(uri, text);
    const { diagnostics } = await client.published(uri);
    await look(diagnostics, await idle, client);
  } finally {
    await client.close();
  }
}

let all: readonly Diagnostic[] = [];

test('without a baseline everything is shown', () =>
  told('', (shown, known) => {
    expect(shown.length).toBeGreaterThan(0);
    expect(known).toBe(0);
    all = shown;
    write(join(folder, 'known.json'), all);
    write(join(above, 'outside.json'), all);
  }));

test('what it lists is not shown, and counted; when the file changes, it is shown again', () =>
  told('known.json', async (shown, known, client) => {
    expect(shown).toEqual([]);
    expect(known).toBe(all.length);
    write(join(folder, 'known.json'), []);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
    const { diagnostics } = await client.published(uri, (one) => one.diagnostics.length > 0);
    expect(diagnostics).toEqual(all);
  }));

test('a folder that is opened later has its baseline; closed again, it has none', async () => {
  write(join(folder, 'known.json'), all);
  const client = await connect({
    capabilities: { workspace: { workspaceFolders: true } },
    initializationOptions: { settings: { baseline: 'known.json', replayOpenFiles: false } },
  });
  try {
    const tree = { uri: pathToFileURL(folder).href, name: 'tree' };
    const change = (event: object): Promise<void> =>
      client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    await client.open(uri, text);
    await client.published(uri, ({ diagnostics }) => diagnostics.length === all.length);
    await change({ added: [tree], removed: [] });
    await client.published(uri, ({ diagnostics }) => diagnostics.length === 0);
    const before = client.all().length;
    await change({ added: [], removed: [tree] });
    const { diagnostics } = await client.published(
      uri,
      (one) => client.all().indexOf(one) >= before && one.diagnostics.length > 0,
    );
    expect(diagnostics).toHaveLength(all.length);
  } finally {
    await client.close();
  }
});

test.each(['../outside.json', join(above, 'outside.json'), 'missing.json', 'Kbuild'])(
  '%s is none: nothing outside of the folder is read, and what can’t be read hides nothing',
  (baseline) =>
    told(baseline, (shown, known) => {
      expect(shown).toEqual(all);
      expect(known).toBe(0);
    }),
);
