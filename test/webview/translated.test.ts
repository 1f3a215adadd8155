/**
 * The page in a language that nobody speaks: every text of the bundle in other letters. A word in plain letters is then either data
 * (of the report, of the vocabulary of traces) or a text that no translator will ever see.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { VIOLATION_KINDS } from '../../src/core/machine/scenario.js';
import type { ReplayReport } from '../../src/core/report/report.js';
import { TABLE_WORDS } from '../../src/webview/model/words.js';
import { KEYS } from '../../src/webview/store/keys.js';
import { hotRemove, hotRemoveProtected, notReplayable, tooMany } from './fixtures/reports.js';
import { bundlePage, openBrowser, openHosted, showMessage, WHAT_IFS, whyNoBrowser } from './page.js';
import type { Bundle } from './page.js';

const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8')) as Readonly<Record<string, string>>;
/** `Step {0}` in full-width letters. */
const strange = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));
const translations = Object.fromEntries(Object.keys(bundle).map((text) => [text, strange(text)]));

/** Everything that is read or read out: texts, and the attributes that are shown or spoken. */
const texts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walker.nextNode())
      if (walker.currentNode.parentElement?.tagName !== 'SCRIPT')
        found.push(walker.currentNode.nodeValue ?? '');
    for (const element of document.querySelectorAll('[title], [aria-label], [placeholder]'))
      for (const name of ['title', 'aria-label', 'placeholder']) found.push(element.getAttribute(name) ?? '');
    return found;
  });

const wordsOf = (text: string): readonly string[] => text.match(/[A-Za-z]{2,}/g) ?? [];

/** The vocabulary of traces, names of keys and of things, and the command that a hint quotes. */
const TERMS = new Set(
  [
    ...VIOLATION_KINDS,
    ...Object.keys(TABLE_WORDS),
    ...KEYS.map(({ label }) => label),
    'walker freer environment CPU RCU walkrace replay format against with',
  ].flatMap(wordsOf),
);

const missing = whyNoBrowser();
if (missing !== null) console.warn(`skipped: the translated page: ${missing}`);

describe.skipIf(missing !== null)('the page in another language', () => {
  let browser: Browser;
  let page: Bundle;
  beforeAll(async () => {
    [browser, page] = await Promise.all([openBrowser(), bundlePage()]);
  });
  afterAll(() => browser.close());

  it.each<readonly [string, ReplayReport]>([
    ['a race', hotRemove],
    ['no race', hotRemoveProtected],
    ['no verdict', tooMany],
    ['no replay', notReplayable],
  ])('has no word of ours left in English: %s', async (_, report) => {
    const test = await openHosted(browser, page, { translations });
    await test.page.getByText(strange('Waiting for a replay')).waitFor();
    await test.send(showMessage(report));
    await test.page.locator('.verdict').waitFor();
    if ((await test.page.locator('.table').count()) > 0) await test.page.locator('.table').last().click();
    if ((await test.page.locator('.lock').count()) > 0) await test.page.locator('.lock').first().click();
    const cell = { protections: [], freer: report.freer, verdict: 'refuted', kinds: [], states: 7 };
    await test.send({ type: 'matrix', cells: [cell] });
    await test.page.keyboard.press('?');
    await test.page.getByRole('dialog').waitFor();
    const data = new Set([
      ...wordsOf(JSON.stringify(report)),
      ...wordsOf(JSON.stringify(WHAT_IFS)),
      ...TERMS,
    ]);
    const plain = (await texts(test.page)).flatMap((text) =>
      wordsOf(text)
        .filter((word) => !data.has(word))
        .map((word) => `${word}: ${text}`),
    );
    expect(plain).toEqual([]);
    expect(test.faults()).toEqual([]);
    await test.close();
  });
});
