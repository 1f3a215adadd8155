/**
 * How a cold scan grows with the tree: parts of it that are about an eighth, a quarter and a half of its sources, and the whole. A
 * part has what everybody needs (mm, include, kernel and the like), and then of the other directories those that still fit, in order of their names.
 * Parts are hard links beside each other in a folder that is removed at the end, on the disk of the tree; the tree is only read.
 * Run: node scripts/run-ts.mjs bench/growth.ts TREE [runs]; dist/ must be built.
 */
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SILENT_LOG } from '../src/core/ports.js';
import { sourceFiles } from '../src/host/tree.js';
import { beside, foundIn, middle, run, yardstickOf, type Cost } from './support/cost.js';

const CORE = [
  'mm',
  'include',
  'kernel',
  'lib',
  'init',
  'ipc',
  'virt',
  'block',
  'io_uring',
  'security',
  'crypto',
];
const SHARES = [1 / 8, 1 / 4, 1 / 2, 1] as const;
const CLI = join(process.cwd(), 'dist', 'cli.js');

const [, , tree = join(homedir(), 'kernel-trees', 'v6.12.117'), runs = '1'] = process.argv;

const directoriesIn = (path: string): readonly string[] =>
  readdirSync(join(tree, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .sort();

/** Directories in the order in which parts take them. */
function inOrder(): readonly string[] {
  const top = directoriesIn('').filter((name) => !CORE.includes(name));
  return [
    ...CORE,
    ...top.flatMap((name) => (['arch', 'drivers'].includes(name) ? directoriesIn(name) : [name])),
  ];
}

/** Makes the part: all of the listed directories, by hard links, and the files at the top. */
function lay(part: string, directories: readonly string[]): void {
  mkdirSync(part, { recursive: true });
  for (const entry of readdirSync(tree, { withFileTypes: true }))
    if (entry.isFile()) linkSync(join(tree, entry.name), join(part, entry.name));
  for (const above of ['arch', 'drivers'])
    for (const entry of readdirSync(join(tree, above), { withFileTypes: true }))
      if (entry.isFile()) cpSync(join(tree, above, entry.name), join(part, above, entry.name));
  for (const directory of directories) link(directory, part);
}

function link(path: string, part: string): void {
  mkdirSync(join(part, path), { recursive: true });
  for (const entry of readdirSync(join(tree, path), { withFileTypes: true })) {
    if (entry.isDirectory()) link(join(path, entry.name), part);
    else if (entry.isFile()) linkSync(join(tree, path, entry.name), join(part, path, entry.name));
  }
}

const sizeOf = (root: string, files: readonly string[]): number =>
  files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);

async function measure(): Promise<void> {
  const scratch = mkdtempSync(join(dirname(tree), 'walkrace-growth-'));
  try {
    const files = sourceFiles(tree, SILENT_LOG);
    const whole = sizeOf(tree, files);
    const order = inOrder();
    const sizes = new Map(
      order.map((directory) => [
        directory,
        sizeOf(
          tree,
          files.filter((file) => file.startsWith(`${directory}/`)),
        ),
      ]),
    );
    for (const share of SHARES) {
      let size = 0;
      const taken = order.filter((directory) => {
        const own = sizes.get(directory) ?? 0;
        if (size + own > share * whole) return false;
        size += own;
        return true;
      });
      const part = share === 1 ? tree : join(scratch, `part-${1 / share}`);
      if (share < 1) lay(part, taken);
      await tell(part, `1/${1 / share} (${((100 * size) / whole).toFixed(0)} % of the bytes)`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function tell(part: string, name: string): Promise<void> {
  const scan = [process.execPath, CLI, 'scan', '--root', part, '--format', 'json', '--no-cache'];
  await run(yardstickOf(part)); // the page cache is warm
  const costs: Cost[] = [];
  const yardstick: Cost[] = [];
  let said = '';
  for (let n = 0; n < Number(runs); n++) {
    yardstick.push((await run(yardstickOf(part))).cost);
    const { cost, output } = await run(scan);
    costs.push(cost);
    said = foundIn(output);
  }
  console.log(`${name.padEnd(28)} ${beside(middle(costs), middle(yardstick))}\n    ${said}`);
}

void measure();
