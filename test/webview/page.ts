/**
 * The trace page alone in Chromium: no editor, a stub in place of acquireVsCodeApi that records what the page posts, and the
 * policy and theme variables that VS Code gives a webview.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { safeJson } from '../../src/webview/standalone.js';
import { CHROMIUM_ARGUMENTS } from '../editor/host/browser.js';
import type { WhatIf } from '../../src/core/replay/what-ifs.js';
import type { FromPage, ReplayKey, SavedState, ToPage } from '../../src/webview/protocol.js';
import type { ReplayReport } from '../../src/core/report/report.js';
import { themeCss } from './themes.js';
import type { ThemeName } from './themes.js';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SCREENSHOTS = 'out/screenshots/webview';
const ORIGIN = 'http://page.test/';

/** Why the tests of this folder cannot run here, or null. */
export const whyNoBrowser = (): string | null =>
  existsSync(CHROMIUM) ? null : `there is no Chromium at ${CHROMIUM} (set CHROMIUM)`;

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** The page's script and style sheet, built as esbuild.mjs builds them. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: { trace: 'src/webview/main.tsx' },
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out/webview',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const textOf = (ending: string): string =>
    outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [...CHROMIUM_ARGUMENTS],
  });

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly saved?: SavedState;
  readonly reducedMotion?: boolean;
  readonly forcedColors?: boolean;
  /** As the editor hands them over. */
  readonly translations?: Readonly<Record<string, string>>;
}

/** A page in the browser, with what it did to the outside. */
export interface TestPage {
  readonly page: Page;
  /** Messages that the page posted, in order. */
  readonly posts: () => Promise<readonly FromPage[]>;
  readonly saved: () => Promise<unknown>;
  readonly send: (message: ToPage | Record<string, unknown>) => Promise<void>;
  /** Violations of the content security policy and errors: must stay empty. */
  readonly faults: () => readonly string[];
  readonly shoot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const html = (
  bundle: Bundle,
  { theme = 'vscode-dark', saved, translations = {} }: PageOptions,
): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Walkrace trace</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'">
<style nonce="n0nce">${themeCss(theme)}</style>
<style nonce="n0nce">${bundle.style}</style>
<script nonce="n0nce">
window.posted = []; window.savedState = ${JSON.stringify(saved ?? null)};
window.acquireVsCodeApi = () => ({ postMessage: (m) => window.posted.push(m), setState: (s) => { window.savedState = s; }, getState: () => window.savedState });
</script></head><body class="${theme}"><div id="walkrace"></div><script type="application/json" id="walkrace-words">${safeJson(translations)}</script><script nonce="n0nce">${bundle.script}</script></body></html>`;

async function openHtml(browser: Browser, text: string, options: PageOptions): Promise<TestPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1360, height: options.height ?? 820 },
    colorScheme: options.theme?.includes('light') === true ? 'light' : 'dark',
    reducedMotion: options.reducedMotion === false ? 'no-preference' : 'reduce',
    forcedColors: options.forcedColors === true ? 'active' : 'none',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.route(`${ORIGIN}**`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: text }),
  );
  await page.goto(ORIGIN);
  return {
    page,
    posts: () => page.evaluate(() => (globalThis as unknown as { posted: FromPage[] }).posted),
    saved: () => page.evaluate(() => (globalThis as unknown as { savedState: unknown }).savedState),
    send: (message) => page.evaluate((data) => window.postMessage(data, '*'), message),
    faults: () => faults,
    shoot: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    close: () => context.close(),
  };
}

/** The page as the editor's webview, empty until a `show` is sent. */
export const openHosted = (browser: Browser, bundle: Bundle, options: PageOptions = {}): Promise<TestPage> =>
  openHtml(browser, html(bundle, options), options);

/** A standalone file. */
export const openFile = (browser: Browser, text: string, options: PageOptions = {}): Promise<TestPage> =>
  openHtml(browser, text, options);

export const keyOf = (report: ReplayReport): ReplayKey => ({
  document: `file:///linux/${report.walker.file}`,
  function: report.walker.function,
  freer: report.freer,
  protections: report.protections,
});

export const WHAT_IFS: readonly WhatIf[] = [
  { protection: 'get_online_mems', title: 'no memory goes offline' },
  { protection: 'mmap_write_lock(&init_mm)', title: 'alone in the kernel tables' },
  { protection: 'rcu_read_lock', title: 'RCU read section' },
  { protection: 'local_irq_save', title: 'interrupts off on this CPU' },
];

export const showMessage = (report: ReplayReport, step?: number): ToPage => ({
  type: 'show',
  key: keyOf(report),
  report,
  whatIfs: WHAT_IFS,
  ...(step === undefined ? {} : { step }),
});
