#!/usr/bin/env node
/** Draws media/icon.png (128 x 128, as the extension's page wants it) from media/icon.svg, with the Chromium of the editor tests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  await page.setContent(`<body style="margin:0">${readFileSync('media/icon.svg', 'utf8')}</body>`);
  writeFileSync('media/icon.png', await page.screenshot({ omitBackground: true }));
} finally {
  await browser.close();
}
