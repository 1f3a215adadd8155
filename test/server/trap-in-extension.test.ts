/** The trap for extension hosts catches what the folder's code does, and nothing else: a test of a test. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { extensionHostTrap } from '../support/network-trap.js';

const ATTEMPTS = `
const net = require('node:net'), dns = require('node:dns'), dgram = require('node:dgram'), http = require('node:http');
const attempts = [
  () => net.connect(9, '127.0.0.1').on('error', () => {}),
  () => net.createServer().listen(0).unref(),
  () => http.get('http://127.0.0.1:9/').on('error', () => {}),
  () => dgram.createSocket('udp4').close(),
  () => dns.lookup('localhost', () => {}),
  () => fetch('http://127.0.0.1:9/').catch(() => {}),
];
for (const attempt of attempts) try { attempt(); } catch {}
`;

test('what code of the folder tries is caught, what others do is not', () => {
  const home = mkdtempSync(join(tmpdir(), 'walkrace-trap-'));
  const extension = join(home, 'extension');
  mkdirSync(extension);
  writeFileSync(join(extension, 'main.cjs'), ATTEMPTS);
  writeFileSync(join(home, 'other.cjs'), ATTEMPTS);
  const triedBy = (file: string, ...args: readonly string[]): readonly string[] => {
    const trap = extensionHostTrap(extension);
    spawnSync(process.execPath, [file, ...args], { env: { ...process.env, ...trap.env }, timeout: 30_000 });
    return trap.tried();
  };
  const host = '--type=extensionHost';
  expect(triedBy(join(extension, 'main.cjs'), host)).toEqual([
    'watched',
    'connect',
    'listen',
    'connect',
    'dgram',
    'dns',
    'fetch',
  ]);
  expect(triedBy(join(home, 'other.cjs'), host)).toEqual(['watched']);
  expect(triedBy(join(extension, 'main.cjs'))).toEqual([]);
  rmSync(home, { recursive: true });
});
