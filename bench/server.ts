/**
 * The language server on a large file of a real tree: how long the first check takes, how much memory the server has with the index of
 * the tree (where an earlier scan has kept one), and how long a keystroke takes to the diagnostics, rest included. Printed, not asserted.
 *
 *     KERNEL_TREE=~/kernel-trees/v6.12.117 node scripts/run-ts.mjs bench/server.ts [FILE]
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Status } from '../src/protocol/requests.js';
import { connect } from '../test/server/client.js';

const MEMORY_BUDGET_MB = 500;
const KEYSTROKES = 20;
/** Between two keystrokes of somebody who types quickly. */
const PAUSE_MS = 120;
const WITHOUT_INDEX_MS = 60_000;

const root = process.env['KERNEL_TREE'] ?? join(homedir(), 'kernel-trees', 'v6.12.117');
const path = join(root, process.argv[2] ?? 'mm/memory.c');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const client = await connect();
const memory = (): string => {
  const status = readFileSync(join('/proc', String(client.pid), 'status'), 'utf8');
  const field = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1000);
  return `${field('VmRSS')} MB, at most ${field('VmHWM')} MB, of a budget of ${MEMORY_BUDGET_MB} MB`;
};
const started = performance.now();
const since = (): string => `${Math.round(performance.now() - started)} ms`;

const whole = new Promise<boolean>((resolve) => {
  client.connection.onNotification('walkrace/status', (status: Status) => {
    if (status.state === 'idle' && !status.isAlone) resolve(true);
  });
  setTimeout(() => {
    resolve(false);
  }, WITHOUT_INDEX_MS).unref();
});
await client.open(uri, text);
await client.published(uri);
console.log(`first check: ${since()}; memory ${memory()}`);
console.log(
  (await whole) ? `with the index of the tree: ${since()}; memory ${memory()}` : 'no scan has kept an index',
);

const line = text.slice(0, text.indexOf('\n}\n', text.length / 2)).split('\n').length - 1;
const times: number[] = [];
for (let version = 2; version < KEYSTROKES + 2; version += 1) {
  await pause(PAUSE_MS);
  const at = { line, character: 0 };
  const typed = version % 2 === 0;
  const before = performance.now();
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [
      { range: { start: at, end: typed ? at : { line, character: 1 } }, text: typed ? ' ' : '' },
    ],
  });
  await client.published(uri, (one) => one.version === version);
  times.push(performance.now() - before);
}
times.sort((a, b) => a - b);
const at = (part: number): number => Math.round(times[Math.floor(part * (times.length - 1))] ?? 0);
console.log(`keystroke to diagnostics: median ${at(0.5)} ms, 95 % ${at(0.95)} ms; memory ${memory()}`);
await client.close();
