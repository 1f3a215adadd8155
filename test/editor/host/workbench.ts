/** What a user does in the workbench, and what a user sees of it. Each waits for its own effect, with a time limit. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { PROJECT } from './available.js';
import { sleep, until } from './until.js';

/**
 * Ctrl+O, the absolute path, Enter; then the tab is the active one and the text is drawn.
 * (Ctrl+P would need the file search, and so ripgrep, which an old VS Code fetches in an install script.)
 */
export async function openFile(page: Page, path: string): Promise<void> {
  await until(
    `the file ${path} to open`,
    async () => {
      await quickInput(page, 'Control+O', path);
      await page
        .locator('.quick-input-widget:visible')
        .getByText(nameOf(path), { exact: true })
        .first()
        .waitFor({ timeout: 3_000 });
      await page.keyboard.press('Enter');
      await fileIsOpen(page, path, 10_000);
      return true;
    },
    { ms: 60_000 },
  );
}

/** Waits until the tab of a file is the active one and its text is drawn. An error tells what the window shows instead. */
export async function fileIsOpen(page: Page, path: string, ms: number): Promise<void> {
  try {
    await page.locator(`.tab.active[data-resource-name="${nameOf(path)}"]`).waitFor({ timeout: ms });
    await page.locator('.editor-group-container.active .view-line').first().waitFor({ timeout: ms });
  } catch (error) {
    throw new Error(`${path} is not open: ${await shownInstead(page)}`, { cause: error });
  }
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;

/** Tabs, dialogs, the quick input and the notifications of a window that is not as it should be. */
async function shownInstead(page: Page): Promise<string> {
  const texts = async (what: string, selector: string): Promise<string> =>
    `${what}: ${(await page.locator(selector).allInnerTexts()).join(' | ') || 'none'}`;
  const parts = await Promise.all([
    texts('tabs', '.tab'),
    texts('dialogs', '.monaco-dialog-box'),
    texts('quick input', '.quick-input-widget:visible'),
    texts('notifications', '.notification-list-item-message'),
  ]);
  await screenshot(page, `not-open-${Date.now()}`);
  return parts.join('; ');
}

/** The command palette: F1, the title, Enter. The title must be listed as written (`Walkrace: Replay Race`). */
export async function runCommand(page: Page, title: string): Promise<void> {
  await until(
    `the command "${title}" in the palette`,
    async () => {
      await quickInput(page, 'F1', `>${title}`);
      await commandRow(page, title).waitFor({ timeout: 5_000 });
      return true;
    },
    { ms: 60_000 },
  );
  await commandRow(page, title).click();
}

/** Titles that the palette lists for some typed text. */
export async function listedCommands(page: Page, typed: string): Promise<readonly string[]> {
  await quickInput(page, 'F1', `>${typed}`);
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor();
  const labels = await rows.evaluateAll((nodes) =>
    nodes.map((node) => node.getAttribute('aria-label') ?? ''),
  );
  await page.keyboard.press('Escape');
  return labels;
}

const commandRow = (page: Page, title: string): Locator =>
  page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${escape(title)}$`) }) })
    .first();

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function quickInput(page: Page, key: string, text: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press(key);
  const input = page.locator('.quick-input-widget:visible input.input').first();
  await input.waitFor({ timeout: 5_000 });
  await input.fill(text);
}

/** Chooses an entry of the quick pick that is open, by a part of its label. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: label }).first();
  await row.waitFor({ timeout: 15_000 });
  await row.click();
}

/** Types an answer into the input box that asks for something, sees that it stands there, and accepts it. */
export async function answer(page: Page, title: RegExp, text: string): Promise<void> {
  const box = page.locator('.quick-input-widget:visible', {
    has: page.locator('.quick-input-title', { hasText: title }),
  });
  await box.waitFor({ timeout: 15_000 });
  await until('the answer to stand in the box', async () => {
    await box.locator('input.input').fill(text);
    await sleep(200); // a box that was just shown may still set its own value
    return (await box.locator('input.input').inputValue()) === text ? true : undefined;
  });
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'hidden', timeout: 5_000 });
}

/** Types the path into the save dialog (the simple one, of a window in a browser), and accepts it. */
export async function saveAs(page: Page, path: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input.input').first();
  await input.waitFor({ timeout: 15_000 });
  await until('the path to stand in the dialog', async () => {
    await input.fill(path);
    await sleep(300); // the dialog completes what it is given
    return (await input.inputValue()) === path ? true : undefined;
  });
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden', timeout: 10_000 });
}

/** Ctrl+G, so that the caret stands at the line (from 1) and the column. */
export async function goToLine(page: Page, line: number, column = 1): Promise<void> {
  await quickInput(page, 'Control+G', `:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden', timeout: 5_000 });
}

export type Squiggle = 'error' | 'warning' | 'info';

/** How many squiggles of a severity are drawn in the visible part of the active editor. */
export const squiggles = (page: Page, severity: Squiggle): Promise<number> =>
  page.locator(`.editor-group-container.active .view-overlays .squiggly-${severity}`).count();

/** Rows of the Problems view as a screen reader gets them; the view is opened when it is not. */
export async function problems(page: Page): Promise<readonly string[]> {
  const view = page.locator('.markers-panel-container');
  if (!(await view.isVisible())) await page.keyboard.press('Control+Shift+M');
  await view.waitFor({ timeout: 10_000 });
  return view
    .locator('.monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.textContent));
}

/**
 * The page of a webview: it lives in an iframe inside the iframe that VS Code makes for it.
 * `holds` is a selector that the wanted page must hold.
 */
export async function webview(page: Page, holds: string): Promise<Frame> {
  return until(
    `a webview that holds ${holds}`,
    async () => {
      for (const frame of page.frames()) {
        if (frame.parentFrame() === null) continue;
        if (
          (await frame
            .locator(holds)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      return undefined;
    },
    { ms: 40_000, every: 250 },
  );
}

/** Text of the notifications that are shown, as toasts or in their centre. */
export const notifications = (page: Page): Promise<readonly string[]> =>
  page.locator('.notification-list-item-message').allInnerTexts();

/** Labels of the status bar, as a screen reader gets them. */
export const statusBar = (page: Page): Promise<readonly string[]> =>
  page
    .locator('.part.statusbar .statusbar-item')
    .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label') ?? item.textContent));

/** Writes out/screenshots/NAME.png, to be looked at. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const directory = join(PROJECT, 'out', 'screenshots');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}

/** Ctrl+F, so that the first occurrence of a text (of one line) is selected: the status bar says so, or it is tried again. */
export async function goToText(page: Page, text: string): Promise<void> {
  await until(
    `the text ${text} to be selected`,
    async () => {
      await focusEditor(page);
      await page.keyboard.press('Control+Home');
      await selection(page, /^Ln 1, Col 1$/);
      await page.keyboard.press('Control+F');
      const widget = page.locator('.find-widget.visible');
      await widget.locator('textarea.input').first().waitFor({ timeout: 5_000 });
      await widget.locator('textarea.input').first().fill(text);
      // The search runs a while after the typing: an Enter before that would go to what was looked for last.
      await widget.locator('.matchesCount', { hasText: /of \d/ }).waitFor({ timeout: 5_000 });
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await selection(page, new RegExp(`\\(${text.length} selected\\)$`));
      return true;
    },
    { ms: 60_000 },
  );
}

/** Waits until the status bar tells this place or selection of the active editor: `Ln 12, Col 3 (24 selected)`. */
async function selection(page: Page, told: RegExp): Promise<void> {
  await page
    .locator('.part.statusbar [id="status.editor.selection"]')
    .filter({ hasText: told })
    .waitFor({ timeout: 5_000 });
}

/** Ctrl+. where a text first occurs, and the action with a title. */
export async function quickFix(page: Page, text: string, title: RegExp): Promise<void> {
  const action = page.locator('.action-widget:visible .monaco-list-row').filter({ hasText: title }).first();
  await until(
    `the action ${String(title)}`,
    async () => {
      await goToText(page, text);
      await page.keyboard.press('Control+.');
      await action.waitFor({ timeout: 10_000 });
      return true;
    },
    { ms: 60_000 },
  );
  // An old VS Code moves its list for as long as the mouse is over it.
  await action.click({ force: true });
}

/**
 * Types over the first line that holds a text: the line's indentation stays, and the editor indents the new lines as it does.
 * Each line is looked for in the editor before the next one is typed.
 */
export async function replaceLine(page: Page, line: string, lines: readonly string[]): Promise<void> {
  await goToText(page, line);
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  for (const [index, text] of lines.entries()) {
    if (index > 0) await page.keyboard.press('Enter');
    await page.keyboard.insertText(text);
    await page
      .locator('.editor-group-container.active .view-line')
      .filter({ hasText: text })
      .first()
      .waitFor({ timeout: 10_000 });
  }
}

/**
 * Ctrl+V over all of an untitled file that is opened for it; the text that is then in it.
 * `holds` is what the pasted text must hold: until it does, it is pasted again.
 */
export async function pasteIntoNewFile(page: Page, holds: string): Promise<string> {
  await runCommand(page, 'File: New Untitled Text File');
  await page.locator('.tab.active[data-resource-name^="Untitled"]').waitFor({ timeout: 10_000 });
  const lines = page.locator('.editor-group-container.active .view-lines');
  return until(
    `the pasted text to hold ${holds}`,
    async () => {
      await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor({ timeout: 5_000 });
      await page.keyboard.press('Control+A');
      await page.keyboard.press('Control+V');
      await page.keyboard.press('Control+Home');
      await lines.filter({ hasText: holds }).waitFor({ timeout: 3_000 });
      return (await lines.innerText()).replaceAll('\u00a0', ' ');
    },
    { ms: 60_000 },
  );
}

/** Ctrl+1: the first group of editors. */
export async function focusEditor(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+1');
}

/** Closes the panel (Problems, Terminal) when it is open, so that a picture shows the source. */
export async function closePanel(page: Page): Promise<void> {
  if (await page.locator('.part.panel').isVisible()) await runCommand(page, 'View: Toggle Panel Visibility');
}

/** A colour theme, by its label in the list of themes. */
export async function chooseTheme(page: Page, label: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget:visible input.input').first();
  await input.waitFor({ timeout: 10_000 });
  await until(`the theme ${label} in the list`, async () => {
    await input.fill(label);
    await page
      .locator('.quick-input-widget:visible .monaco-list-row')
      .filter({ has: page.getByText(label, { exact: true }) })
      .first()
      .click({ timeout: 3_000 });
    return true;
  });
}

/** The Walkers view, by its own command. */
export async function showWalkers(page: Page): Promise<void> {
  await runCommand(page, 'Walkrace: Focus on Walkers View');
  await page.locator('.pane-body .monaco-list[aria-label="Walkers"]').waitFor({ timeout: 10_000 });
}

/** Drags the edge of the side bar, so that more of its rows can be read. */
export async function widenSideBar(page: Page, by: number): Promise<void> {
  const bar = await page.locator('.part.sidebar').boundingBox();
  if (bar === null) return;
  const [edge, middle] = [bar.x + bar.width, bar.y + bar.height / 2];
  await page.mouse.move(edge, middle);
  await page.mouse.down();
  await page.mouse.move(edge + by, middle, { steps: 4 });
  await page.mouse.up();
}

/** Rows of the Walkers view as a screen reader gets them. */
export const walkers = (page: Page): Promise<readonly string[]> =>
  page
    .locator('.monaco-list[aria-label="Walkers"] .monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.textContent));
