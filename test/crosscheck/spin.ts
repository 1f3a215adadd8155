/** Runs Spin on a model in a directory of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportPromela, kindsOfOutput } from '../../src/core/trace/exports/promela.js';
import type { Model } from '../../src/core/machine/model.js';
import type { ViolationKind } from '../../src/core/machine/scenario.js';

const run = promisify(execFile);

/** Why Spin can't be asked here; undefined when it can. */
export function spinMissing(): string | undefined {
  const missing = ['spin', 'gcc'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not found (apt-get install spin gcc)`;
}

export interface SpinAnswer {
  readonly kinds: readonly ViolationKind[];
  /** States that Spin stored; one of them is the state before its init process ran. */
  readonly states: number;
  /** Of the processor. */
  readonly seconds: number;
}

/**
 * What compiles a verifier that runs for a moment only: compiling is nearly all of the time that such a question takes. tcc,
 * where it is, is twenty times as fast as gcc -O0; SPIN_CC names another (`SPIN_CC="tcc -B/where/it/is"`).
 */
const QUICK = (process.env['SPIN_CC'] ?? (spawnSync('tcc', ['-v']).error ? 'gcc -O0' : 'tcc')).split(' ');

export async function askSpin(model: Model, compiler: readonly string[] = QUICK): Promise<SpinAnswer> {
  return askPan(exportPromela(model), compiler);
}

/** Spin's answer; `compiler` is a command with its options. */
export async function askPan(promela: string, compiler: readonly string[]): Promise<SpinAnswer> {
  const [command = 'gcc', ...options] = compiler;
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-spin-'));
  try {
    writeFileSync(join(directory, 'model.pml'), promela);
    await run('spin', ['-a', 'model.pml'], { cwd: directory });
    await run(command, ['-w', ...options, '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=4096', '-o', 'pan', 'pan.c'], {
      cwd: directory,
    });
    const { stdout } = await run('sh', ['-c', './pan -E -n -m2000000 -w20 && times'], {
      cwd: directory,
      maxBuffer: 1 << 26,
    });
    const states = /(\d+) states, stored/.exec(stdout)?.[1];
    if (states === undefined || stdout.includes('max search depth too small'))
      throw new Error(stdout.slice(0, 2000));
    // `times` prints user and system time of the shell, then of its children.
    const times = [...stdout.matchAll(/(\d+)m([0-9.]+)s/g)].map(
      (match) => Number(match[1]) * 60 + Number(match[2]),
    );
    const seconds = (times.at(-2) ?? 0) + (times.at(-1) ?? 0);
    return { kinds: kindsOfOutput(stdout), states: Number(states), seconds };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
