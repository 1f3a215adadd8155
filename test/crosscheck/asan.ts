/** Compiles an exported C program with AddressSanitizer and runs it. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function asanMissing(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-asan-'));
  try {
    writeFileSync(join(directory, 'a.c'), 'int main(void) { return 0; }\n');
    const made = spawnSync('sh', ['-c', 'gcc -fsanitize=address -pthread a.c && ./a.out'], {
      cwd: directory,
    });
    return made.status === 0 ? undefined : 'no gcc with AddressSanitizer (apt-get install gcc)';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export interface AsanAnswer {
  /** `heap-use-after-free`, `SEGV`, `BUG: sleep-in-atomic`, `clean`. */
  readonly error: string;
  /** `walker.c:12` of the access. */
  readonly at?: string;
  /** `freer.c:3` of the free. */
  readonly freedAt?: string;
  readonly report: string;
}

/** One answer per seed. */
export async function runUnderAsan(
  program: string,
  seeds: readonly number[],
): Promise<readonly AsanAnswer[]> {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-asan-'));
  try {
    writeFileSync(join(directory, 'race.c'), program);
    await run('gcc', ['-g', '-w', '-O0', '-fsanitize=address', '-pthread', '-o', 'race', 'race.c'], {
      cwd: directory,
    });
    const answers: AsanAnswer[] = [];
    for (const seed of seeds) {
      const { status, report } = runOne(directory, seed);
      answers.push(answerOf({ status, report: report.replaceAll(`${directory}/`, '') }));
    }
    return answers;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runOne(
  directory: string,
  seed: number,
): { readonly status: number | null; readonly report: string } {
  const options = 'abort_on_error=0:detect_leaks=0:symbolize=1';
  const { status, stderr } = spawnSync(join(directory, 'race'), [String(seed)], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, ASAN_OPTIONS: options },
  });
  return { status, report: stderr };
}

function answerOf({
  status,
  report,
}: {
  readonly status: number | null;
  readonly report: string;
}): AsanAnswer {
  const bug = /^BUG: (\S+)(?: at (\S+))?/m.exec(report);
  if (bug !== null)
    return { error: `BUG: ${bug[1] ?? ''}`, ...(bug[2] === undefined ? {} : { at: bug[2] }), report };
  const error = /AddressSanitizer: (?:attempting )?(\S+)/.exec(report)?.[1];
  if (error === undefined)
    return { error: status === 0 ? 'clean' : `exit ${status ?? 'by a signal'}`, report };
  const frame = (text: string): string | undefined => /#\d+ \S+ in \S+ (\S+\.c:\d+)/.exec(text)?.[1];
  const [access = '', freed = ''] = report.split(/freed by thread/);
  const at = frame(access);
  const freedAt = [...freed.matchAll(/#\d+ \S+ in \S+ (\S+\.c:\d+)/g)]
    .map((match) => match[1])
    .find((place) => !place?.includes('/sanitizer'));
  return {
    error,
    report,
    ...(at === undefined ? {} : { at }),
    ...(freedAt === undefined ? {} : { freedAt }),
  };
}
