/** What a command costs, beside R: one run of ripgrep over the same tree for the names of the descents (docs/performance.md). */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DESCENTS } from '../../test/kernel/descents.js';

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Largest memory in MiB. */
  readonly peak: number;
}

/** The yardstick. */
export const yardstickOf = (tree: string): readonly string[] => [
  'rg',
  '--no-ignore',
  '-l',
  '-w',
  '-F',
  ...DESCENTS.flatMap((word) => ['-e', word]),
  '-g',
  '*.[ch]',
  tree,
];

/** Runs a command; CPU and memory are those that the kernel counts for the process (and so for all of its threads). */
export function run(command: readonly string[]): Promise<{ readonly cost: Cost; readonly output: string }> {
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

/** The median of each. */
export function middle(costs: readonly Cost[]): Cost {
  const of = (which: keyof Cost): number =>
    costs.map((cost) => cost[which]).sort((a, b) => a - b)[costs.length >> 1] ?? 0;
  return { wall: of('wall'), cpu: of('cpu'), peak: of('peak') };
}

/** One line: the cost, and how many R that is. */
export function beside({ wall, cpu, peak }: Cost, yardstick: Cost): string {
  const ratio = (value: number, by: number): string => `${(value / by).toFixed(2)} R`;
  return (
    `wall ${wall.toFixed(2)} s = ${ratio(wall, yardstick.wall)} (${ratio(wall, yardstick.cpu)} of its CPU)` +
    `  CPU ${cpu.toFixed(2)} s = ${ratio(cpu, yardstick.cpu)}  peak ${peak.toFixed(0)} MiB` +
    `  (R: ${yardstick.wall.toFixed(2)} s wall, ${yardstick.cpu.toFixed(2)} s CPU)`
  );
}

/** What a scan's JSON says in a line. */
export function foundIn(output: string): string {
  const { stats, findings } = JSON.parse(output) as {
    stats: { files: number; walkers: number };
    findings: readonly unknown[];
  };
  return `${stats.files} files, ${stats.walkers} walkers, ${findings.length} findings`;
}
