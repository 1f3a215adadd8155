/**
 * The README's pictures: `npm run pictures` drives a real VS Code, with the extension installed as a user would, over a copy of the
 * sample, and over the real 6.12 where that is laid out and a scan has kept its index; it writes media/*.png, made small by
 * ImageMagick. What they show is what the tool says today. `npm run pictures 6.12` makes those of one of the two.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { defaultCacheDirectory } from '../../src/host/cache.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';
import { availability } from './host/available.js';
import { showFolder } from './host/browser.js';
import { startServer } from './host/server.js';
import { until } from './host/until.js';
import * as workbench from './host/workbench.js';
import { packVsix } from './vsix.js';
import { copySample } from './workspace.js';

const SIZE = { width: 1280, height: 800 };
/** Real walks take more steps, and more calls to get there. */
const LARGE = { width: 1440, height: 900 };
const LARGEST = 150_000;
const TRACE = '#walkrace main.with-steps';
/** The row of the trace's current step. */
const CURRENT = 'li[data-step]:has([aria-current=step])';
const FOLDER = 'media';

type Shot = 'finding' | 'walkers' | 'trace' | 'what-if';

/** What the pictures are of. */
interface Subject {
  readonly folder: string;
  /** The file of the walker, absolute. */
  readonly file: string;
  /** Text of the walk: what is underlined. */
  readonly walk: string;
  /** The whole folder is scanned first. */
  readonly isScanned: boolean;
  /** A row of the Walkers view that is to be there. */
  readonly row: string;
  readonly shots: readonly Shot[];
  /** Behind the names of its pictures. */
  readonly suffix: string;
}

function sample(): Subject & { readonly remove: () => void } {
  const { folder, file, remove } = copySample();
  const walk = 'pgd_offset_k(start)';
  const shots = ['finding', 'walkers', 'trace', 'what-if'] as const;
  return { folder, file, walk, isScanned: true, row: 'dump_rcu', shots, suffix: '', remove };
}

/** The copy of the linear map's tables that kexec makes on arm64, upheld in docs/findings-6.12.md; and the dump of 32-bit arm. */
function kernel(folder: string): readonly Subject[] {
  const file = (architecture: string, name: string): string => join(folder, 'arch', architecture, 'mm', name);
  const common = { folder, isScanned: false, suffix: '-6.12' };
  return [
    {
      ...common,
      file: file('arm64', 'trans_pgd.c'),
      walk: 'pgd_offset_k(start)',
      row: 'copy_page_tables',
      shots: ['finding', 'walkers', 'trace'],
    },
    {
      ...common,
      file: file('arm', 'dump.c'),
      walk: 'pgd_offset(mm, 0UL)',
      row: 'walk_pgd',
      shots: ['what-if'],
    },
  ];
}

async function main(): Promise<void> {
  const [wanted] = process.argv.slice(2);
  const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
  if (wanted !== '6.12') {
    const subject = sample();
    await draw(subject).finally(subject.remove);
  }
  if (wanted === 'sample') return;
  if (tree === undefined) console.log(NO_TREES);
  else for (const subject of kernel(tree.root)) await draw(subject);
}

async function draw(subject: Subject): Promise<void> {
  const available = availability('newest');
  if ('missing' in available) throw new Error(available.missing);
  const settings = {
    'workbench.activityBar.compact': true,
    'window.commandCenter': false,
    'window.title': '${activeEditorShort}',
    'walkrace.minimumSeverity': 'info',
  };
  const server = await startServer(available.host, {
    vsix: packVsix(),
    settings,
    ...(subject.isScanned ? {} : { caches: dirname(defaultCacheDirectory()) }),
  });
  try {
    const view = { ...(subject.isScanned ? SIZE : LARGE), file: subject.file };
    const shown = await showFolder(available.host, server, subject.folder, view);
    try {
      await drawOn(shown.page, subject);
    } finally {
      await shown.close();
    }
  } finally {
    await server.close();
  }
}

async function drawOn(page: Page, { walk, isScanned, row, shots, suffix }: Subject): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  if (isScanned) await workbench.runCommand(page, 'Walkrace: Scan Tree');
  await until(
    'a replayed finding',
    async () =>
      (await workbench.problems(page)).some((each) => each.includes('confirmed') && !each.includes('alone'))
        ? true
        : undefined,
    { ms: 120_000 },
  );
  await workbench.closePanel(page);
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');

  await workbench.runCommand(page, 'View: Close Primary Side Bar');
  await until(
    'the hover over the walk',
    async () => {
      await workbench.goToText(page, walk);
      await workbench.runCommand(page, 'Show or Focus Hover');
      await page.locator('.monaco-hover:visible .marker').first().waitFor({ timeout: 4_000 });
      return true;
    },
    { ms: 60_000 },
  );
  if (shots.includes('finding')) await picture(page, `finding${suffix}`);

  await page.keyboard.press('Escape');
  await workbench.showWalkers(page);
  await workbench.widenSideBar(page, 120);
  await until('the walkers of the tree', async () =>
    (await workbench.walkers(page)).some((each) => each.includes(row)) ? true : undefined,
  );
  if (shots.includes('walkers')) await picture(page, `walkers${suffix}`);

  await workbench.runCommand(page, 'View: Close Primary Side Bar');
  await workbench.goToText(page, walk);
  await workbench.runCommand(page, 'Walkrace: Replay Race');
  await workbench.pick(page, 'memory-hot-remove');
  const trace = await workbench.webview(page, TRACE);
  await trace.locator('#walkrace').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Home');
  await page.waitForTimeout(500);
  await page.keyboard.press('End');
  await trace.locator(CURRENT).evaluate((each) => each.scrollIntoView({ block: 'nearest' }));
  if (shots.includes('trace')) await picture(page, `trace${suffix}`);
  if (!shots.includes('what-if')) return;

  await trace.locator('[role=switch]', { hasText: 'get_online_mems' }).first().click();
  await until('another verdict', async () =>
    (await trace.locator('#walkrace').innerText()).toLowerCase().includes('no race') ? true : undefined,
  );
  await picture(page, `what-if${suffix}`);
}

async function picture(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.mouse.move((page.viewportSize() ?? SIZE).width - 2, (page.viewportSize() ?? SIZE).height - 2);
  await page.waitForTimeout(500);
  await page.screenshot({ path, animations: 'disabled' });
  // 128 colours are enough for a screen of text, and a third of the size.
  execFileSync('convert', [path, '-strip', '+dither', '-colors', '128', `PNG8:${path}`]);
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1000)} kB`);
  if (size > LARGEST) throw new Error(`${path} is larger than ${LARGEST / 1000} kB`);
}

await main();
