/** Runs dist/cli.js as a user does: another process, its output, its exit status. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplayReport, ScanReport } from '../../src/core/report/report.js';

const PROJECT = join(import.meta.dirname, '..', '..');
export const CLI = process.env['WALKRACE_CLI'] ?? join(PROJECT, 'dist', 'cli.js');
export const SAMPLE = join(PROJECT, 'sample');

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly directory?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; none by default. */
  readonly input?: string;
}

/** One directory for the caches of all runs of this process. */
const cache = mkdtempSync(join(tmpdir(), 'walkrace-test-cache-'));

export function walkrace(
  args: readonly string[],
  { directory = SAMPLE, env = {}, input = '' }: RunOptions = {},
): Promise<Ran> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not built: npm run build`);
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'FORCE_COLOR');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: directory,
      env: { ...Object.fromEntries(inherited), XDG_CACHE_HOME: cache, ...env },
      stdio: 'pipe',
    });
    child.stdin.on('error', () => undefined); // it may have ended before it has read all
    child.stdin.end(input);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
    });
  });
}

/** The answer as JSON; throws what was said instead, when there is none. */
export async function walkraceJson(
  args: readonly string[],
  options?: RunOptions,
): Promise<{ readonly status: number | null; readonly report: unknown }> {
  const { status, out, err } = await walkrace([...args, '--format', 'json'], options);
  if (out === '') throw new Error(`no answer (status ${status ?? 'none'}): ${err}`);
  return { status, report: JSON.parse(out) as unknown };
}

/** The report of a scan. */
export async function scanned(
  args: readonly string[],
  options?: RunOptions,
): Promise<{ readonly status: number | null; readonly report: ScanReport }> {
  const { status, report } = await walkraceJson(['scan', ...args], options);
  return { status, report: report as ScanReport };
}

/** The report of a replay. */
export async function replayed(
  args: readonly string[],
  options?: RunOptions,
): Promise<{ readonly status: number | null; readonly report: ReplayReport }> {
  const { status, report } = await walkraceJson(['replay', ...args], options);
  return { status, report: report as ReplayReport };
}
