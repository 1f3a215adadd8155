/** `walkrace/review` as a client asks for it: the report, the texts of both sides, the answers to the mails. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REVIEW, type ReviewAnswer, type ReviewParams } from '../../src/protocol/review.js';
import { connect, type TestClient } from './client.js';

const PATH = 'arch/arm64/mm/dump_hotplug_lock.c';
const top = mkdtempSync(join(tmpdir(), 'walkrace-server-review-'));
const tree = join(top, 'linux');
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', tree, '-c', 'user.name=Anna', '-c', 'user.email=anna@example.org', ...args], {
    encoding: 'utf8',
  });

let client: TestClient;
let patch = '';
beforeAll(async () => {
  cpSync(join(import.meta.dirname, '..', '..', 'sample'), tree, { recursive: true });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'sample');
  const file = join(tree, PATH);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^.*_online_mems\(\);\n/gm, ''));
  git('commit', '-q', '-a', '-m', 'arm64/mm: drop the lock');
  patch = git('format-patch', '-1', '--stdout');
  git('reset', '-q', '--hard', 'HEAD~1');
  client = await connect();
});
afterAll(() => client.close());

const ask = (params: Omit<ReviewParams, 'tree' | 'progress'>): Promise<ReviewAnswer> =>
  client.connection.sendRequest(REVIEW, {
    tree: pathToFileURL(join(tree, PATH)).href,
    progress: false,
    ...params,
  });

test('a patch as text', async () => {
  const { root, report, texts, replies } = await ask({ source: { kind: 'text', text: patch } });
  expect(root).toBe(pathToFileURL(tree).href);
  expect(report.findings.map(({ change, rule }) => `${change} ${rule}`)).toContain(
    'introduced kernel-walk/hot-remove',
  );
  expect(texts.map(({ path }) => path)).toEqual([PATH]);
  expect(texts[0]?.before).toContain('get_online_mems();');
  expect(texts[0]?.after).not.toContain('get_online_mems();');
  expect(replies).toMatchObject([{ patch: 1 }]);
  expect(replies[0]?.mail).toContain('Subject: Re: [PATCH] arm64/mm: drop the lock');
});

test('a patch as a file: the line of the file that a comment is about', async () => {
  const path = join(top, 'drop.patch');
  writeFileSync(path, patch);
  const { report } = await ask({ source: { kind: 'file', uri: pathToFileURL(path).href } });
  const [comment] = report.comments;
  expect(patch.split('\n')[(comment?.inputLine ?? 0) - 1]).toMatch(/^-\s*get_online_mems\(\);$/);
});

test('a commit that is checked out, on its parent', async () => {
  git('reset', '-q', '--hard', 'ORIG_HEAD');
  const { report } = await ask({ source: { kind: 'range', range: 'HEAD' } });
  expect(report.findings.map(({ change, rule }) => `${change} ${rule}`)).toContain(
    'introduced kernel-walk/hot-remove',
  );
});

test.each([
  [{ source: { kind: 'text', text: 'hello' } }, 'holds no patch'],
  [{ source: { kind: 'range', range: 'nowhere' } }, 'there is no commit nowhere'],
  [{ source: { kind: 'file', uri: 'file:///nowhere.patch' } }, 'ENOENT'],
  [{ source: { kind: 'clipboard' } as never }, 'source.kind'],
] as const)('%j: %s', async (params, message) => {
  await expect(ask(params)).rejects.toThrow(message);
});
