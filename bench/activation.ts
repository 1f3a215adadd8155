/**
 * How long the extension's activation takes, as VS Code itself tells it (Developer: Show Running Extensions), against the budget: the
 * VSIX in a real VS Code, on the sample. Medians of several starts.
 */
import type { Page } from 'playwright-core';
import { availability, type AvailableHost } from '../test/editor/host/available.js';
import { showFolder } from '../test/editor/host/browser.js';
import { startServer } from '../test/editor/host/server.js';
import { until } from '../test/editor/host/until.js';
import * as workbench from '../test/editor/host/workbench.js';
import { packVsix } from '../test/editor/vsix.js';
import { copySample } from '../test/editor/workspace.js';

const BUDGET_MS = 150;
const STARTS = 3;

const available = availability('newest');
if ('missing' in available) {
  console.log(available.missing);
} else {
  const times: number[] = [];
  const vsix = packVsix();
  for (let start = 0; start < STARTS; start += 1) times.push(await activationTime(available.host, vsix));
  const median = [...times].sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? 0;
  console.log(
    `activation: ${times.join(', ')} ms; median ${(median / BUDGET_MS).toFixed(2)} of the budget of ${BUDGET_MS} ms`,
  );
}

async function activationTime(host: AvailableHost, vsix: string): Promise<number> {
  const workspace = copySample();
  const server = await startServer(host, { vsix });
  try {
    const shown = await showFolder(host, server, workspace.folder, { file: workspace.walker });
    try {
      return await toldBy(shown.page);
    } finally {
      await shown.close();
    }
  } finally {
    await server.close();
    workspace.remove();
  }
}

/** Milliseconds, out of the list of running extensions. */
async function toldBy(page: Page): Promise<number> {
  await workbench.runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Walkrace' }).first();
  return until('the time of the activation', async () => {
    const [, told] = /Activation:?\s*(\d+)\s*ms/i.exec(await row.innerText()) ?? [];
    return told === undefined ? undefined : Number(told);
  });
}
