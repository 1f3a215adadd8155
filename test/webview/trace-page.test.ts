/** The page in a real browser: what a reader with a mouse, a keyboard or a screen reader meets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { ToPage } from '../../src/webview/protocol.js';
import { standaloneHtml } from '../../src/webview/standalone.js';
import {
  deferredFree,
  hostile,
  hotRemove,
  hotRemoveProtected,
  hugeVmap,
  notReplayable,
  tooMany,
} from './fixtures/reports.js';
import { bundlePage, keyOf, openBrowser, openFile, openHosted, showMessage, whyNoBrowser } from './page.js';
import type { Bundle, PageOptions, TestPage } from './page.js';

const missing = whyNoBrowser();
if (missing !== null) console.warn(`skipped: the trace page in Chromium: ${missing}`);

describe.skipIf(missing !== null)('the trace page', () => {
  let browser: Browser;
  let bundle: Bundle;
  const open: TestPage[] = [];

  beforeAll(async () => {
    [browser, bundle] = await Promise.all([openBrowser(), bundlePage()]);
  });
  afterAll(() => browser.close());

  /** The page as it is when the editor has sent the report. */
  const hosted = async (report = hotRemove, options: PageOptions = {}): Promise<TestPage> => {
    const test = await openHosted(browser, bundle, options);
    open.push(test);
    await test.send(showMessage(report));
    await test.page.locator('.verdict').waitFor();
    return test;
  };
  const file = async (html: string): Promise<TestPage> => {
    const test = await openFile(browser, html);
    open.push(test);
    await test.page.locator('.verdict').waitFor();
    return test;
  };
  /** Every page must have kept the policy and thrown nothing. */
  const closeAll = async (): Promise<void> => {
    const faults = open.flatMap((test) => test.faults());
    await Promise.all(open.splice(0).map((test) => test.close()));
    expect(faults).toEqual([]);
  };

  /** To be polled: a busy page draws the step a moment after the key. */
  const position = (test: TestPage): Promise<string> => test.page.locator('.position').innerText();
  const focused = (test: TestPage): Promise<string> =>
    test.page.evaluate(() => (document.activeElement as HTMLElement).innerText);

  it('says what happened, where, and how sure it is, without a click', async () => {
    const { page, posts } = await hosted();
    expect(await page.locator('h1').innerText()).toMatch(/race.*use-after-free/i);
    expect(await page.locator('.headline').innerText()).toContain(
      'walk_pte() reads pte0[0] (dump.c:302) after memory hot-remove freed the table',
    );
    expect(await page.locator('.facts').innerText()).toContain('shortest: 15 steps, 2 lane changes');
    expect(await page.locator('.lane-head').allInnerTexts()).toHaveLength(2);
    expect(await page.locator('.row.fatal').innerText()).toContain('use-after-free');
    expect(await page.locator('.table.word-freed').innerText()).toContain('freed');
    expect(await posts()).toEqual([
      { type: 'ready' },
      expect.objectContaining({ type: 'stepped', step: 14 }),
    ]);
    await closeAll();
  });

  it('is worked by the keyboard alone: steps, lane changes, marks, folds; the focus goes along', async () => {
    const test = await hosted();
    const { page } = test;
    const at: string[] = [];
    for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'n', 'p', 'End', 'ArrowLeft', 'm', 'm', ']', '[']) {
      await page.keyboard.press(key);
      at.push((await position(test)).replace(/\D+(\d+).*/, '$1'));
    }
    expect(at).toEqual(['3', '4', '5', '15', '5', '15', '14', '15', '4', '4', '4']);
    expect(await focused(test)).toContain('pte_offset_kernel');
    expect(await page.locator('.rows .step[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Tab');
    expect(await focused(test)).toBe('dump.c:299');
    await page.keyboard.press('}');
    expect(await page.locator('.row').count()).toBe(15);
    await page.keyboard.press('{');
    expect(await page.locator('.row').count()).toBe(9);
    await closeAll();
  });

  it('tells the editor each step with the current line of each lane, and opens a line', async () => {
    const { page, posts } = await hosted();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.locator('[data-step="3"] .place, [data-step="4"] .place').first().click();
    await page.locator('.headline .link').first().click();
    expect((await posts()).slice(2)).toEqual([
      {
        type: 'stepped',
        step: 13,
        places: [
          { lane: 'ptdump', at: 'arch/arm64/mm/dump.c:299' },
          { lane: 'hot-remove', at: 'arch/arm64/mm/mmu.c:1049' },
        ],
      },
      { type: 'open', at: 'arch/arm64/mm/mmu.c:1049' },
      { type: 'open', at: 'arch/arm64/mm/dump.c:299' },
      { type: 'open', at: 'arch/arm64/mm/dump.c:302' },
    ]);
    await closeAll();
  });

  it('announces each step to screen readers', async () => {
    const { page } = await hosted();
    await page.keyboard.press('m');
    expect(await page.getByRole('status').textContent()).toBe(
      'Step 4 of 15, ptdump, load ptep pmd0[0] → pte0, dump.c:299, took the pointer',
    );
    await closeAll();
  });

  it('filters with /, says how many are hidden, and shows all again with Escape', async () => {
    const { page } = await hosted();
    await page.keyboard.press('/');
    await page.keyboard.type('store pte1');
    expect(await page.locator('.row').count()).toBe(2);
    expect(await page.locator('.hidden-steps').innerText()).toBe('13 steps hidden');
    await page.keyboard.press('Escape');
    expect(await page.locator('.row').count()).toBe(9);
    await closeAll();
  });

  it('shows the tables as they are at the step, and what the step changed', async () => {
    const { page } = await hosted();
    await page.keyboard.press('Home');
    expect(await page.locator('.table.word-live').count()).toBe(4);
    await page.locator('[data-step="11"] .step').click();
    expect(await page.locator('.changes').innerText()).toBe('pmd0[0]: pte0 → none, pte0: live → cleared');
    expect(await page.locator('.table.word-cleared.changed').count()).toBe(1);
    expect(await page.locator('.link-cut').count()).toBe(1);
    await page.keyboard.press('End');
    expect(await page.locator('.link-dangling').count()).toBe(1);
    await closeAll();
  });

  it('shows the history of a table or a lock, each step a way to go there', async () => {
    const test = await hosted();
    await test.page.locator('.table.word-freed').click();
    expect(await test.page.locator('.history-step .number').allInnerTexts()).toEqual([
      '3',
      '4',
      '7',
      '8',
      '14',
      '15',
    ]);
    await test.page.locator('.history-step').nth(2).click();
    await expect.poll(() => position(test)).toBe('step 7 of 15');
    await test.page.locator('.lock').click();
    expect(await test.page.locator('.history-step .number').allInnerTexts()).toEqual(['5', '6']);
    await closeAll();
  });

  it('asks for a what-if and changes the verdict in place', async () => {
    const { page, posts, send, saved } = await hosted();
    const toggle = page.getByRole('switch', { name: /get_online_mems/ });
    await toggle.click();
    const key = { ...keyOf(hotRemove), protections: ['get_online_mems'] };
    expect((await posts()).at(-1)).toEqual({ type: 'replay', key });
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    await send(showMessage(hotRemoveProtected));
    await page.locator('.verdict.tone-good').waitFor();
    expect(await page.locator('h1').innerText()).toMatch(/no race within bounds/i);
    expect(await page.locator('.change').innerText()).toContain('Before, as written: Race: use-after-free');
    expect(await page.locator('.no-steps').innerText()).toContain('debugfs calls the walk with nothing held');
    expect(await saved()).toEqual({ key, step: 0 });
    await closeAll();
  });

  it('tells of the same protections what is known of them against the other freers', async () => {
    const { page, send } = await hosted();
    const cells = (['memory-hot-remove', 'huge-vmap'] as const).map((freer) => ({
      protections: ['get_online_mems'],
      freer,
      verdict: freer === 'huge-vmap' ? ('confirmed' as const) : ('refuted' as const),
      kinds: [],
      states: 136,
    }));
    await send({ type: 'matrix', cells });
    await send(showMessage(hotRemoveProtected));
    await page.locator('.outcome').waitFor();
    const told = await page.locator('[aria-labelledby="what-if-title"]').innerText();
    expect(told).toContain('With get_online_mems, against memory-hot-remove: no race within bounds');
    expect(told).toContain('Against huge-vmap: race.');
    expect(told).not.toContain('Against memory-hot-remove');
    await closeAll();
  });

  it('shows the matrix, and a press on a cell asks for that replay', async () => {
    const { page, posts, send } = await hosted();
    await page.getByRole('button', { name: 'Try them all' }).click();
    expect((await posts()).at(-1)).toEqual({ type: 'matrix', key: keyOf(hotRemove) });
    const cells: Extract<ToPage, { type: 'matrix' }>['cells'] = [
      {
        protections: [],
        freer: 'memory-hot-remove',
        verdict: 'confirmed',
        kinds: ['use-after-free', 'null-descent'],
        states: 900,
      },
      { protections: [], freer: 'huge-vmap', verdict: 'confirmed', kinds: ['leaf-descent'], states: 122 },
      {
        protections: ['get_online_mems'],
        freer: 'memory-hot-remove',
        verdict: 'refuted',
        kinds: [],
        states: 136,
      },
      {
        protections: ['get_online_mems'],
        freer: 'huge-vmap',
        verdict: 'confirmed',
        kinds: ['leaf-descent'],
        states: 100,
      },
    ];
    await send({ type: 'matrix', cells });
    const rows = await page.locator('.matrix tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
      'as written race UN race L',
      'get_online_mems ok race L',
    ]);
    await page.locator('.matrix tbody tr').nth(1).locator('button').first().click();
    expect((await posts()).at(-1)).toEqual({
      type: 'replay',
      key: { ...keyOf(hotRemove), protections: ['get_online_mems'] },
    });
    await closeAll();
  });

  it('obeys the editor: busy, error, go', async () => {
    const test = await hosted();
    await test.send({ type: 'busy', text: 'Indexing' });
    await expect.poll(() => test.page.locator('.busy').innerText()).toContain('Indexing');
    await test.send({ type: 'error', message: 'The server stopped.' });
    await expect.poll(() => test.page.getByRole('alert').innerText()).toContain('The server stopped.');
    await test.send({ type: 'go', to: 'previous-switch' });
    await expect.poll(() => position(test)).toBe('step 5 of 15');
    await closeAll();
  });

  it('says so when it is sent what it does not understand, and ignores what was not meant for it', async () => {
    const { page, send } = await hosted();
    await send({ source: 'some-devtool' });
    await send({ type: 'show', report: { version: 2 } });
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('does not understand');
    expect(await page.locator('.row.fatal').count()).toBe(1);
    await closeAll();
  });

  it('comes back to the saved step after a reload', async () => {
    const test = await openHosted(browser, bundle, { saved: { key: keyOf(hotRemove), step: 5 } });
    open.push(test);
    await test.send(showMessage(hotRemove));
    await expect.poll(() => position(test)).toBe('step 6 of 15');
    await closeAll();
  });

  it('plays, and pauses', async () => {
    const test = await hosted();
    await test.page.keyboard.press(' ');
    await expect.poll(() => position(test)).toBe('step 3 of 15');
    await expect.poll(() => position(test), { timeout: 5000 }).toBe('step 4 of 15');
    await test.page.keyboard.press(' ');
    expect(await test.page.getByRole('button', { name: 'Play', exact: true }).count()).toBe(1);
    await closeAll();
  });

  it('copies and exports through the editor', async () => {
    const { page, posts } = await hosted();
    await page.keyboard.press('c');
    await page.locator('.menu summary').click();
    await page.getByRole('button', { name: /Promela/ }).click();
    await page.locator('.menu summary').click();
    await page.getByRole('button', { name: /JSON/ }).click();
    await page.locator('.menu summary').click();
    await page.getByRole('button', { name: /SVG/ }).click();
    const [copy, promela, json, svg] = (await posts()).slice(2);
    expect(copy).toMatchObject({
      type: 'copy',
      text: expect.stringContaining('<-- use-after-free') as string,
    });
    expect(promela).toEqual({ type: 'export', format: 'promela' });
    expect(JSON.parse(json?.type === 'export' ? (json.content ?? '') : '')).toEqual(hotRemove);
    const drawn = await page.evaluate(
      (text) => {
        const picture = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
        return { root: picture.nodeName, words: picture.textContent };
      },
      (svg?.type === 'export' && svg.content) || '',
    );
    expect(drawn.root).toBe('svg');
    expect(drawn.words).toContain('walk_pte() reads pte0[0]');
    await closeAll();
  });

  it('has a help that lists the keys, and gives them back when it closes', async () => {
    const test = await hosted();
    await test.page.keyboard.press('?');
    expect(await test.page.getByRole('dialog').innerText()).toContain('next lane change');
    await test.page.keyboard.press('ArrowLeft');
    await test.page.keyboard.press('Escape');
    expect(await test.page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => position(test)).toBe('step 15 of 15');
    await test.page.keyboard.press('ArrowLeft');
    await expect.poll(() => position(test)).toBe('step 14 of 15');
    await closeAll();
  });

  it.each([
    ['unknown', tooMany, /unknown/i, 'This is no answer'],
    ['not replayable', notReplayable, /not replayable/i, 'computed goto'],
  ])('is honest about a verdict that is %s', async (_, report, word, text) => {
    const { page } = await hosted(report);
    expect(await page.locator('h1').innerText()).toMatch(word);
    expect(await page.locator('.no-steps').innerText()).toContain(text);
    expect(await page.locator('.timeline').count()).toBe(0);
    await closeAll();
  });

  it.each([
    ['two lanes in 400 px', hotRemove, 400],
    ['four lanes in 400 px', deferredFree, 400],
    ['four lanes in 700 px', deferredFree, 700],
    ['five levels in 1000 px', deferredFree, 1000],
  ])('needs no sideways scrolling: %s', async (_, report, width) => {
    const { page } = await hosted(report, { width, height: 900 });
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    expect(scroll).toBe(client);
    expect(
      await page.locator('.picture-scroll').evaluate((element) => element.scrollWidth - element.clientWidth),
    ).toBe(0);
    await closeAll();
  });

  it('keeps the brackets of a place on its line, and cuts no level off, in 400 px', async () => {
    const { page } = await hosted(hotRemove, { width: 400, height: 900 });
    const places = page.locator('.headline .unbroken');
    expect(await places.allInnerTexts()).toEqual(['(dump.c:302)', '(mmu.c:1049);']);
    expect(await places.evaluateAll((all) => all.map((each) => each.getClientRects().length))).toEqual([
      1, 1,
    ]);
    const isWhole = await page.locator('.table-name').evaluateAll((all) =>
      all.map((name) => {
        const { right, bottom } = name.getBoundingClientRect();
        const level = name.querySelector('.level')?.getBoundingClientRect();
        return level === undefined || level.top >= bottom || level.right <= right + 1;
      }),
    );
    expect(isWhole).toEqual(isWhole.map(() => true));
    await closeAll();
  });

  it('makes indents of lanes that would be too narrow', async () => {
    const { page } = await hosted(hugeVmap, { width: 400 });
    const lefts = await page
      .locator('.row .content')
      .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
    expect(new Set(lefts).size).toBe(1);
    const markers = await page
      .locator('.row .marker')
      .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
    expect(new Set(markers).size).toBe(2);
    await closeAll();
  });

  it.each([
    ['a wide window', 1360, 820],
    ['half an editor', 860, 900],
    ['a third of it', 680, 1000],
  ])('keeps verdict, fatal step and freed table in sight together in %s', async (_, width, height) => {
    const { page } = await hosted(hotRemove, { width, height });
    const inSight = async (selector: string): Promise<boolean> => {
      const box = await page.locator(selector).first().boundingBox();
      return box !== null && box.y >= 0 && box.y + Math.min(box.height, 40) <= height;
    };
    expect(await Promise.all(['h1', '.headline', '.row.fatal', '.table.word-freed'].map(inSight))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await closeAll();
  });

  it('begins with the verdict where the whole page scrolls, and follows the steps after that', async () => {
    const { page } = await hosted(hotRemove, { width: 400, height: 700 });
    const scrolled = (): Promise<number> => page.evaluate(() => window.scrollY);
    expect(await scrolled()).toBe(0);
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    expect(await scrolled()).toBeGreaterThan(0);
    await closeAll();
  });

  it('has no text smaller than 12 px', async () => {
    const { page } = await hosted(deferredFree);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#walkrace *')]
        .filter((element) =>
          [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
          ),
        )
        .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 12)
        .map((element) => `${element.className}: ${element.innerText}`),
    );
    expect(small).toEqual([]);
    await closeAll();
  });

  describe('as one file', () => {
    it('is the same page; what needs the emulator is off, with the reason', async () => {
      const { page } = await file(standaloneHtml(hotRemove, bundle));
      expect(await page.locator('.row.fatal').innerText()).toContain('use-after-free');
      expect(await page.getByText('This page is a saved file').innerText()).toContain(
        'walkrace replay arch/arm64/mm/dump.c:ptdump_walk_pgd',
      );
      await page.locator('.menu summary').click();
      expect(await page.getByRole('button', { name: /Promela/ }).isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: /JSON/ }).isEnabled()).toBe(true);
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator('.position').innerText()).toBe('step 14 of 15');
      await closeAll();
    });

    it('shows source lines that are markup as text', async () => {
      const { page } = await file(standaloneHtml(hostile, bundle));
      expect(await page.locator('.row.fatal .code').innerText()).toContain(
        '<img src=x onerror="window.hacked=1"> </script><!-- &',
      );
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(await page.locator('img').count()).toBe(0);
      await closeAll();
    });

    it('does not run a script that somebody adds to it', async () => {
      const html = standaloneHtml(hotRemove, bundle).replace(
        '<div id',
        '<script>window.hacked = 1</script><div id',
      );
      const test = await openFile(browser, html);
      expect(await test.page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(test.faults().join()).toContain('Content Security Policy');
      await test.close();
    });
  });

  it('is small: script and style together below 105 kB, preact and all', () => {
    expect(bundle.script.length + bundle.style.length).toBeLessThan(105_000);
    expect(bundle.style.length).toBeGreaterThan(1_000);
  });
});
