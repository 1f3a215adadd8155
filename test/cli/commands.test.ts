/** Whatever is asked: a clear message or an answer, never a crash, and the status of the contract. */
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ScanReport } from '../../src/core/report/report.js';
import { CLI, replayed, SAMPLE, scanned, walkrace } from './walkrace.js';

const directory = mkdtempSync(join(tmpdir(), 'walkrace-cli-'));
const file = (name: string, text: string | Buffer): string => {
  writeFileSync(join(directory, name), text);
  return name;
};
const UNPROTECTED = 'arch/arm64/mm/dump_unprotected.c';
const empty = realpathSync.native(mkdtempSync(join(tmpdir(), 'walkrace-empty-')));
const HALF =
  'static void walk(struct mm_struct *mm, unsigned long a)\n{\n\tpgd_t *pgd = pgd_offset(mm, a);\n\tif (pgd_none(*pgd)\n';

test.each([
  ['an empty file', file('empty.c', ''), ''],
  ['half-typed C', file('half.c', HALF), ''],
  [
    'a binary renamed to .c',
    file('binary.c', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0, 0xff])),
    'binary.c holds NUL bytes',
  ],
  ['5 MB', file('big.c', 'static int f(int x)\n{\n\treturn x;\n}\n\n'.repeat(125_000)), ''],
])('%s: nothing found, status 0', async (_, name, said) => {
  const { status, out, err } = await walkrace(['scan', name, '--format', 'json'], { directory });
  expect(status).toBe(0);
  expect((JSON.parse(out) as ScanReport).findings).toEqual([]);
  expect(err).toContain(said);
  if (said === '') expect(err).toBe('');
});

test.each([
  [['scan', 'missing.c'], 'no file or directory missing.c'],
  [['scan'], '--root'],
  [['scan', '--root', '/nowhere'], 'no directory /nowhere'],
  [['scan', '--root', empty], `there is no C source in ${empty}`],
  [['demo', '--root', empty], `there is no C source in ${empty}`],
  [['scan', SAMPLE, '--arch', 'arm46'], 'no architecture "arm46" here; those known: arm, arm64'],
  [['replay', join(SAMPLE, UNPROTECTED) + ':dump_pgd', '--arch', 'vax'], 'no architecture "vax"'],
  [['scan', '--format', 'xml', 'empty.c'], 'text, json, sarif, checkpatch'],
  [['scan', '--jobs', 'many', 'empty.c'], 'whole number'],
  [['scan', '--baseline', 'empty.c', 'empty.c'], 'is no report'],
  [['replay', 'empty.c'], 'FILE:FUNCTION'],
  [['replay', 'empty.c:f'], 'defines no function f()'],
  [['replay', 'missing.race'], "missing.race can't be read"],
  [['replay', join(SAMPLE, UNPROTECTED) + ':dump_pdg'], 'did you mean dump_pgd()'],
  [['replay', join(SAMPLE, UNPROTECTED) + ':dump_pgd', '--against', 'hot-remove'], 'memory-hot-remove'],
  [['replay', join(SAMPLE, UNPROTECTED) + ':dump_pgd', '--against', 'munmap'], 'munmap frees user tables'],
  [['replay', join(SAMPLE, UNPROTECTED) + ':dump_pgd', '--with', 'nothing'], 'no protection'],
  [['replay', 'missing.race', '--with', 'rcu_read_lock'], 'leave out --with'],
  [['replay', 'missing.race', '--matrix'], 'leave out --matrix'],
  [
    ['replay', join(SAMPLE, UNPROTECTED) + ':dump_pgd', '--matrix', '--against', 'munmap', '--arch', 'arm64'],
    'leave out --against, --arch',
  ],
  [['explain', 'get_online_mem'], 'get_online_mems'],
  [['frobnicate'], 'unknown command'],
  [['help', 'scna'], "there is no command 'scna': it is one of scan, replay,"],
  [['scan', '--baseline', 'missing.json', 'empty.c'], "missing.json can't be read: there is no such file"],
  [['replay', 'missing.race'], "missing.race can't be read: there is no such file"],
  [[], 'Usage'],
] as const)(
  '%j: status 2, the reason on standard error, nothing on standard output',
  async (args, reason) => {
    const { status, out, err } = await walkrace(args, { directory });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(reason);
    expect(err).not.toContain('bug of walkrace');
  },
);

test('a directory with no C source is told, and not taken for the whole tree', async () => {
  const tree = join(directory, 'tree');
  cpSync(SAMPLE, tree, { recursive: true });
  mkdirSync(join(tree, 'LICENSES'));
  const { status, out, err } = await walkrace(['scan', 'LICENSES'], { directory: tree });
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('there is no C source in');
});

test('a file outside of any tree is looked at alone', async () => {
  const name = file('lone.c', 'void f(void)\n{\n}\n');
  const { status, report } = await scanned([name], { directory });
  expect({ status, files: report.stats.files, root: report.root }).toMatchObject({ status: 0, files: 1 });
});

test('the answer is the same each time, times apart', async () => {
  const without = async (): Promise<object> => {
    const { report } = await scanned(['--no-cache', '--jobs', '2']);
    return { ...report, stats: { ...report.stats, ms: 0 } };
  };
  expect(await without()).toEqual(await without());
});

test('a baseline keeps the status at 0 until something is new', async () => {
  const { out } = await walkrace(['scan', UNPROTECTED, '--format', 'json']);
  const baseline = join(directory, 'baseline.json');
  writeFileSync(baseline, out);
  const known = await walkrace(['scan', UNPROTECTED, '--baseline', baseline, '--format', 'json']);
  expect({ status: known.status, findings: (JSON.parse(known.out) as ScanReport).findings }).toEqual({
    status: 0,
    findings: [],
  });
  const told = await walkrace(['scan', UNPROTECTED, '--baseline', baseline]);
  expect(told.out).toMatch(/^nothing new found;/);
  const other = await walkrace(['scan', 'arch/arm64/mm/dump_rcu.c', '--baseline', baseline]);
  expect(other.status).toBe(1);
  const report = JSON.parse(out) as ScanReport;
  const gone = { ...report.findings[0], id: 'gone' };
  writeFileSync(baseline, JSON.stringify({ ...report, findings: [...report.findings, gone] }));
  const { err } = await walkrace(['scan', UNPROTECTED, '--baseline', baseline]);
  expect(err).toContain('not found any more: gone');
});

test('what is less grave than asked is not reported, and does not count', async () => {
  const { status, out } = await walkrace(['scan', 'arch/arm/mm/dump.c', '--min-severity', 'warning']);
  expect({ status, out: out.split(';')[0] }).toEqual({ status: 0, out: 'nothing found' });
});

test('without replay nothing is confirmed', async () => {
  const { report } = await scanned(['--no-replay', UNPROTECTED]);
  expect(report.findings.map(({ verdict }) => verdict)).not.toContain('confirmed');
  expect(report.findings).toMatchObject(
    [{ severity: 'warning', verdict: 'not-run' }, {}].slice(0, report.findings.length),
  );
});

test.each([
  ['race', /^race 1\n[\s\S]*\nexpect race[\s\S]*\ntrace use-after-free\n/],
  ['promela', /proctype/],
  ['c', /#include <pthread\.h>/],
  ['litmus', /^C C-use-after-free/],
  ['mermaid', /^sequenceDiagram\n[\s\S]*took: load/],
  ['svg', /^<svg [\s\S]*<\/svg>\n$/],
  ['module', /^\/\* dump_pte\(\) reads[\s\S]*#define HOLD "nothing"[\s\S]*MODULE_LICENSE/],
  ['html', /^<!doctype html>/],
])('a replay as %s', async (format, shape) => {
  const { status, out } = await walkrace([
    'replay',
    `${UNPROTECTED}:dump_pgd`,
    '--against',
    'memory-hot-remove',
    '--format',
    format,
  ]);
  expect(status).toBe(1);
  expect(out).toMatch(shape);
});

test('a walk is entered with nothing held: what its callers hold is told', async () => {
  const assumed = async (target: string): Promise<string> => {
    const { report } = await replayed([target, '--against', 'memory-hot-remove']);
    return report.assumptions.map(({ text }) => text).join('\n');
  };
  expect(await assumed('arch/arm64/mm/dump_hotplug_lock.c:dump_pgd')).toContain(
    'nothing is held when dump_pgd() is entered; its callers hold mem_hotplug_lock: replay one of them',
  );
  expect(await assumed(`${UNPROTECTED}:dump_pgd`)).not.toContain('nothing is held');
});

test('code of the tree as the freer, by FILE:FUNCTION', async () => {
  const ask = ['replay', `${UNPROTECTED}:dump_pgd`, '--against'];
  const own = await walkrace([...ask, 'arch/arm64/mm/mmu.c:arch_remove_memory']);
  expect(own.status).toBe(1);
  expect(own.out).toMatch(
    /^dump_pgd\(\) .* against arch\/arm64\/mm\/mmu\.c:arch_remove_memory\nconfirmed: use-after-free/,
  );
  expect(own.out).toMatch(/^freed .*free pte0 +arch\/arm64\/mm\/mmu\.c:54/m);
  expect(own.out).toContain('all callers of arch_remove_memory() hold mem_hotplug_lock');
  const held = await walkrace([...ask, 'mm/memory_hotplug.c:try_remove_memory', '--with', 'get_online_mems']);
  expect(held).toMatchObject({ status: 0 });
  expect(held.out).toContain('refuted');
});

test.each([
  ['arch/arm64/mm/mmu.c:nobody', 'defines no function nobody()'],
  ['arch/arm64/mm/nobody.c:f', 'no file or directory'],
])('code that is not there as the freer: %s', async (freer, reason) => {
  const { status, err } = await walkrace(['replay', `${UNPROTECTED}:dump_pgd`, '--against', freer]);
  expect(status).toBe(2);
  expect(err).toContain(reason);
});

test('the matrix: which lock helps against which freer', async () => {
  const { status, out } = await walkrace(['replay', `${UNPROTECTED}:dump_unprotected_show`, '--matrix']);
  const row = (name: string): readonly string[] =>
    out
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length)
      .trim()
      .split(/\s+/) ?? [];
  expect(status).toBe(1);
  expect(out.split('\n')[0]?.trim().split(/\s+/).slice(0, 2)).toEqual(['memory-hot-remove', 'huge-vmap']);
  expect(row('as it stands').slice(0, 2)).toEqual(['race', 'race']);
  expect(row('get_online_mems').slice(0, 2)).toEqual(['ok', 'race']);
  expect(row('mmap_write_lock(&init_mm)').slice(0, 2)).toEqual(['race', 'ok']);
  expect(out).toContain('huge-vmap: get_online_mems + mmap_write_lock(&init_mm)\n');
});

test('the matrix as a page, and as JSON with the smallest fix', async () => {
  const ask = ['replay', `${UNPROTECTED}:dump_pgd`, '--matrix', '--format'];
  const page = await walkrace([...ask, 'html']);
  expect(page.status).toBe(1);
  expect(page.out).toMatch(/^<!doctype html>[^]*<td class="race"[^]*smallest fix against/);
  const { smallestFix } = JSON.parse((await walkrace([...ask, 'json'])).out) as { smallestFix: unknown };
  expect(smallestFix).toMatchObject({
    needed: true,
    fixes: [['get_online_mems', 'mmap_write_lock(&init_mm)']],
  });
});

test('a saved race is run again, and its trace followed', async () => {
  const { out } = await walkrace([
    'replay',
    `${UNPROTECTED}:dump_pgd`,
    '--against',
    'memory-hot-remove',
    '--format',
    'race',
  ]);
  const saved = await walkrace(['replay', file('saved.race', out)], { directory });
  expect(saved.status).toBe(1);
  expect(saved.out).toContain('the saved trace of use-after-free was followed to its end');
  const changed = await walkrace(['replay', file('changed.race', out.replaceAll('free pte0', 'free pte1'))], {
    directory,
  });
  expect(changed).toMatchObject({ status: 1, out: expect.stringContaining("can't be followed") as string });
  const broken = await walkrace(['replay', file('broken.race', 'race 1\nnonsense\n')], { directory });
  expect(broken).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringContaining('broken.race:2:') as string,
  });
});

test('explain knows rules, freers and protections', async () => {
  const overview = await walkrace(['explain']);
  for (const name of ['kernel-walk/hot-remove', 'memory-hot-remove', 'mem_hotplug_lock'])
    expect(overview.out).toContain(name);
  expect((await walkrace(['explain', 'kernel-walk/hot-remove'])).out).toMatch(/^# kernel-walk\/hot-remove:/);
  expect((await walkrace(['explain', 'memory-hot-remove'])).out).toContain(
    'Kept out by:\n  mem_hotplug_lock',
  );
  expect((await walkrace(['explain', 'get_online_mems'])).out).toContain('Keeps out:\n  memory-hot-remove');
});

test('colours only where they are wanted', async () => {
  const escape = '\u001b[';
  const scan = ['scan', UNPROTECTED];
  expect((await walkrace(scan)).out).not.toContain(escape);
  expect((await walkrace(scan, { env: { FORCE_COLOR: '1' } })).out).toContain(escape);
  expect((await walkrace(scan, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain(escape);
});

test('a reader that goes away early is no error', async () => {
  const shell = `"${process.execPath}" "${CLI}" explain memory-hot-remove 2>&1 | head -n 1; echo "status \${PIPESTATUS[0]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', shell]);
  expect(stdout).toBe('memory-hot-remove: memory hot-remove\nstatus 0\n');
});

test('help and version', async () => {
  expect(await walkrace(['--version'])).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
  const { status, out } = await walkrace(['scan', '--help']);
  expect(status).toBe(0);
  for (const option of [
    '--root',
    '--format',
    '--arch',
    '--min-severity',
    '--no-replay',
    '--jobs',
    '--cache',
    '--no-cache',
    '--baseline',
  ]) {
    expect(out).toContain(option);
  }
});

test('lsp --stdio is the language server: it answers, and ends with its input', async () => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  const child = spawn(process.execPath, [CLI, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answer = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  expect(answer).toMatch(/^Content-Length: \d+\r\n/);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end();
  expect(await ended).toBe(1);
});
