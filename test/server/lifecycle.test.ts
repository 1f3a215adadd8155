/** How the server begins and ends, and what it makes of clients that are broken or gone. Against dist/server.js. */
import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import type { ClientOptions, TestClient } from './client.js';
import { connect } from './client.js';

let client: TestClient | undefined;
const start = async (options?: ClientOptions): Promise<TestClient> => (client = await connect(options));
afterEach(async () => {
  await client?.close();
  client = undefined;
});

const framed = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

test('it says what it can do', async () => {
  const { initialized } = await start();
  expect(initialized.serverInfo?.name).toBe('walkrace');
  expect(initialized.capabilities).toMatchObject({
    textDocumentSync: { openClose: true, change: 2 },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: ['quickfix'] },
  });
});

test('shutdown and exit end it with 0', async () => {
  const { connection, ended } = await start();
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  expect(await ended).toBe(0);
});

test('it ends when its input closes', async () => {
  const { vanish, ended } = await start();
  vanish();
  expect(await ended).toBe(1);
});

test('it ends when the process of its client is gone', async () => {
  const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  const { ended } = await start({ processId: parent.pid ?? null });
  parent.kill('SIGKILL');
  expect(await ended).toBe(1);
}, 20_000);

test('a client that says it has settings, and answers with an error, is served with those it began with', async () => {
  const { connection, open, published } = await start({
    capabilities: { workspace: { configuration: true } },
  });
  const warned = new Promise<string>((resolve) =>
    connection.onNotification('window/logMessage', ({ message }: { readonly message: string }) =>
      resolve(message),
    ),
  );
  await open('untitled:a.c', 'int a;\n');
  expect(await published('untitled:a.c')).toMatchObject({ diagnostics: [] });
  expect(await warned).toContain('settings');
});

test('a setting with a wrong value is told once, however often it is sent', async () => {
  const { connection } = await start();
  const told: string[] = [];
  connection.onNotification('window/showMessage', ({ message }: { readonly message: string }) => {
    told.push(message);
  });
  const push = (minimumSeverity: string): Promise<void> =>
    connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { walkrace: { minimumSeverity } },
    });
  for (const value of ['loud', 'loud', 'info', 'quiet']) await push(value);
  await connection.sendRequest('walkrace/information', {});
  expect(told).toEqual([
    expect.stringMatching(/minimumSeverity: .*"warning".* received "loud"$/),
    expect.stringMatching(/minimumSeverity: .* received "quiet"$/),
  ]);
});

test('it ends, in words, when what comes is another protocol', async () => {
  const { write, ended, errors } = await start();
  write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  expect(await ended).toBe(1);
  expect(errors()).toContain('header');
});

test.each([
  ['no JSON', framed('{ this is no JSON')],
  ['no message', framed('[1, 2, "three"]')],
  ['no method', framed('{"jsonrpc":"2.0","id":7}')],
  ['an answer that nobody asked for', framed('{"jsonrpc":"2.0","id":4711,"result":null}')],
  [
    'params of another kind',
    framed('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":null}}'),
  ],
  [
    'a change of a document that is not open',
    framed(
      '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///no.c","version":2},"contentChanges":[]}}',
    ),
  ],
])('it goes on after %s', async (_, bytes) => {
  const { write, open, published } = await start();
  write(bytes);
  await open('file:///nowhere/after.c', 'int after;\n');
  expect((await published('file:///nowhere/after.c')).diagnostics).toEqual([]);
});

test.each([
  ['walkrace/replay', {}, 'document'],
  ['walkrace/replay', { document: 'file:///a.c', function: 'f', freer: 'the-cat' }, 'there is no the-cat'],
  ['walkrace/replay', null, 'Expected Object'],
  ['walkrace/walkers', { document: 'file:///not/open.c' }, 'is not open'],
  ['walkrace/scan', { targets: [] }, 'targets'],
  ['walkrace/export', { document: 'file:///a.c', function: 'f', format: 'exe' }, 'format'],
  ['walkrace/unheard', {}, 'walkrace/unheard'],
])('%s with %j is refused in words', async (method, params, words) => {
  const { connection } = await start();
  await expect(connection.sendRequest(method, params)).rejects.toThrow(words);
});

test('documents that are no C are left alone, and any URI is taken', async () => {
  const { open, published, all } = await start();
  await open('file:///a/Makefile', 'obj-y += a.o', 'makefile');
  await open('untitled:Untitled-1', 'int a;\n');
  await open('git:/a/b.c?ref=HEAD', 'int a;\n');
  await published('untitled:Untitled-1');
  await published('git:/a/b.c?ref=HEAD');
  expect(all().map(({ uri }) => uri)).not.toContain('file:///a/Makefile');
});

test('its information holds numbers, and no path', async () => {
  const { connection, open, published } = await start();
  await open('file:///secret/place.c', 'int a;\n');
  await published('file:///secret/place.c');
  const information = await connection.sendRequest('walkrace/information', {});
  expect(information).toMatchObject({ documents: 1, roots: [{ kernelTree: false }] });
  expect(JSON.stringify(information)).not.toContain('secret');
});
