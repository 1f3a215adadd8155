/** axe-core over every state of the page in every theme, and the screenshots that people look at. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import type { ReplayReport } from '../../src/core/report/report.js';
import {
  deferredFree,
  freeBeforeClear,
  hotRemove,
  hotRemoveProtected,
  hugeVmap,
  notReplayable,
  tooMany,
} from './fixtures/reports.js';
import { bundlePage, openBrowser, openHosted, showMessage, whyNoBrowser } from './page.js';
import type { Bundle, PageOptions, TestPage } from './page.js';
import { THEME_NAMES } from './themes.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `rule: selector` of every violation. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

const missing = whyNoBrowser();
if (missing !== null) console.warn(`skipped: accessibility of the trace page: ${missing}`);

describe.skipIf(missing !== null)('accessibility of the trace page', () => {
  let browser: Browser;
  let bundle: Bundle;

  beforeAll(async () => {
    [browser, bundle] = await Promise.all([openBrowser(), bundlePage()]);
  });
  afterAll(() => browser.close());

  const shown = async (report: ReplayReport, options: PageOptions): Promise<TestPage> => {
    const test = await openHosted(browser, bundle, options);
    await test.send(showMessage(report));
    await test.page.locator('.verdict').waitFor();
    return test;
  };

  /** Everything opened that can be opened beside the trace. */
  const openAll = async ({ page, send }: TestPage): Promise<void> => {
    if ((await page.locator('.assumptions').count()) > 0) await page.locator('.assumptions summary').click();
    if ((await page.locator('.table').count()) > 0) await page.locator('.table').last().click();
    const cells = (['confirmed', 'refuted', 'unknown', 'not-replayable'] as const).map((verdict) => ({
      protections: [verdict],
      freer: 'memory-hot-remove',
      verdict,
      kinds: verdict === 'confirmed' ? ['use-after-free'] : [],
      states: 7,
    }));
    await send({ type: 'matrix', cells });
    // A walk that cannot be run has no matrix.
    if ((await page.locator('#matrix-title').count()) > 0) await page.locator('.matrix').waitFor();
  };

  describe.each(THEME_NAMES)('%s', (theme) => {
    it.each([
      ['race', hotRemove],
      ['no race', hotRemoveProtected],
      ['unknown', tooMany],
      ['not replayable', notReplayable],
      ['many lanes', deferredFree],
    ])('has no violation: %s', async (name, report) => {
      const test = await shown(report, { theme });
      await test.shoot(`${name.replaceAll(' ', '-')}-${theme}`);
      await openAll(test);
      expect(await violations(test.page)).toEqual([]);
      await test.close();
    });

    it('has no violation at other steps, in the help, and with an error', async () => {
      const test = await shown(hugeVmap, { theme });
      await test.page.keyboard.press('}');
      for (let step = hugeVmap.trace.length; step > 3; step -= 4) {
        expect(await violations(test.page)).toEqual([]);
        for (let press = 0; press < 4; press++) await test.page.keyboard.press('ArrowLeft');
      }
      await test.send({ type: 'error', message: 'The server stopped.' });
      await test.page.getByRole('alert').waitFor();
      expect(await violations(test.page)).toEqual([]);
      await test.page.keyboard.press('?');
      expect(await violations(test.page)).toEqual([]);
      await test.close();
    });
  });

  it.each([
    ['narrow', hotRemove, { width: 400, height: 1500 }],
    ['medium', hugeVmap, { width: 720, height: 1100 }],
    ['free-before-clear', freeBeforeClear, {}],
    ['forced-colours', hotRemove, { forcedColors: true }],
  ])('has no violation: %s', async (name, report, options) => {
    const test = await shown(report, options);
    await test.shoot(name);
    expect(await violations(test.page)).toEqual([]);
    await test.close();
  });

  it('moves nothing where less motion is asked for, and fades colours where it is not', async () => {
    const durationOf = async (reducedMotion: boolean): Promise<string> => {
      const test = await shown(hotRemove, { reducedMotion });
      const duration = await test.page
        .locator('.row')
        .first()
        .evaluate((row) => getComputedStyle(row).transitionDuration);
      await test.close();
      return duration;
    };
    expect(await durationOf(true)).toBe('0s');
    expect(await durationOf(false)).not.toBe('0s');
  });
});
