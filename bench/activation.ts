/**
 * How long the extension's activation takes in a real VS Code, on the sample: what VS Code itself tells (Developer: Show Running
 * Extensions), and of that how long the thread worked and how long it waited for a processor, which on a busy machine is most of it.
 *
 *     node scripts/run-ts.mjs bench/activation.ts [STARTS]
 */
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import { availability, PROJECT, type AvailableHost } from '../test/editor/host/available.js';
import { showFolder } from '../test/editor/host/browser.js';
import { startServer } from '../test/editor/host/server.js';
import { until } from '../test/editor/host/until.js';
import * as workbench from '../test/editor/host/workbench.js';
import { copySample } from '../test/editor/workspace.js';

const BUDGET_MS = 150;
const starts = Number(process.argv[2] ?? 5);

/** What is shipped is named in .vscodeignore; this much of the project has all of it. */
const PACKED = ['.vscodeignore', 'package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const PACKED_FOLDERS = ['dist', 'docs/rules', 'l10n', 'media', 'sample', 'syntaxes'];

/** Milliseconds by the clock, of those on a processor, and waiting for one. */
const stretch = v.object({ wall: v.number(), ran: v.number(), waited: v.number() });
const probed = v.object({ load: stretch, activate: stretch });

const available = availability('newest');
if ('missing' in available) {
  console.log(available.missing);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'walkrace-activation-'));
  const probe = join(folder, 'probe.txt');
  process.env['WALKRACE_PROBE'] = probe;
  try {
    const vsix = await packProbed(folder);
    const told: number[] = [];
    for (let start = 0; start < starts; start += 1) told.push(await toldTime(available.host, vsix));
    const parts = readFileSync(probe, 'utf8').trim().split('\n');
    report(
      told,
      parts.map((line) => v.parse(probed, JSON.parse(line))),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The extension as it is shipped, with the probe before it. */
async function packProbed(folder: string): Promise<string> {
  const cwd = join(folder, 'package');
  for (const name of [...PACKED, ...PACKED_FOLDERS])
    cpSync(join(PROJECT, name), join(cwd, name), { recursive: true });
  renameSync(join(cwd, 'dist', 'extension.js'), join(cwd, 'dist', 'extension-measured.js'));
  await build({
    entryPoints: [join(PROJECT, 'bench', 'support', 'activation-probe.ts')],
    outfile: join(cwd, 'dist', 'extension.js'),
    platform: 'node',
    format: 'cjs',
  });
  appendFileSync(join(cwd, '.vscodeignore'), '\n!dist/extension-measured.js\n');
  const packagePath = join(folder, 'probed.vsix');
  const plain = { dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false };
  await createVSIX({ cwd, packagePath, ...plain });
  return packagePath;
}

function report(told: readonly number[], probes: readonly v.InferOutput<typeof probed>[]): void {
  const line = (name: string, times: readonly number[]): void => {
    const sorted = [...times].sort((a, b) => a - b);
    const at = (part: number): string =>
      (sorted[Math.round(part * (sorted.length - 1))] ?? 0).toFixed(1).padStart(6);
    console.log(`${name.padEnd(30)} median ${at(0.5)} ms   95 % ${at(0.95)} ms   worst ${at(1)} ms`);
  };
  const sum = (part: keyof v.InferOutput<typeof stretch>): readonly number[] =>
    probes.map(({ load, activate }) => load[part] + activate[part]);
  line(`told by VS Code, ${told.length} starts`, told);
  line(
    'loading the code, worked',
    probes.map(({ load }) => load.ran),
  );
  line(
    'activate(), worked',
    probes.map(({ activate }) => activate.ran),
  );
  line('both, waited for a processor', sum('waited'));
  line('both, by the clock', sum('wall'));
  console.log(`the budget is ${BUDGET_MS} ms`);
}

async function toldTime(host: AvailableHost, vsix: string): Promise<number> {
  const { folder, file, remove } = copySample();
  const server = await startServer(host, { vsix });
  try {
    const shown = await showFolder(host, server, folder, { file });
    try {
      await workbench.fileIsOpen(shown.page, file, 60_000);
      return await toldBy(shown.page);
    } finally {
      await shown.close();
    }
  } finally {
    await server.close();
    remove();
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
