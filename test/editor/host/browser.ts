/** Chromium, without a window, showing the workbench. */
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { AvailableHost } from './available.js';
import type { VsCodeServer } from './server.js';

export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Shown {
  readonly page: Page;
  /** What the page wrote to its console with level error. */
  readonly errors: () => readonly string[];
  readonly close: () => Promise<void>;
}

export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: 'active' | 'none';
  /** A file (absolute path) that is open from the start: in a large tree the dialogs to open one are slow. */
  readonly file?: string;
}

/** Opens a folder (absolute path) in the workbench, and waits until the workbench stands. */
export async function showFolder(
  host: AvailableHost,
  server: VsCodeServer,
  folder: string,
  view: View = {},
): Promise<Shown> {
  const browser = await chromium.launch({ executablePath: host.chromium, args: CHROMIUM_ARGUMENTS });
  try {
    return await show(browser, `${server.url}?${queryOf(folder, server, view)}`, view);
  } catch (error) {
    await browser.close();
    throw new Error(`the workbench did not come up\n${server.output()}`, { cause: error });
  }
}

function queryOf(folder: string, { url }: VsCodeServer, { file }: View): string {
  const query = new URLSearchParams({ folder });
  if (file !== undefined)
    query.set('payload', JSON.stringify([['openFile', `vscode-remote://${new URL(url).host}${file}`]]));
  return query.toString();
}

async function show(browser: Browser, url: string, view: View): Promise<Shown> {
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1440, height: view.height ?? 900 },
    colorScheme: view.colorScheme ?? 'dark',
    forcedColors: view.forcedColors ?? 'none',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 60_000 });
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  // A reload is to restore what is open then, not to open the first file again.
  await page.evaluate(() => {
    const { searchParams, href } = new URL(globalThis.location.href);
    searchParams.delete('payload');
    globalThis.history.replaceState(globalThis.history.state, '', `${href.split('?')[0]}?${searchParams}`);
  });
  return { page, errors: () => errors, close: () => browser.close() };
}
