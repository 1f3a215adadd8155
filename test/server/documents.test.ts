/** Findings while typing, and all that can be asked about a walker: the real engine on the shipped sample, as a plain client sees it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type {
  FreerAnswer,
  MatrixAnswer,
  OverviewAnswer,
  ReplayAnswer,
  ScanAnswer,
  WalkersAnswer,
} from '../../src/protocol/requests.js';
import type { ClientOptions, TestClient } from './client.js';
import { connect } from './client.js';

const SAMPLE = join(import.meta.dirname, '..', '..', 'sample');
const path = join(SAMPLE, 'arch', 'arm64', 'mm', 'dump_unprotected.c');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');
const CALL = '\tdump_pgd(m, PAGE_OFFSET);\n';
const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split('\n').length - 1;

let client: TestClient | undefined;
const start = async (options?: ClientOptions): Promise<TestClient> => (client = await connect(options));
afterEach(async () => {
  await client?.close();
  client = undefined;
});

test('an unprotected walk is found, and confirmed by replay when typing rests', async () => {
  const { open, published } = await start();
  await open(uri, text);
  const { version, diagnostics } = await published(uri, (one) =>
    one.diagnostics.some(({ message }) => JSON.stringify(message).includes('confirmed')),
  );
  expect(version).toBe(1);
  const [finding] = diagnostics;
  expect(finding).toMatchObject({ source: 'walkrace', code: 'kernel-walk/hot-remove' });
  expect(finding?.codeDescription?.href).toMatch(/docs\/rules\/kernel-walk\/hot-remove\.md$/);
  expect(finding?.relatedInformation?.map(({ message }) => message)).toEqual([
    'dump_unprotected_show() holds nothing',
    'dump_pgd() holds nothing',
    'free_empty_pte_table() frees it: memory-hot-remove on arm64',
    'dump_pgd() does it right: it holds mem_hotplug_lock',
  ]);
});

test('the lock typed around the call takes the finding away, letter by letter; deleted, it comes back', async () => {
  const { open, published, connection } = await start();
  await open(uri, text);
  await published(uri, ({ diagnostics }) => diagnostics.length > 0);
  let version = 1;
  const type = (line: number, character: number, put: string, remove = 0): Promise<void> =>
    connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [
        { range: { start: { line, character }, end: { line, character: character + remove } }, text: put },
      ],
    });
  const line = lineOf(CALL);
  await type(line + 1, 0, '\tput_online_mems();\n');
  const lock = '\tget_online_mems();';
  await type(line, 0, '\n');
  for (const [at, letter] of lock.split('').entries()) await type(line, at, letter);
  const typed = version;
  expect((await published(uri, (one) => one.version === typed)).diagnostics).toEqual([]);
  await type(line, 0, '', lock.length);
  const deleted = version;
  expect((await published(uri, (one) => one.version === deleted)).diagnostics).not.toEqual([]);
});

test('half-typed C, an empty text and a text that is no C are answered, too', async () => {
  const { open, published } = await start();
  const texts = [
    text.slice(0, text.indexOf('pgd_index')),
    '',
    '}}}}((((',
    '\u0000\u0001\ufffd',
    text.replaceAll('\n', '\r\n'),
  ];
  for (const [index, content] of texts.entries()) {
    const document = pathToFileURL(join(SAMPLE, `typed-${index}.c`)).href;
    await open(document, content);
    expect((await published(document)).version).toBe(1);
  }
});

test('walkers, freers, replay, what-if and matrix of the walk at the cursor', async () => {
  const { open, connection } = await start();
  await open(uri, text);
  const walkers = await connection.sendRequest<WalkersAnswer>('walkrace/walkers', {
    document: uri,
    line: lineOf('pgd_index(start)'),
  });
  expect(walkers.at).toBe('dump_pgd');
  expect(walkers.walkers).toContainEqual(expect.objectContaining({ function: 'dump_pgd', tables: 'kernel' }));
  const walk = { document: uri, function: 'dump_pgd' };
  const freers = await connection.sendRequest<readonly FreerAnswer[]>('walkrace/freers', walk);
  expect(freers.filter(({ applies }) => applies).map(({ freer }) => freer)).toContain('memory-hot-remove');

  const asWritten = await connection.sendRequest<ReplayAnswer>('walkrace/replay', {
    ...walk,
    freer: 'memory-hot-remove',
  });
  expect(asWritten.report).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
  expect(asWritten.report.trace.length).toBeGreaterThan(0);
  expect(asWritten.whatIfs.map(({ protection }) => protection)).toContain('get_online_mems');
  const locked = await connection.sendRequest<ReplayAnswer>('walkrace/replay', {
    ...asWritten.key,
    protections: ['get_online_mems'],
  });
  expect(locked.report.verdict).toBe('refuted');

  const cells = await connection.sendRequest<MatrixAnswer>('walkrace/matrix', walk);
  const verdict = (freer: string, ...protections: readonly string[]): string | undefined =>
    cells.find((cell) => cell.freer === freer && cell.protections.join() === protections.join())?.verdict;
  expect([
    verdict('memory-hot-remove'),
    verdict('memory-hot-remove', 'rcu_read_lock'),
    verdict('memory-hot-remove', 'get_online_mems'),
  ]).toEqual(['confirmed', 'confirmed', 'refuted']);
});

test.each([
  ['race', /^race 1\n/],
  ['json', /"verdict": "confirmed"/],
  ['html', /^<!doctype html>/],
  ['promela', /init|proctype/],
  ['c', /#include <pthread\.h>/],
  ['litmus', /^C C-use-after-free/],
])('a replay is exported as %s', async (format, pattern) => {
  const { connection } = await start();
  const request = { document: uri, function: 'dump_pgd', freer: 'memory-hot-remove', format };
  const file = await connection.sendRequest<{ fileName: string; text: string }>('walkrace/export', request);
  expect(file.fileName).toMatch(/^dump_pgd-memory-hot-remove\./);
  expect(file.text).toMatch(pattern);
});

test('what is not there is said in words', async () => {
  const { connection } = await start();
  await expect(
    connection.sendRequest('walkrace/replay', { document: uri, function: 'no_such' }),
  ).rejects.toThrow('no_such');
  await expect(
    connection.sendRequest('walkrace/replay', { document: `${uri}.gone.c`, function: 'f' }),
  ).rejects.toThrow('no file');
});

test('a cancelled request is answered as such, and the next one is answered', async () => {
  const { connection } = await start();
  const { CancellationTokenSource } = await import('vscode-languageserver/node');
  const source = new CancellationTokenSource();
  const matrix = connection.sendRequest(
    'walkrace/matrix',
    { document: uri, function: 'dump_pgd' },
    source.token,
  );
  source.cancel();
  await expect(matrix).rejects.toMatchObject({ code: -32800 });
  await expect(
    connection.sendRequest('walkrace/freers', { document: uri, function: 'dump_pgd' }),
  ).resolves.toBeInstanceOf(Array);
});

test('a scan tells the findings of files that are not open, and takes them away when they are gone', async () => {
  const { open, connection, published } = await start();
  const scan = (target: string): Promise<ScanAnswer> =>
    connection.sendRequest<ScanAnswer>('walkrace/scan', {
      targets: [pathToFileURL(join(SAMPLE, target)).href],
    });
  const { report, shown } = await scan('arch/arm64');
  expect(shown).toBe(report.findings.filter(({ severity }) => severity !== 'info').length);
  expect(shown).toBeLessThan(report.findings.length);
  expect(report.findings.map(({ file }) => file)).toContain('arch/arm64/mm/dump_unprotected.c');
  expect(
    report.findings.filter(({ severity }) => severity === 'error').map(({ file }) => file),
  ).not.toContain('arch/arm64/mm/dump_hotplug_lock.c');
  expect((await published(uri)).diagnostics).not.toEqual([]);
  // Opened and closed again it is told as before; settings hold for them, too.
  const close = (): Promise<void> =>
    connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  await open(uri, text);
  await published(uri, ({ version }) => version === 1);
  await close();
  const told = await published(uri, ({ version }) => version === undefined);
  expect(told.diagnostics).not.toEqual([]);
  await connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { walkrace: { ruleSeverity: { 'kernel-walk/hot-remove': 'off' } } },
  });
  await published(uri, ({ diagnostics }) => diagnostics.length === 0);
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { walkrace: {} } });
  await published(uri, ({ version, diagnostics }) => version === undefined && diagnostics.length > 0);

  await scan('arch/arm64/mm/dump_hotplug_lock.c');
  expect((await published(uri, ({ diagnostics }) => diagnostics.length === 0)).version).toBeUndefined();
});

test('settings hide and show', async () => {
  const { open, published } = await start({
    initializationOptions: { settings: { ruleSeverity: { 'kernel-walk/hot-remove': 'off' } } },
  });
  await open(uri, text);
  const { diagnostics } = await published(uri);
  expect(diagnostics.map(({ code }) => code)).not.toContain('kernel-walk/hot-remove');
});

test('an editor without our page gets lens and action that write one', async () => {
  const capabilities = { window: { showDocument: { support: true } } };
  const { open, published, connection } = await start({ capabilities });
  const shown: string[] = [];
  connection.onRequest('window/showDocument', (params: { uri: string }) => {
    shown.push(params.uri);
    return { success: true };
  });
  await open(uri, text);
  const { diagnostics } = await published(uri, (one) => one.diagnostics.length > 0);
  const document = { textDocument: { uri } };
  const [lens] = await connection.sendRequest<
    { command: { title: string; command: string; arguments: unknown[] } }[]
  >('textDocument/codeLens', document);
  expect(lens?.command.title).toMatch(/^Replay race: memory-hot-remove \| holds: nothing/);
  const range = diagnostics[0]?.range;
  const actions = await connection.sendRequest<{ title: string }[]>('textDocument/codeAction', {
    ...document,
    range,
    context: { diagnostics },
  });
  expect(actions.map(({ title }) => title)).toContain(
    'Write the trace of dump_pgd() with memory-hot-remove and open it',
  );
  const hover = await connection.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    ...document,
    position: range?.start,
  });
  expect(hover.contents.value).toContain('held on every path: nothing');
  const page = await connection.sendRequest<string>('workspace/executeCommand', lens?.command);
  expect(shown).toEqual([page]);
  expect(readFileSync(new URL(page), 'utf8')).toContain('<!doctype html>');
});

test('the overview tells the open walker with its finding, and after a scan the rest of the tree', async () => {
  const { open, published, connection } = await start();
  await open(uri, text);
  await published(uri, ({ diagnostics }) => diagnostics.length > 0);
  const before = await connection.sendRequest<OverviewAnswer>('walkrace/overview', {});
  expect(before.rows.map((row) => `${row.file} ${row.function} ${row.finding?.freer ?? '-'}`)).toEqual([
    'arch/arm64/mm/dump_unprotected.c dump_pgd memory-hot-remove',
  ]);
  await connection.sendRequest<ScanAnswer>('walkrace/scan', { targets: [pathToFileURL(SAMPLE).href] });
  const { rows } = await connection.sendRequest<OverviewAnswer>('walkrace/overview', {});
  expect(rows.filter((row) => row.document === uri)).toHaveLength(1);
  expect(rows.find((row) => row.file === 'arch/arm64/mm/dump_rcu.c')?.finding?.verdict).toBe('confirmed');
  expect(rows.find((row) => row.file === 'arch/arm64/mm/dump_hotplug_lock.c')?.finding).toBeNull();
});
