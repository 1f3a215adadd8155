/**
 * What else the extension shows, in a real VS Code, one after the other on one sample: the scan and its view, the kinds of a trace by
 * their numbers, an export through the save dialog, the saved race as a file of its own, a deep link, settings and the walkthrough.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PROJECT } from './host/available.js';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { editorSession } from './session.js';
import { copySample } from './workspace.js';

const WALK = 'pgd_offset_k(start)';
const TRACE = '#walkrace main.with-steps';
/** A file of the sample in which the hotplug lock is taken. */
const LOCKED = 'arch/arm64/mm/dump_hotplug_lock.c';

const session = editorSession(copySample);
const folder = (): string => session.subject().folder;
const step = (name: string, run: (page: Page) => Promise<void>): Promise<void> =>
  session.step(`features-${name}`, run);
const words = async (trace: Frame): Promise<string> => trace.locator('body').innerText();

test('Scan Tree tells what it found, and the Walkers view lists the whole tree', () =>
  step('scan', async (page) => {
    await workbench.runCommand(page, 'Walkrace: Scan Tree');
    await until('the findings of the scan', async () =>
      (await workbench.problems(page)).some((row) => row.includes('rcu')) ? true : undefined,
    );
    await workbench.closePanel(page);
    await workbench.runCommand(page, 'Notifications: Show Notifications');
    const told = await until('the answer of the scan', async () =>
      (await workbench.notifications(page)).find((text) =>
        /\d+ walkers, \d+ findings in \d+ files/.test(text),
      ),
    );
    const [, walkers = ''] = /(\d+) walkers/.exec(told) ?? [];
    await workbench.showWalkers(page);
    const rows = await until('walkers of other files', async () => {
      const listed = await workbench.walkers(page);
      return listed.some((row) => row.includes('dump_rcu')) ? listed : undefined;
    });
    // Folders are rows, too.
    expect(rows.filter((row) => /^\w+, /.test(row)).length).toBe(Number(walkers));
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  }));

test('a number shows the trace of another kind of violation', () =>
  step('kinds', async (page) => {
    await workbench.goToText(page, WALK);
    await workbench.runCommand(page, 'Walkrace: Replay Race');
    await workbench.pick(page, 'memory-hot-remove');
    const trace = await workbench.webview(page, TRACE);
    await trace.locator('#walkrace').click({ position: { x: 5, y: 5 } });
    const first = await trace.locator('h1').first().innerText();
    await page.keyboard.press('2');
    await until('the headline of another kind', async () =>
      (await trace.locator('h1').first().innerText()) === first ? undefined : true,
    );
    await page.keyboard.press('1');
    await until('the first one again', async () =>
      (await trace.locator('h1').first().innerText()) === first ? true : undefined,
    );
  }));

test('a trace is exported through the save dialog', () =>
  step('export', async (page) => {
    const path = join(folder(), 'saved.race');
    const trace = await workbench.webview(page, TRACE);
    await trace.locator('summary[aria-label=Export]').click();
    await trace.getByRole('button', { name: /\.race/ }).click();
    await workbench.saveAs(page, path);
    await until('the file', () => Promise.resolve(existsSync(path) ? true : undefined));
    expect(readFileSync(path, 'utf8')).toMatch(/^trace\b/m);
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  }));

test('the palette asks what the walk should have taken, and for the format of an export', () =>
  step('commands', async (page) => {
    const trace = await workbench.webview(page, TRACE);
    await workbench.runCommand(page, 'Walkrace: Replay Under What-If…');
    const toggle = async (): Promise<void> => {
      await workbench.pick(page, 'get_online_mems');
      await page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
    };
    await toggle();
    await until('the verdict with the lock', async () =>
      /no race/i.test(await (await workbench.webview(page, '#walkrace main')).locator('body').innerText())
        ? true
        : undefined,
    );
    await workbench.runCommand(page, 'Walkrace: Replay Under What-If…');
    await toggle();
    await until('the race again', async () =>
      (await words(trace)).includes('use-after-free') ? true : undefined,
    );
    const path = join(folder(), 'saved.json');
    await workbench.runCommand(page, 'Walkrace: Export Trace…');
    await workbench.pick(page, 'json');
    await workbench.saveAs(page, path);
    await until('the file', () => Promise.resolve(existsSync(path) ? true : undefined));
    expect(readFileSync(path, 'utf8')).toContain('use-after-free');
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  }));

test('the saved race is coloured, runs by its lens, and says what is wrong in it', () =>
  step('race', async (page) => {
    await workbench.runCommand(page, 'View: Close All Editors');
    await workbench.openFile(page, join(folder(), 'saved.race'));
    const line = page
      .locator('.editor-group-container.active .view-line')
      .filter({ hasText: 'thread' })
      .first();
    await until('colours', async () => {
      const classes = await line
        .locator('span span')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('class')));
      return new Set(classes).size > 1 ? true : undefined;
    });
    await page.locator('.codelens-decoration a', { hasText: /^Run/ }).first().click();
    expect(await words(await workbench.webview(page, TRACE))).toContain('use-after-free');
    await workbench.focusEditor(page);
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('nonsense here\n');
    await until('the error', async () => ((await workbench.squiggles(page, 'error')) > 0 ? true : undefined));
    await workbench.screenshot(page, 'features-race-wrong');
    await workbench.runCommand(page, 'File: Revert File');
    await workbench.runCommand(page, 'View: Close All Editors');
  }));

test('a deep link opens the trace at its step, and a copied one opens it there again', () =>
  step('link', async (page) => {
    const query = new URLSearchParams({
      document: pathToFileURL(session.subject().file).href,
      function: 'dump_pgd',
      freer: 'memory-hot-remove',
      step: '1',
    });
    const ask = async (url: string): Promise<void> => {
      await workbench.runCommand(page, 'Developer: Open URL');
      await page.locator('.quick-input-widget:visible input.input').fill(url);
      await page.keyboard.press('Enter');
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Open' }).click();
    };
    const open = async (url: string, shown: RegExp): Promise<void> => {
      await ask(url);
      const trace = await workbench.webview(page, TRACE);
      await until(`the step of the link ${url}`, async () =>
        shown.test(await words(trace)) ? true : undefined,
      );
    };
    const second = /step\s+2\s+of/i;
    await open(`code-oss://walkrace.walkrace/replay?${query.toString()}`, second);
    await workbench.runCommand(page, 'Walkrace: Copy Link to Trace');
    const copied = await until('the link in the clipboard', async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text.startsWith('code-oss://walkrace.walkrace/replay?') ? text : undefined;
    });
    await workbench.runCommand(page, 'View: Close All Editors');
    // Not where a trace opens by itself: that is the step of the violation.
    await open(copied, second);
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    query.set('document', 'file:///etc/passwd');
    await ask(`code-oss://walkrace.walkrace/replay?${query.toString()}`);
    await workbench.runCommand(page, 'Notifications: Show Notifications');
    await until('the refusal', async () =>
      (await workbench.notifications(page)).some((text) => text.includes('outside of the open folders'))
        ? true
        : undefined,
    );
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  }));

test('hover on a lock call tells what it keeps out, and what not', () =>
  step('lock-hover', async (page) => {
    await workbench.runCommand(page, 'View: Close All Editors');
    await workbench.openFile(page, join(folder(), LOCKED));
    await workbench.goToText(page, 'get_online_mems');
    await workbench.runCommand(page, 'Show or Focus Hover');
    const hover = page.locator('.monaco-hover:visible').first();
    await until('the hover', async () =>
      /Keeps out:[^]*memory-hot-remove[^]*Does not keep out:/.test(await hover.innerText())
        ? true
        : undefined,
    );
  }));

test('a setting of the workspace hides the finding, and shows it again; so does a baseline, which is watched', () =>
  step('settings', async (page) => {
    await workbench.runCommand(page, 'View: Close All Editors');
    await workbench.openFile(page, session.subject().file);
    const finding = (isThere: boolean): Promise<true> =>
      until(isThere ? 'the finding' : 'no finding', async () =>
        (await workbench.problems(page)).some((row) => row.includes('hot-remove')) === isThere
          ? true
          : undefined,
      );
    await finding(true);
    const settings = (values: Readonly<Record<string, unknown>>): void => {
      mkdirSync(join(folder(), '.vscode'), { recursive: true });
      writeFileSync(join(folder(), '.vscode', 'settings.json'), JSON.stringify(values));
    };
    settings({ 'walkrace.ruleSeverity': { 'kernel-walk/hot-remove': 'off' } });
    await finding(false);
    settings({});
    await finding(true);

    const scanned = spawnSync(
      process.execPath,
      [join(PROJECT, 'dist', 'cli.js'), 'scan', '--format', 'json'],
      {
        cwd: folder(),
        encoding: 'utf8',
      },
    );
    writeFileSync(join(folder(), 'known.json'), scanned.stdout);
    settings({ 'walkrace.baseline': 'known.json' });
    await finding(false);
    writeFileSync(join(folder(), 'known.json'), '{ "findings": [] }');
    await finding(true);
    settings({});
    await workbench.closePanel(page);
  }));

test('the walkthrough opens the sample', () =>
  step('walkthrough', async (page) => {
    await workbench.runCommand(page, 'Welcome: Open Walkthrough...');
    await workbench.pick(page, 'Find and replay a page-table race');
    const steps = page.locator('.getting-started-step');
    await until('four steps', async () => ((await steps.count()) === 4 ? true : undefined));
    expect(await steps.first().innerText()).toContain('Open the sample');
  }));
