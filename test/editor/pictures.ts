/**
 * The README's pictures: `npm run pictures` drives a real VS Code, with the extension installed as a user would, over a copy of the
 * sample, and writes media/*.png, made small by ImageMagick. What they show is what the tool says today.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { availability } from './host/available.js';
import { showFolder } from './host/browser.js';
import { startServer } from './host/server.js';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { packVsix } from './vsix.js';
import { copySample } from './workspace.js';

const SIZE = { width: 1280, height: 800 };
const LARGEST = 150_000;
const TRACE = '#walkrace main.with-steps';
/** The row of the trace's current step. */
const CURRENT = 'li[data-step]:has([aria-current=step])';
const WALK = 'pgd_offset_k(start)';
const FOLDER = 'media';

async function main(): Promise<void> {
  const available = availability('newest');
  if ('missing' in available) throw new Error(available.missing);
  const workspace = copySample();
  const settings = {
    'workbench.activityBar.compact': true,
    'window.commandCenter': false,
    'window.title': '${activeEditorShort}',
  };
  const server = await startServer(available.host, { vsix: packVsix(), settings });
  try {
    const shown = await showFolder(available.host, server, workspace.folder, SIZE);
    try {
      await draw(shown.page, workspace.walker);
    } finally {
      await shown.close();
    }
  } finally {
    await server.close();
    workspace.remove();
  }
}

async function draw(page: Page, walker: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await workbench.openFile(page, walker);
  await workbench.runCommand(page, 'Walkrace: Scan Tree');
  await until('a replayed finding', async () =>
    (await workbench.problems(page)).some((row) => row.includes('confirmed')) ? true : undefined,
  );
  await workbench.closePanel(page);
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');

  await workbench.runCommand(page, 'View: Close Primary Side Bar');
  await until(
    'the hover over the walk',
    async () => {
      await workbench.goToText(page, WALK);
      await workbench.runCommand(page, 'Show or Focus Hover');
      await page.locator('.monaco-hover:visible .marker').first().waitFor({ timeout: 4_000 });
      return true;
    },
    { ms: 60_000 },
  );
  await picture(page, 'finding');

  await page.keyboard.press('Escape');
  await workbench.showWalkers(page);
  await until('the walkers of the tree', async () =>
    (await workbench.walkers(page)).some((row) => row.includes('dump_rcu')) ? true : undefined,
  );
  await picture(page, 'walkers');

  await workbench.runCommand(page, 'View: Close Primary Side Bar');
  await workbench.goToText(page, WALK);
  await workbench.runCommand(page, 'Walkrace: Replay Race');
  await workbench.pick(page, 'memory-hot-remove');
  const trace = await workbench.webview(page, TRACE);
  await trace.locator('#walkrace').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Home');
  await page.waitForTimeout(500);
  await page.keyboard.press('End');
  await trace.locator(CURRENT).evaluate((row) => row.scrollIntoView({ block: 'end' }));
  await picture(page, 'trace');

  await trace.locator('[role=switch]', { hasText: 'get_online_mems' }).first().click();
  await until('another verdict', async () =>
    (await trace.locator('#walkrace').innerText()).toLowerCase().includes('no race') ? true : undefined,
  );
  await picture(page, 'what-if');
}

async function picture(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.mouse.move(SIZE.width - 2, SIZE.height - 2);
  await page.waitForTimeout(500);
  await page.screenshot({ path, animations: 'disabled' });
  // 128 colours are enough for a screen of text, and a third of the size.
  execFileSync('convert', [path, '-strip', '+dither', '-colors', '128', `PNG8:${path}`]);
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1000)} kB`);
  if (size > LARGEST) throw new Error(`${path} is larger than ${LARGEST / 1000} kB`);
}

await main();
