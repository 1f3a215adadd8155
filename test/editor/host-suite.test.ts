/**
 * The suite of test/electron, inside the extension host of the server's VS Code: the same cases as in a desktop VS Code. Whatever the
 * extension does there to reach a network is caught.
 */
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { SUITE, buildSuite } from '../../scripts/build-suite.mjs';
import { PROJECT, availability } from './host/available.js';
import { CHROMIUM_ARGUMENTS } from './host/browser.js';
import { startServer } from './host/server.js';
import { extensionHostTrap } from '../support/network-trap.js';
import { copySample } from './workspace.js';

describe.each(['newest', 'oldest'] as const)('in the extension host of the %s VS Code', (name) => {
  const available = availability(name);
  beforeEach((context) => {
    if ('missing' in available) context.skip(available.missing);
  });

  test('the suite of test/electron passes', async () => {
    if ('missing' in available) return;
    const { host } = available;
    await buildSuite(PROJECT);
    const workspace = copySample();
    const trap = extensionHostTrap(join(PROJECT, 'dist'));
    const server = await startServer(host, { env: trap.env });
    const browser = await chromium.launch({ executablePath: host.chromium, args: CHROMIUM_ARGUMENTS });
    try {
      const page = await browser.newPage();
      const told: string[] = [];
      const ended = new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error(`the suite did not end\n${told.join('\n')}`)), 120_000).unref();
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
        void page.exposeFunction('codeAutomationLog', (_: string, args: readonly unknown[]) =>
          told.push(args.map(String).join(' ')),
        );
      });
      const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
      const payload = [
        ['extensionDevelopmentPath', remote(PROJECT)],
        ['extensionTestsPath', remote(join(PROJECT, SUITE))],
      ];
      const query = `folder=${encodeURIComponent(workspace.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
      await page.goto(`${server.url}?${query}`, { waitUntil: 'domcontentloaded' });
      const code = await ended;
      const report = told.filter((line) => /^(ok|not ok|#)/.test(line)).join('\n');
      console.log(`VS Code ${host.vscode}\n${report}`);
      if (code !== 0) throw new Error(report === '' ? told.join('\n') : report);
      expect(report).toContain(', 0 failed');
      expect(new Set(trap.tried())).toEqual(new Set(['watched']));
    } finally {
      await browser.close();
      await server.close();
      workspace.remove();
    }
  });
});
