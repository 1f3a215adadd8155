/** `.race` files in an editor: errors where they stand, a lens that runs the file, the trace as the page shows it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { CodeLens } from 'vscode-languageserver';
import type { ExportAnswer, ReplayAnswer } from '../../src/protocol/requests.js';
import type { ClientOptions, TestClient } from './client.js';
import { connect } from './client.js';

const path = join(import.meta.dirname, '..', 'unit', 'trace', 'races', 'dump-hotplug-lock-huge-vmap.race');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');

let client: TestClient | undefined;
const start = async (options?: ClientOptions): Promise<TestClient> => (client = await connect(options));
afterEach(async () => {
  await client?.close();
  client = undefined;
});

const lensesOf = ({ connection }: TestClient): Promise<readonly CodeLens[]> =>
  connection.sendRequest<readonly CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });

test('a line that can’t be read is told where it stands, until it is written right', async () => {
  const { open, published, connection } = await start();
  await open(uri, 'race 1\nnonsense\n', 'race');
  const broken = await published(uri);
  expect(broken.diagnostics).toMatchObject([{ severity: 1, source: 'walkrace' }]);
  expect(broken.diagnostics[0]?.range).toEqual({
    start: { line: 1, character: 0 },
    end: { line: 1, character: 'nonsense'.length },
  });
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text }],
  });
  expect((await published(uri, ({ version }) => version === 2)).diagnostics).toEqual([]);
});

test('a page whose entry points at no page is told', async () => {
  const { open, published } = await start();
  await open(uri, text.replace(': pte0 pte1', ': pte0 pte7'), 'race');
  expect((await published(uri)).diagnostics).not.toEqual([]);
});

test('the lens runs the text as it is in the editor, not as it was saved', async () => {
  const started = await start({ initializationOptions: { commands: ['walkrace.replayRace'] } });
  const locked = text.replace(/\ntrace use-after-free[^]*$/, '\n').replace(/^ {2}free pte0 .*\n/m, '');
  await started.open(uri, locked, 'race');
  const [lens] = await lensesOf(started);
  expect(lens?.command).toMatchObject({
    title: 'Run: ptdump_walk_pgd against vmap_try_huge_pmd',
    command: 'walkrace.replayRace',
  });
  const target: unknown = lens?.command?.arguments?.[0];
  const edited = await started.connection.sendRequest<ReplayAnswer>('walkrace/replay', target);
  expect(edited.report.kinds).not.toContain('use-after-free');
  expect(edited.report.reason).toContain('expected use-after-free, which is not found');
  await started.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  const saved = await started.connection.sendRequest<ReplayAnswer>('walkrace/replay', target);
  expect(saved.report).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free', reason: '' });
  expect(saved.report.trace.at(-1)?.violation).toBe('use-after-free');
});

test('what can’t be read has no lens, and says so when it is run', async () => {
  const started = await start({ initializationOptions: { commands: ['walkrace.replayRace'] } });
  await started.open(uri, 'race 1\nnonsense\n', 'race');
  expect(await lensesOf(started)).toEqual([]);
  const run = started.connection.sendRequest('walkrace/replay', { document: uri, function: 'x' });
  await expect(run).rejects.toThrow(/\.race:2:1: /);
});

test('the trace is exported as a page, and the race as its text', async () => {
  const { open, connection } = await start();
  await open(uri, text, 'race');
  const request = { document: uri, function: 'ptdump_walk_pgd' };
  const page = await connection.sendRequest<ExportAnswer>('walkrace/export', { ...request, format: 'html' });
  expect(page.fileName).toBe('ptdump_walk_pgd-vmap_try_huge_pmd.html');
  expect(page.text).toMatch(/^<!doctype html>[^]*use-after-free/);
  const race = await connection.sendRequest<ExportAnswer>('walkrace/export', { ...request, format: 'race' });
  expect(race.text).toBe(text);
});

test('an editor with a browser alone is shown the page, under a name that leads nowhere else', async () => {
  const started = await start({ capabilities: { window: { showDocument: { support: true } } } });
  started.connection.onRequest('window/showDocument', () => ({ success: true }));
  await started.open(uri, text.replace('cpu 1 vmap_try_huge_pmd', 'cpu 1 ../../x'), 'race');
  const [lens] = await lensesOf(started);
  expect(lens?.command?.command).toBe('walkrace.openTrace');
  const shown = await started.connection.sendRequest<string>('workspace/executeCommand', {
    command: 'walkrace.openTrace',
    arguments: lens?.command?.arguments,
  });
  expect(fileURLToPath(shown)).toMatch(/\/walkrace-\w+\/ptdump_walk_pgd-_x\.html$/);
});
