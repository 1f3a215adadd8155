/** A patch is reviewed as a reviewer does it: the file opened, Review Patch…, the remark under its line, the reply copied and pasted. */
import { createTwoFilesPatch } from 'diff';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { editorSession } from './session.js';
import { copySample } from './workspace.js';

/** The sample's dump that holds the hotplug lock. */
const FILE = 'arch/arm64/mm/dump_hotplug_lock.c';

const session = editorSession(() => {
  const sample = copySample();
  const patch = join(sample.folder, 'drop-the-lock.patch');
  writeFileSync(patch, mailOf(readFileSync(join(sample.folder, FILE), 'utf8')));
  return { ...sample, file: patch };
});
const pageOf = session.page;
const folder = (): string => session.subject().folder;

/** The file without its lock. */
const unlocked = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\t(get|put)_online_mems\(\);$/.test(line))
    .join('\n');

/** A mail with a patch that takes the lock out. */
function mailOf(text: string, subject = 'sample: drop the hotplug lock around the dump'): string {
  return [
    'From: Anna Example <anna@example.org>',
    'To: linux-mm@example.org',
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    'Message-ID: <drop-1@example.org>',
    `Subject: [PATCH] ${subject}`,
    '',
    'The dump only reads.',
    '',
    'Signed-off-by: Anna Example <anna@example.org>',
    '---',
    createTwoFilesPatch(`a/${FILE}`, `b/${FILE}`, text, unlocked(text)).replace(/^=+\n/, ''),
    '-- ',
    '2.45.0',
    '',
  ].join('\n');
}

/** Rows of the Review view that say this. */
const reviewed = async (page: Page, text: string): Promise<void> => {
  const row = page.locator('.monaco-list[aria-label="Review"] .monaco-list-row', { hasText: text });
  await row.first().waitFor({ timeout: 60_000 });
};

test('Review Patch… shows what the open patch introduces, with the remark in the diff', async () => {
  const page = pageOf();
  await workbench.runCommand(page, 'Walkrace: Review Patch…');
  await workbench.pick(page, 'The open patch');
  const rows = page.locator('.monaco-list[aria-label="Review"] .monaco-list-row');
  await until('an introduced finding', async () =>
    (await rows.allInnerTexts()).some((row) => row.includes('introduced')) ? true : undefined,
  );
  const remark = page.locator('.review-widget .comment-body').first();
  await remark.waitFor({ timeout: 30_000 });
  expect(await remark.innerText()).toMatch(/hot-remove|get_online_mems|mem_hotplug_lock/);
  await workbench.screenshot(page, 'review');
});

test('a finding of the review is replayed with the patch', async () => {
  const page = pageOf();
  const row = page
    .locator('.monaco-list[aria-label="Review"] .monaco-list-row', { hasText: 'memory-hot-remove' })
    .first();
  await row.hover();
  await row.locator('.action-label[aria-label="Replay With the Patch"]').click();
  const trace = await workbench.webview(page, '#walkrace main.with-steps');
  expect(await trace.locator('body').innerText()).toContain('use-after-free');
  await workbench.screenshot(page, 'review-replay');
});

test('the reply is a mail that answers the patch', async () => {
  const page = pageOf();
  await workbench.focusEditor(page);
  await workbench.runCommand(page, 'Walkrace: Copy Review as Mail Reply');
  await workbench.runCommand(page, 'Notifications: Show Notifications');
  await until('the message', async () =>
    (await workbench.notifications(page)).some((text) => text.includes('in the clipboard'))
      ? true
      : undefined,
  );
  const text = await workbench.pasteIntoNewFile(page, 'In-Reply-To');
  expect(text).toContain('In-Reply-To: <drop-1@example.org>');
  expect(text).toContain('Subject: Re: [PATCH] sample: drop the hotplug lock around the dump');
  await workbench.screenshot(page, 'review-reply');
});

test('a mail in the clipboard is reviewed', async () => {
  const page = pageOf();
  const mail = mailOf(readFileSync(join(folder(), FILE), 'utf8'), 'sample: out of the clipboard');
  await workbench.focusEditor(page);
  await page.evaluate((text) => navigator.clipboard.writeText(text), mail);
  await workbench.runCommand(page, 'Walkrace: Review Patch…');
  await workbench.pick(page, 'The clipboard');
  await reviewed(page, 'sample: out of the clipboard');
  await reviewed(page, 'memory-hot-remove');
});

test('a commit of the repository is reviewed', async () => {
  const page = pageOf();
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=Anna Example', '-c', 'user.email=anna@example.org', ...args], {
      cwd: folder(),
      stdio: 'pipe',
    });
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'sample: all of it');
  writeFileSync(join(folder(), FILE), unlocked(readFileSync(join(folder(), FILE), 'utf8')));
  git('commit', '--quiet', '--all', '--message', 'sample: as a commit');
  await workbench.focusEditor(page);
  await workbench.runCommand(page, 'Walkrace: Review Patch…');
  await workbench.pick(page, 'Commits…');
  await workbench.answer(page, /Which commits/, 'HEAD');
  await reviewed(page, 'sample: as a commit');
  await reviewed(page, 'memory-hot-remove');
});
