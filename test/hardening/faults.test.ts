/** Faults that are made to happen, to the command as a user has it: its answer stays whole, or it says why there is none. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ScanReport } from '../../src/core/report/report.js';
import { CLI, SAMPLE } from '../cli/walkrace.js';

let folder = '';
let tree = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'walkrace-fault-'));
  chmodSync(folder, 0o755);
  tree = join(folder, 'tree');
  cache = join(folder, 'cache');
  cpSync(SAMPLE, tree, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const SCAN = ['scan', '--no-replay', '--format', 'json'];

function run(args: readonly string[], more: { readonly uid?: number; readonly cli?: string } = {}): Ran {
  const { cli = CLI, ...options } = more;
  const ran = spawnSync(process.execPath, [cli, ...args, '--root', tree, '--cache', cache], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 1 << 26,
    ...options,
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

/** What does not differ from run to run. */
function answerOf({ out }: Ran): unknown {
  const { stats, ...rest } = JSON.parse(out) as ScanReport;
  return { ...rest, stats: { ...stats, ms: 0 } };
}

const isRoot = process.getuid?.() === 0;

test('a run that is killed leaves a cache that the next one can use, or makes anew', async () => {
  const whole = answerOf(run(SCAN));
  for (const ms of [150, 250, 350, 450]) {
    rmSync(cache, { recursive: true, force: true });
    await killedAfter(ms);
    expect(answerOf(run(SCAN))).toEqual(whole);
  }
});

function killedAfter(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...SCAN, '--root', tree, '--cache', cache], {
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

test('a cache that is cut off, filled with zeros or swapped is not trusted', () => {
  const whole = answerOf(run(SCAN));
  const files = readdirSync(cache, { recursive: true, encoding: 'utf8' })
    .map((name) => join(cache, name))
    .filter((path) => statSync(path).isFile());
  expect(files.length).toBeGreaterThan(0);
  const first = readFileSync(files[0] ?? '');
  for (const spoil of [
    (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2)),
    (path: string): void => writeFileSync(path, Buffer.alloc(statSync(path).size)),
    (path: string): void => writeFileSync(path, ''),
    (path: string): void => writeFileSync(path, first),
  ]) {
    for (const path of files) if (existsSync(path)) spoil(path);
    expect(answerOf(run(SCAN))).toEqual(whole);
  }
});

test('several runs at once share a cache', async () => {
  const whole = answerOf(run(SCAN));
  rmSync(cache, { recursive: true, force: true });
  const runs = Array.from({ length: 4 }, () => runAsync());
  for (const ran of await Promise.all(runs)) expect(answerOf(ran)).toEqual(whole);
});

function runAsync(): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...SCAN, '--root', tree, '--cache', cache], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('close', (status) => resolve({ status, out, err }));
  });
}

test('a full disk under the cache costs time only', (context) => {
  mkdirSync(cache);
  const mounted = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', cache]).status === 0;
  if (!mounted) context.skip('a small file system can not be mounted here');
  try {
    writeFileSync(join(cache, 'full'), Buffer.alloc(4096));
    const ran = run(SCAN);
    expect(ran.err).toMatch(/cache: not written: ENOSPC/);
    expect((JSON.parse(ran.out) as ScanReport).findings.length).toBeGreaterThan(0);
  } finally {
    spawnSync('umount', [cache]);
  }
});

test('a full disk under the answer is an error, in words', (context) => {
  if (!existsSync('/dev/full')) context.skip('there is no /dev/full here');
  const full = openSync('/dev/full', 'w');
  try {
    const ran = spawnSync(process.execPath, [CLI, ...SCAN, '--root', tree, '--cache', cache], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/ENOSPC|no space/i);
    expect(ran.stderr).not.toMatch(/ at .*\(/);
  } finally {
    closeSync(full);
  }
});

test('a file that may not be read is told, and the rest is scanned', (context) => {
  const denied = join(tree, 'arch', 'arm64', 'mm', 'dump_unprotected.c');
  chmodSync(denied, 0);
  const nobody = 65_534;
  const sees =
    isRoot &&
    spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(CLI)})`], { uid: nobody })
      .status === 0;
  if (!sees) context.skip('another user can not be taken here');
  mkdirSync(cache, { mode: 0o777 });
  chmodSync(cache, 0o777);
  const ran = run(SCAN, { uid: nobody });
  expect(ran.err).toMatch(/dump_unprotected\.c: not read: EACCES/);
  const { walkers } = JSON.parse(ran.out) as ScanReport;
  expect(walkers.length).toBeGreaterThan(0);
  expect(walkers.filter(({ file }) => file.endsWith('dump_unprotected.c'))).toEqual([]);
});

test('links in circles are gone round once', () => {
  const whole = answerOf(run(SCAN));
  symlinkSync('..', join(tree, 'arch', 'loop'));
  symlinkSync('loop.c', join(tree, 'mm', 'loop.c'));
  expect(answerOf(run(SCAN))).toEqual(whole);
});

test('files that go away, shrink or grow while they are read do no harm', async () => {
  for (let n = 0; n < 400; n += 1)
    cpSync(join(tree, 'arch', 'arm64', 'mm', 'dump_rcu.c'), join(tree, 'mm', `copy${n}.c`));
  const ran = runAsync();
  for (let n = 0; n < 400; n += 1) {
    const path = join(tree, 'mm', `copy${n}.c`);
    if (n % 3 === 0) rmSync(path);
    else if (n % 3 === 1) truncateSync(path, 100);
    else writeFileSync(path, `${readFileSync(path, 'utf8')}\nint more;\n`);
    if (n % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { status, out } = await ran;
  expect(status).toBe(1);
  expect((JSON.parse(out) as ScanReport).findings.length).toBeGreaterThan(0);
  // What it saw of a file that changed under it is not kept as if it were whole.
  for (let n = 0; n < 400; n += 1) rmSync(join(tree, 'mm', `copy${n}.c`), { force: true });
  const fresh = run([...SCAN, '--no-cache'].filter((arg) => arg !== '--cache'));
  expect(answerOf(run(SCAN))).toEqual(answerOf(fresh));
});

test('nothing is written into the tree', () => {
  const look = (): readonly string[] =>
    readdirSync(tree, { recursive: true, encoding: 'utf8' }).map(
      (name) => `${name} ${statSync(join(tree, name)).mtimeMs}`,
    );
  const before = look();
  run(SCAN);
  run(['replay', 'arch/arm64/mm/dump_unprotected.c:dump_pgd', '--format', 'json']);
  expect(look()).toEqual(before);
});

test('a tree on a read-only disk is scanned as any other', (context) => {
  const whole = answerOf(run(SCAN));
  rmSync(cache, { recursive: true, force: true });
  const mounted = isRoot && spawnSync('mount', ['--bind', tree, tree]).status === 0;
  if (!mounted) context.skip('a directory can not be mounted here');
  try {
    expect(spawnSync('mount', ['-o', 'remount,ro,bind', tree]).status).toBe(0);
    expect(() => writeFileSync(join(tree, 'new.c'), '')).toThrow('EROFS');
    expect(answerOf(run(SCAN))).toEqual(whole);
  } finally {
    spawnSync('umount', [tree]);
  }
});

test('a parser that can not be loaded is told', () => {
  const dist = join(folder, 'dist');
  cpSync(dirname(CLI), dist, { recursive: true });
  truncateSync(join(dist, 'tree-sitter-c.wasm'), 1000);
  const ran = run(SCAN, { cli: join(dist, 'cli.js') });
  expect(ran).toMatchObject({ status: 2, out: '' });
  expect(ran.err).toMatch(/^walkrace: the C parser .* can not be loaded/);
});
