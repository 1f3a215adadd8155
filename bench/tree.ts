/**
 * A whole kernel tree beside R, the yardstick: one run of ripgrep for the names of the descents (docs/performance.md).
 * Each row is a process of its own; the runs of a row and of R take turns, and medians are told. The tree is only read: the row
 * of the changed file works on a copy.
 * Run: node scripts/run-ts.mjs bench/tree.ts TREE [runs [ROW...]]; with dist/ built, workers and the whole scan are measured too,
 * and the semantic patches in bench/coccinelle/ where spatch is installed (row `Coccinelle`). DIST names another directory than dist/, COPY a copy of the tree that may be changed.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { segmentOfTexts, wordIndex } from '../src/core/index/words.js';
import { usersOf } from '../src/core/index/seeds.js';
import { SILENT_LOG } from '../src/core/ports.js';
import { NO_CACHE, openCache } from '../src/host/cache.js';
import { openTree } from '../src/host/open-tree.js';
import { DESCENTS } from '../test/kernel/descents.js';
import { beside, foundIn, middle, run, yardstickOf, type Cost } from './support/cost.js';

interface Row {
  readonly name: string;
  readonly command: readonly string[];
  /** What the run says of itself. */
  readonly said?: (output: string) => string;
  /** Done before each run; not measured. */
  readonly before?: () => void;
  /** A run that fills a cache comes first. */
  readonly isWarm?: true;
}

const DIST = process.env['DIST'] ?? join(process.cwd(), 'dist');
const WORKER = join(DIST, 'worker.js');
const CLI = join(DIST, 'cli.js');
/** The file that the changed tree differs in: a walker of its own, and who calls it. */
const CHANGED = 'arch/x86/mm/dump_pagetables.c';
/** Semantic patches beside this file, from the narrow question to the broad one. */
const COCCINELLE = ['kernel-tables', 'careful', 'broad'];
const [, self = '', first, second, ...chosen] = process.argv;
const [third] = chosen;

/** A child's work: the tree opened, its walkers found, then one text changed as an editor does. */
async function openOnly(tree: string, cacheDirectory: string | undefined): Promise<void> {
  const cache = cacheDirectory === undefined ? NO_CACHE : openCache(cacheDirectory, 'bench', SILENT_LOG);
  const started = performance.now();
  const opened = await openTree(tree, {
    cache,
    log: SILENT_LOG,
    ...(existsSync(WORKER) ? { worker: WORKER } : {}),
  });
  const walkers = usersOf(opened.index, opened.words, new Set(DESCENTS));
  const ready = performance.now();
  const file = walkers[0]?.file ?? '';
  const edited = segmentOfTexts(
    new Map([[file, `${opened.files.read(file) ?? ''}\nvoid added(void) { }\n`]]),
  );
  const words = wordIndex([...opened.scan.segments, edited], opened.scan.gone);
  opened.index.update(words, [file]);
  usersOf(opened.index, words, new Set(DESCENTS));
  const changed = performance.now();
  const loaded = opened.index.loaded().length;
  console.log(
    `${opened.paths.length} files, ${opened.scan.scanned} scanned, ${loaded} read for facts, ${walkers.length} functions with a descent, ` +
      `${(ready - started).toFixed(0)} ms; after a change ${(changed - ready).toFixed(0)} ms`,
  );
}

async function measure(tree: string, runs: number, only: readonly string[]): Promise<void> {
  if (!existsSync(join(tree, 'Kconfig'))) throw new Error(`${tree} is no kernel tree`);
  if (!isInstalled('rg')) throw new Error('ripgrep (rg) is the yardstick, and is not installed');
  const scratch = mkdtempSync(join(tmpdir(), 'walkrace-bench-'));
  try {
    const R = yardstickOf(tree);
    const rows = rowsFor(tree, scratch).filter(
      ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
    );
    await run(R); // the page cache is warm for all
    console.log(`${tree}, medians of ${runs} runs in turns`);
    for (const row of rows) await measureRow(row, R, runs);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What is measured of a tree, as far as this machine has it; caches are filled in `scratch`. */
function rowsFor(tree: string, scratch: string): readonly Row[] {
  const open = [process.execPath, self, '--open', tree];
  const scan = (where: string, ...options: string[]): readonly string[] => [
    process.execPath,
    CLI,
    'scan',
    '--root',
    where,
    '--format',
    'json',
    ...options,
  ];
  const copy = process.env['COPY'];
  return [
    { name: 'words and walkers, cold', command: open, said: firstLine },
    {
      name: 'words and walkers, warm',
      command: [...open, join(scratch, 'index')],
      said: firstLine,
      isWarm: true,
    },
    ...(existsSync(CLI)
      ? [
          { name: 'scan, cold', command: scan(tree, '--no-cache'), said: foundIn },
          {
            name: 'scan, cold, no replay',
            command: scan(tree, '--no-cache', '--no-replay'),
            said: foundIn,
          },
          {
            name: 'scan, warm',
            command: scan(tree, '--cache', join(scratch, 'scan')),
            said: foundIn,
            isWarm: true as const,
          },
        ]
      : []),
    ...(existsSync(CLI) && copy !== undefined
      ? [
          {
            name: 'scan, one file changed',
            command: scan(copy, '--cache', join(scratch, 'changed')),
            said: foundIn,
            isWarm: true as const,
            before: () => appendFileSync(join(copy, CHANGED), '\n/* changed */\n'),
          },
        ]
      : []),
    ...(isInstalled('spatch') ? COCCINELLE : []).map((rule): Row => ({
      name: `Coccinelle, ${rule}`,
      command: coccinelle(tree, rule),
      said: functionsIn,
    })),
  ];
}

/** Runs of a row and of the yardstick R, in turns. */
async function measureRow(row: Row, R: readonly string[], runs: number): Promise<void> {
  if (row.isWarm) await run(row.command); // fills the cache
  const costs: Cost[] = [];
  const yardstick: Cost[] = [];
  let said = '';
  for (let n = 0; n < runs; n++) {
    yardstick.push((await run(R)).cost);
    row.before?.();
    const { cost, output } = await run(row.command);
    costs.push(cost);
    said = row.said?.(output) ?? '';
  }
  console.log(
    `${row.name.padEnd(26)} ${beside(middle(costs), middle(yardstick))}${said === '' ? '' : `\n    ${said}`}`,
  );
}

/** A semantic patch over the whole tree; its own index (idutils) would be made beside the tree, and is not used. */
function coccinelle(tree: string, rule: string): readonly string[] {
  const options = '--very-quiet -D report --no-includes --include-headers -j2';
  return [
    'bash',
    '-c',
    `ulimit -s unlimited; exec spatch ${options} --sp-file bench/coccinelle/${rule}.cocci --dir "$0"`,
    tree,
  ];
}

/** Lines of `file:line: function`, one for each place. */
function functionsIn(output: string): string {
  const found = output.split('\n').flatMap((line) => {
    const [, file, name] = /^(.+):\d+: (\w+)$/.exec(line) ?? [];
    return file === undefined || name === undefined ? [] : [`${file} ${name}`];
  });
  return `${new Set(found).size} functions`;
}

const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;

const firstLine = (output: string): string => output.split('\n')[0] ?? '';

if (first === '--open') void openOnly(second ?? '', third);
else void measure(first ?? join(homedir(), 'kernel-trees', 'v6.12.117'), Number(second ?? 5), chosen);
