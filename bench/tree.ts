/**
 * A whole kernel tree beside R, the yardstick: one run of ripgrep for the names of the descents (docs/performance.md).
 * Each row is a process of its own; the runs of a row and of R take turns, and medians are told. The tree is only read: the row
 * of the changed file works on a copy.
 * Run: node scripts/run-ts.mjs bench/tree.ts TREE [runs [ROW...]]; with dist/ built, workers and the whole scan are measured too,
 * and Coccinelle where it is installed. DIST names another directory than dist/, COPY a copy of the tree that may be changed.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { segmentOfTexts, wordIndex } from '../src/core/index/words.js';
import { usersOf } from '../src/core/index/seeds.js';
import { SILENT_LOG } from '../src/core/ports.js';
import { NO_CACHE, openCache } from '../src/host/cache.js';
import { openTree } from '../src/host/open-tree.js';
import { DESCENTS } from '../test/kernel/descents.js';

interface Cost {
  readonly wall: number;
  readonly cpu: number;
  /** Largest memory in MiB. */
  readonly peak: number;
}

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
  const scratch = mkdtempSync(join(tmpdir(), 'walkrace-bench-'));
  try {
    const open = [process.execPath, self, '--open', tree];
    const R: Row = {
      name: 'R (ripgrep)',
      command: [
        'rg',
        '--no-ignore',
        '-l',
        '-w',
        '-F',
        ...DESCENTS.flatMap((word) => ['-e', word]),
        '-g',
        '*.[ch]',
        tree,
      ],
      said: (output) => `${output.split('\n').length - 1} files match`,
    };
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
    const all: Row[] = [
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
      { name: 'Coccinelle, one rule', command: coccinelle(tree), said: linesOf },
    ];
    const rows = all.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
    await run(R); // the page cache is warm for all
    console.log(`${tree}, medians of ${runs} runs in turns`);
    for (const row of rows) {
      if (row.isWarm) await run(row); // fills the cache
      const costs: Cost[] = [];
      const yardstick: Cost[] = [];
      let said = '';
      for (let n = 0; n < runs; n++) {
        yardstick.push((await run(R)).cost);
        row.before?.();
        const { cost, output } = await run(row);
        costs.push(cost);
        said = row.said?.(output) ?? '';
      }
      print(row.name, middle(costs), middle(yardstick), said);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function print(name: string, cost: Cost, yardstick: Cost, said: string): void {
  const ratio = (value: number, by: number): string => `${(value / by).toFixed(2)} R`;
  console.log(
    `${name.padEnd(26)} wall ${cost.wall.toFixed(2)} s = ${ratio(cost.wall, yardstick.wall)} (${ratio(cost.wall, yardstick.cpu)} of its CPU)` +
      `  CPU ${cost.cpu.toFixed(2)} s = ${ratio(cost.cpu, yardstick.cpu)}  peak ${cost.peak.toFixed(0)} MiB` +
      `  (R: ${yardstick.wall.toFixed(2)} s wall, ${yardstick.cpu.toFixed(2)} s CPU)${said === '' ? '' : `\n    ${said}`}`,
  );
}

/** A semantic patch over the whole tree; its own index (idutils) would be made beside the tree, and is not used. */
function coccinelle(tree: string): readonly string[] {
  const options = '--very-quiet -D report --no-includes --include-headers -j2';
  return [
    'bash',
    '-c',
    `ulimit -s unlimited; exec spatch ${options} --sp-file bench/descents.cocci --dir "$0"`,
    tree,
  ];
}

function foundIn(output: string): string {
  const { stats, findings } = JSON.parse(output) as {
    stats: { files: number; walkers: number };
    findings: readonly unknown[];
  };
  return `${stats.files} files, ${stats.walkers} walkers, ${findings.length} findings`;
}

const linesOf = (output: string): string => `${output.trim().split('\n').length} functions`;
const firstLine = (output: string): string => output.split('\n')[0] ?? '';

/** Runs a command; CPU and memory are those that the kernel counts for the process (and so for all of its threads). */
function run({ command }: Row): Promise<{ cost: Cost; output: string }> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const started = performance.now();
    const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    let peak = 0;
    const watch = setInterval(() => {
      for (const pid of childrenOf(child.pid ?? 0)) peak = Math.max(peak, peakOf(pid));
    }, 20);
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', reject);
    child.on('close', () => {
      clearInterval(watch);
      const times = errors.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
      const cpu = times.reduce((sum, each) => sum + each, 0);
      if (Number.isNaN(cpu)) reject(new Error(errors));
      else resolve({ cost: { wall: (performance.now() - started) / 1000, cpu, peak }, output });
    });
  });
}

function childrenOf(pid: number): readonly string[] {
  return readProc(`/proc/${pid}/task/${pid}/children`)
    .trim()
    .split(' ')
    .filter((each) => each !== '');
}

function peakOf(pid: string): number {
  return Number(/VmHWM:\s*(\d+) kB/.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has just ended
  }
}

function middle(costs: readonly Cost[]): Cost {
  const of = (which: keyof Cost): number =>
    costs.map((cost) => cost[which]).sort((a, b) => a - b)[costs.length >> 1] ?? 0;
  return { wall: of('wall'), cpu: of('cpu'), peak: of('peak') };
}

if (first === '--open') void openOnly(second ?? '', third);
else void measure(first ?? join(homedir(), 'kernel-trees', 'v6.12.117'), Number(second ?? 5), chosen);
