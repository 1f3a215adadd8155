/** The trace in the editor: opened by a lens, changed by a what-if, restored by a reload, and right in every theme. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { availability } from './host/available.js';
import type { Shown } from './host/browser.js';
import { showFolder } from './host/browser.js';
import type { VsCodeServer } from './host/server.js';
import { startServer } from './host/server.js';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { packVsix } from './vsix.js';
import type { Workspace } from './workspace.js';
import { copySample } from './workspace.js';

const available = availability('newest');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const THEMES = [
  ['light', 'Light Modern', 'vscode-light'],
  ['high-contrast', 'Dark High Contrast', 'vscode-high-contrast'],
  ['high-contrast-light', 'Light High Contrast', 'vscode-high-contrast-light'],
  ['dark', 'Dark Modern', 'vscode-dark'],
] as const;

interface Opened {
  readonly server: VsCodeServer;
  readonly shown: Shown;
  readonly workspace: Workspace;
}

async function open(
  vsixSettings: Readonly<Record<string, unknown>>,
  workspaceTrust: boolean,
): Promise<Opened | undefined> {
  if ('missing' in available) return undefined;
  const workspace = copySample();
  const server = await startServer(available.host, {
    vsix: packVsix(),
    settings: vsixSettings,
    workspaceTrust,
  });
  const shown = await showFolder(available.host, server, workspace.folder, { width: 1600, height: 1000 });
  await workbench.openFile(shown.page, workspace.walker);
  return { server, shown, workspace };
}

async function close(opened: Opened | undefined): Promise<void> {
  await opened?.shown.close();
  await opened?.server.close();
  opened?.workspace.remove();
}

const skipWhereMissing = (): void =>
  beforeEach((context) => {
    if ('missing' in available) context.skip(available.missing);
  });

describe('a trace', () => {
  let opened: Opened | undefined;
  beforeAll(async () => (opened = await open({}, false)));
  afterAll(() => close(opened));
  skipWhereMissing();

  const page = (): Page => {
    if (opened === undefined) throw new Error('the workbench is not there');
    return opened.shown.page;
  };
  const trace = (): Promise<Frame> => workbench.webview(page(), '#walkrace main');
  const words = async (): Promise<string> => (await trace()).locator('body').innerText();
  const waitFor = (pattern: RegExp): Promise<true> =>
    until(`${String(pattern)} in the trace`, async () => (pattern.test(await words()) ? true : undefined));

  test('is opened by the lens over the walker', async () => {
    await workbench.goToText(page(), 'pgd_offset_k(start)');
    const lens = page()
      .locator('.codelens-decoration a', { hasText: 'Replay race: memory-hot-remove' })
      .first();
    await lens.waitFor({ timeout: 30_000 });
    await workbench.screenshot(page(), 'lens');
    await lens.click();
    await waitFor(/use-after-free/);
  });

  test('is another one under a what-if: the lock makes the race go', async () => {
    const toggle = (await trace()).locator('[role=switch]', { hasText: 'get_online_mems' }).first();
    await toggle.click();
    await waitFor(/no race/i);
    await workbench.screenshot(page(), 'what-if');
    await (await trace()).locator('[role=switch]', { hasText: 'get_online_mems' }).first().click();
    await waitFor(/use-after-free/);
  });

  test.each(THEMES)('is accessible in the %s theme', async (name, label, bodyClass) => {
    await workbench.chooseTheme(page(), label);
    const frame = await trace();
    await until(`the theme ${label}`, async () =>
      (await frame.locator(`body.${bodyClass}`).count()) > 0 ? true : undefined,
    );
    await workbench.screenshot(page(), `trace-${name}`);
    await frame.evaluate(AXE);
    const { violations } = await frame.evaluate(() =>
      (globalThis as unknown as { axe: { run: (context: string) => Promise<AxeResults> } }).axe.run(
        '#walkrace',
      ),
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
  });

  test('comes back after a reload of the window', async () => {
    await page().reload({ waitUntil: 'domcontentloaded' });
    await page().waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
    await waitFor(/use-after-free/);
    await workbench.screenshot(page(), 'reloaded');
  });
});

describe('a workspace that is not trusted', () => {
  let opened: Opened | undefined;
  beforeAll(async () => (opened = await open({ 'security.workspace.trust.startupPrompt': 'never' }, true)));
  afterAll(() => close(opened));
  skipWhereMissing();

  test('has its findings all the same: nothing of it is run', async () => {
    if (opened === undefined) return;
    const { page } = opened.shown;
    expect((await workbench.statusBar(page)).join('\n')).toContain('Restricted Mode');
    await until('a finding', async () =>
      (await workbench.problems(page)).some((row) => row.includes('generated by walkrace'))
        ? true
        : undefined,
    );
    await workbench.screenshot(page, 'untrusted');
  });
});
