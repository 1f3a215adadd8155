/** No network: the command is run with every way out trapped, and the bundles need no module but those listed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { networkTrap } from '../support/network-trap.js';
import { CLI, SAMPLE, walkrace } from './walkrace.js';

const UNPROTECTED = 'arch/arm64/mm/dump_unprotected.c';
const directory = mkdtempSync(join(tmpdir(), 'walkrace-network-cli-'));
const patch = join(directory, 'a.patch');
const [first = '', ...more] = readFileSync(join(SAMPLE, UNPROTECTED), 'utf8').split('\n', 4);
const context = more.map((line) => ` ${line}\n`).join('');
writeFileSync(
  patch,
  `--- a/${UNPROTECTED}\n+++ b/${UNPROTECTED}\n@@ -1,4 +1,5 @@\n ${first}\n+/* walks */\n${context}`,
);

const CONNECT = "net.connect(9, '127.0.0.1')";
test.each([
  ['connect', `const net = require('node:net'); ${CONNECT}`],
  ['connect', "require('node:http').get('http://127.0.0.1:9')"],
  ['connect', "require('node:https').get('https://127.0.0.1:9')"],
  ['connect', "require('node:tls').connect(9, '127.0.0.1')"],
  ['listen', "require('node:http').createServer().listen(0)"],
  ['dgram', "require('node:dgram').createSocket('udp4')"],
  ['dns', "require('node:dns').lookup('localhost', () => {})"],
  ['dns', "require('node:dns').promises.resolve4('localhost')"],
  ['fetch', "fetch('http://127.0.0.1:9')"],
  [
    'connect',
    `new (require('node:worker_threads').Worker)("require('node:net').connect(9)", { eval: true })`,
  ],
  [
    'connect',
    `require('node:child_process').execFileSync(process.execPath, ['-e', "require('node:net').connect(9)"])`,
  ],
])('the trap sees %s in: %s', async (what, script) => {
  const trap = networkTrap();
  const run = promisify(execFile)(process.execPath, ['-e', script], { env: { ...process.env, ...trap.env } });
  await expect(run).rejects.toThrow('the network is used');
  expect(trap.tried()).toEqual([what]);
});

test.each([
  [['scan', '--no-cache', '--jobs', '2'], 1],
  [['scan', UNPROTECTED], 1],
  [['replay', `${UNPROTECTED}:dump_unprotected_show`, '--format', 'html'], 1],
  [['replay', `${UNPROTECTED}:dump_unprotected_show`, '--matrix'], 1],
  [['review', patch], 0],
  [['explain'], 0],
] as const)('walkrace %j reaches no network', async (args, wanted) => {
  const trap = networkTrap();
  const { status, out, err } = await walkrace(args, { env: trap.env });
  expect(trap.tried()).toEqual([]);
  expect({ status, err }).toEqual({ status: wanted, err: expect.not.stringContaining('network') as string });
  expect(out).not.toBe('');
});

/**
 * What each bundle requires. `net` is in the two that hold the protocol's library, for transports that are never asked for (the server
 * speaks over standard input or its parent's channel); that the server opens no socket is tested by running it, in test/server/.
 */
test.each([
  ['cli', 'buffer child_process crypto events fs fs/promises module os path process url v8 worker_threads'],
  ['worker', 'buffer fs fs/promises module path worker_threads'],
  ['server', 'buffer child_process crypto fs fs/promises module net os path url util v8 worker_threads'],
  ['extension', 'crypto vscode'],
  ['language-client', 'child_process crypto fs net os path readline util vscode'],
])('dist/%s.js requires: %s', (name, wanted) => {
  expect(requiredBy(readFileSync(join(dirname(CLI), `${name}.js`), 'utf8'))).toEqual(wanted.split(' '));
});

test('the trace page asks nothing of a network', () => {
  const page = readFileSync(join(dirname(CLI), 'webview', 'trace.js'), 'utf8');
  expect(
    page.match(/\b(fetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\s*\()/g),
  ).toBeNull();
});

/** Names of the modules that a bundle requires, without `node:`, sorted. */
function requiredBy(bundle: string): readonly string[] {
  const names = [
    ...bundle.matchAll(/\brequire\((["'])(?:node:)?([^"'.]+)\1\)|\bimport\((["'])(?:node:)?([^"'.]+)\3\)/g),
  ];
  return [...new Set(names.map(([, , required, , imported]) => required ?? imported ?? ''))].sort();
}
