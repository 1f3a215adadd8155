/** `walkrace review` as a bot or a person runs it: from files, standard input and git, with the exit statuses of the contract. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Log } from 'sarif';
import type { ReviewReport } from '../../src/core/review/report.js';
import { SAMPLE, walkrace, type Ran } from './walkrace.js';

const PROTECTED = 'arch/arm64/mm/dump_hotplug_lock.c';
const top = mkdtempSync(join(tmpdir(), 'walkrace-review-'));
const tree = join(top, 'linux');
const git = (...args: readonly string[]): string =>
  execFileSync(
    'git',
    ['-C', tree, '-c', 'user.name=Anna Example', '-c', 'user.email=anna@example.org', ...args],
    {
      encoding: 'utf8',
    },
  );
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(join(tree, path), change(readFileSync(join(tree, path), 'utf8')));
const withoutLock = (text: string): string => text.replace(/^.*(get|put)_online_mems\(\);\n/gm, '');
const review = (args: readonly string[], input?: string): Promise<Ran> =>
  walkrace(['review', ...args], { directory: tree, ...(input === undefined ? {} : { input }) });
const json = async (args: readonly string[]): Promise<ReviewReport> => {
  const { out } = await review([...args, '--format', 'json']);
  return JSON.parse(out) as ReviewReport;
};

let dropped = '';
beforeAll(() => {
  cpSync(SAMPLE, tree, { recursive: true });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'sample');
  edit(PROTECTED, withoutLock);
  git('commit', '-q', '-a', '-m', 'arm64/mm: drop the lock');
  dropped = git('format-patch', '-1', '--stdout', '--base=HEAD~1');
  git('reset', '-q', '--hard', 'HEAD~1');
  writeFileSync(join(top, 'drop.patch'), dropped);
  git('branch', 'dropped', 'HEAD@{1}');
});

test('a lock is dropped: introduced, status 1, from a file and from standard input', async () => {
  const fromFile = await review([join(top, 'drop.patch')]);
  expect(fromFile.status).toBe(1);
  expect(fromFile.out).toMatch(
    /introduced: arch\/arm64\/mm\/dump_hotplug_lock\.c:\d+:\d+: error: dump_pgd\(\) walks kernel page tables/,
  );
  const fromInput = await review(['-'], dropped);
  const timeless = ({ out }: Ran): string => out.replace(/\d+ ms/, '');
  expect(timeless(fromInput)).toBe(timeless(fromFile));
});

test('the reverse: fixed, status 0', async () => {
  git('checkout', '-q', 'dropped');
  const fix = git('diff', '-R', 'HEAD~1');
  const { status, out } = await review(['-'], fix);
  git('checkout', '-q', '-');
  expect(status).toBe(0);
  expect(out).toMatch(/fixed: .*dump_pgd\(\)/);
});

test('commits and ranges: on the parent, whatever is checked out', async () => {
  for (const named of ['dropped', 'dropped~1..dropped', 'HEAD..dropped']) {
    const report = await json([named]);
    expect(report.findings.filter(({ change }) => change === 'introduced').map(({ rule }) => rule)).toContain(
      'kernel-walk/hot-remove',
    );
    expect(report.base).toMatch(/^commit [0-9a-f]{12}$/);
  }
  git('checkout', '-q', 'dropped');
  const again = await json(['HEAD']);
  git('checkout', '-q', '-');
  expect(again.patches[0]?.files.flatMap(({ failed }) => failed)).toEqual([]);
  expect(again.findings.filter(({ change }) => change === 'introduced')).not.toEqual([]);
});

test('base-commit: is used when the commit is there, and told when it is not', async () => {
  const here = await json([join(top, 'drop.patch')]);
  expect(here.base).toMatch(/^commit /);
  writeFileSync(
    join(top, 'other.patch'),
    dropped.replace(/^base-commit: .*$/m, `base-commit: ${'1'.repeat(40)}`),
  );
  const elsewhere = await json([join(top, 'other.patch')]);
  expect(elsewhere.base).toBe('the tree as it is');
  expect(elsewhere.notes[0]).toContain('which is not here');
});

test('what git format-patch writes of the commit that is checked out is put on its parent', async () => {
  git('checkout', '-q', 'dropped');
  const { status, out } = await review(['-'], git('format-patch', '-1', '--stdout'));
  git('checkout', '-q', '-');
  expect(status).toBe(1);
  expect(out).toContain('introduced: 1 error');
  expect(out).toMatch(/put on commit [0-9a-f]{12}, the parent of the first patch/);
});

test('a reply, for git send-email', async () => {
  const { status, out } = await review([join(top, 'drop.patch'), '--format', 'reply']);
  expect(status).toBe(1);
  expect(out).toMatch(
    /^To: Anna Example <anna@example\.org>\nSubject: Re: \[PATCH\] arm64\/mm: drop the lock\n/,
  );
  expect(out).toMatch(/^> -\tget_online_mems\(\);\n\nWhat keeps memory hot-remove/m);
});

test('SARIF with the state of each finding', async () => {
  const { out } = await review([join(top, 'drop.patch'), '--only', 'introduced', '--format', 'sarif']);
  const results = (JSON.parse(out) as Log).runs[0]?.results ?? [];
  expect(results.length).toBeGreaterThan(0);
  expect(new Set(results.map(({ baselineState }) => baselineState))).toEqual(new Set(['new']));
});

test('what does not apply is told, and the status is 2', async () => {
  const { status, out } = await review(
    ['-', '--base', 'tree'],
    dropped.replaceAll('dump_pgd(m, PAGE_OFFSET)', 'dump_all(m)'),
  );
  expect(status).toBe(2);
  expect(out).toMatch(
    /dump_hotplug_lock\.c: the hunk at line \d+ does not apply: line \d+ of the file is "dump_pgd\(m, PAGE_OFFSET\);", not "dump_all\(m\);"/,
  );
});

test.each([
  [['-'], 'standard input holds no patch'],
  [['nothing'], 'there is no file nothing, and there is no commit nothing'],
  [['--only', 'broken', '-'], '"broken" is none of introduced, fixed, remaining'],
  [['--base', 'nowhere', '-'], 'holds no patch'],
  [['.'], 'is a directory'],
  [['--', '--output=x'], 'there is no commit'],
])('%j: status 2, the reason on standard error', async (args, reason) => {
  const { status, out, err } = await review(args, 'hello\n');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(reason);
  expect(err).not.toContain('bug of walkrace');
});

test('nothing that a repository brings is run, and nothing is written', async () => {
  const mark = join(top, 'was-run');
  const script = join(top, 'evil.sh');
  writeFileSync(script, `#!/bin/sh\ntouch ${mark}\ncat\n`, { mode: 0o755 });
  for (const [key, value] of [
    ['diff.external', script],
    ['diff.evil.textconv', script],
    ['diff.evil.command', script],
    ['filter.evil.clean', script],
    ['filter.evil.smudge', script],
    ['core.fsmonitor', script],
    ['core.hooksPath', top],
    ['core.pager', script],
    ['core.sshCommand', script],
  ] as const)
    git('config', key, value);
  writeFileSync(join(tree, '.git', 'info', 'attributes'), '*.c diff=evil filter=evil\n');
  const { status } = await review(['dropped']);
  await review([join(top, 'drop.patch')]);
  expect(status).toBe(1);
  expect(existsSync(mark)).toBe(false);
  for (const key of ['diff.external', 'core.fsmonitor', 'core.hooksPath', 'core.pager'])
    git('config', '--unset', key);
  writeFileSync(join(tree, '.git', 'info', 'attributes'), '');
  expect(git('status', '--porcelain')).toBe('');
});
