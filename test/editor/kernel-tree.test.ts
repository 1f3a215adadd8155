/**
 * A real kernel tree as the workspace: nothing is scanned or watched that nobody asked for, a real walker has its lens and its trace,
 * and the editor survives the death of the language server. Pictures go to out/screenshots/, to be looked at.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { editorSession } from './session.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
/** The page-table dump of 32-bit arm: latent, as it has no hot-remove; and no lock in sight. */
const WALKER = { file: 'arch/arm/mm/dump.c', text: 'static void walk_pgd' };

const { page: pageOf } = editorSession(
  () => (tree === undefined ? NO_TREES : { folder: tree.root, file: join(tree.root, WALKER.file) }),
  { settings: { 'walkrace.minimumSeverity': 'info' } },
);

/** Our language servers that run in the extension host of this editor, by process. */
function languageServers(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
      return command.includes('walkrace.walkrace-') && command.includes(join('dist', 'server.js'));
    } catch {
      return false;
    }
  });
}

/** Kinds of file descriptors that tell of a watcher. */
function watchersOf(pid: string): number {
  return readdirSync(join('/proc', pid, 'fd')).filter((descriptor) => {
    try {
      return readlinkSync(join('/proc', pid, 'fd', descriptor)).includes('inotify');
    } catch {
      return false;
    }
  }).length;
}

const statusOf = (pid: string, field: string): number =>
  Number(
    new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(join('/proc', pid, 'status'), 'utf8'))?.[1],
  );

test('a kernel as workspace: no scan and no watcher, and a finding in the file that is opened', async () => {
  const page = pageOf();
  await until('the finding', async () =>
    (await workbench.problems(page)).some((row) => row.includes('hot-remove')) ? true : undefined,
  );
  const [pid, ...others] = languageServers();
  expect(others).toEqual([]);
  expect(watchersOf(pid ?? '')).toBe(0);
  // Resident, in kB; a scan of the tree would need more at once.
  const memory = statusOf(pid ?? '', 'VmRSS');
  console.log(`language server in a kernel tree: ${Math.round(memory / 1000)} MB`);
  expect(memory).toBeLessThan(500_000);
  expect(await workbench.notifications(page)).toEqual([]);
  await workbench.closePanel(page);
  await workbench.goToText(page, WALKER.text);
  await workbench.screenshot(page, 'kernel-finding');
});

test('the trace of a real walker', async () => {
  const page = pageOf();
  await workbench.goToText(page, WALKER.text);
  await workbench.runCommand(page, 'Walkrace: Replay Race');
  await workbench.pick(page, 'memory-hot-remove');
  const trace = await workbench.webview(page, '#walkrace main.with-steps');
  expect(await trace.locator('body').innerText()).toMatch(/use-after-free|bogus-descent/);
  await workbench.screenshot(page, 'kernel-trace');
});

test('the language server is killed in the middle of a scan: the editor says so, and goes on', async () => {
  const page = pageOf();
  const [pid] = languageServers();
  await workbench.focusEditor(page);
  await workbench.runCommand(page, 'Walkrace: Scan Tree');
  // While the trace has the focus, VS Code keeps its toasts back.
  await workbench.runCommand(page, 'Notifications: Show Notifications');
  await until(
    'the scan to be under way',
    async () =>
      (await workbench.notifications(page)).some((text) => /scanning .*\d+\/\d+/.test(text))
        ? true
        : undefined,
    { ms: 170_000 },
  );
  process.kill(Number(pid), 'SIGKILL');
  await until('the message', async () =>
    (await workbench.notifications(page)).some((text) => text.includes('is started again'))
      ? true
      : undefined,
  );
  const [again] = await until('another server', () => {
    const found = languageServers().filter((each) => each !== pid);
    return Promise.resolve(found.length > 0 ? found : undefined);
  });
  expect(again).not.toBe(pid);
  await workbench.screenshot(page, 'kernel-killed');
  // It is told once, and not as an error of the command.
  expect(await page.locator('.monaco-dialog-box').count()).toBe(0);
  await until('the end of the progress', async () =>
    (await workbench.notifications(page)).some((text) => text.includes('scanning')) ? undefined : true,
  );
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  await until('the finding', async () =>
    (await workbench.problems(page)).some((row) => row.includes('hot-remove')) ? true : undefined,
  );
}, 300_000);
