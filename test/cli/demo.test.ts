/** What `npm start` runs: the sample tree, each of its walks with the verdict that its head announces. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/report/report.js';
import { replayed, scanned, walkrace } from './walkrace.js';

const whole = scanned([]);

/** The findings in one file about memory hot-remove. */
async function hotRemoveIn(file: string): Promise<readonly Finding[]> {
  const { report } = await whole;
  return report.findings.filter((finding) => finding.file === file && finding.freer === 'memory-hot-remove');
}

test.each(['unprotected', 'rcu', 'online_check'])('dump_%s.c: an error, confirmed', async (name) => {
  expect(await hotRemoveIn(`arch/arm64/mm/dump_${name}.c`)).toMatchObject([
    {
      rule: 'kernel-walk/hot-remove',
      severity: 'error',
      verdict: 'confirmed',
      consequence: 'use-after-free',
      live: ['arm64'],
      missing: ['mem_hotplug_lock'],
      chain: [{ function: `dump_${name}_show` }, { function: 'dump_pgd' }],
    },
  ]);
});

test('dump_rcu.c: it says what is held, and that it is not enough', async () => {
  expect(await hotRemoveIn('arch/arm64/mm/dump_rcu.c')).toMatchObject([{ held: ['rcu'] }]);
});

test('dump_hotplug_lock.c: protected, and listed as a walker with what it holds', async () => {
  const { report } = await whole;
  const file = 'arch/arm64/mm/dump_hotplug_lock.c';
  expect(report.findings.filter((finding) => finding.file === file && finding.severity !== 'info')).toEqual(
    [],
  );
  expect(await hotRemoveIn(file)).toEqual([]);
  const walker = report.walkers.find((each) => each.file === file);
  expect(walker?.roots.map(({ chain }) => chain.at(-1)?.held)).toEqual([['mem_hotplug_lock']]);
});

test('arm has no hot-remove: information, latent', async () => {
  expect(await hotRemoveIn('arch/arm/mm/dump.c')).toMatchObject([
    { severity: 'info', live: [], latent: ['arm'] },
  ]);
});

test('nothing else is an error or a warning: the freer does not race with itself', async () => {
  const { status, report } = await whole;
  const grave = report.findings.filter(({ severity }) => severity !== 'info');
  expect(grave.map(({ file }) => file)).toEqual([
    'arch/arm64/mm/dump_online_check.c',
    'arch/arm64/mm/dump_rcu.c',
    'arch/arm64/mm/dump_unprotected.c',
  ]);
  expect(status).toBe(1);
});

test.each([
  ['unprotected', [], 1, 'confirmed'],
  ['unprotected', ['--with', 'get_online_mems'], 0, 'refuted'],
  ['rcu', [], 1, 'confirmed'],
  ['online_check', [], 1, 'confirmed'],
  ['hotplug_lock', [], 0, 'refuted'],
] as const)('replay of dump_%s_show %j: status %i, %s', async (name, more, wanted, verdict) => {
  const target = `arch/arm64/mm/dump_${name}.c:dump_${name}_show`;
  const { status, report } = await replayed([target, '--against', 'memory-hot-remove', ...more]);
  expect({ status, verdict: report.verdict }).toEqual({ status: wanted, verdict });
  expect(report.states).toBeGreaterThan(50);
  expect(report.trace.length > 0).toBe(verdict === 'confirmed');
});

test('the demo prints findings and both lanes with their source lines, and writes a page', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-demo-'));
  const { status, out, err } = await walkrace(['demo'], { directory });
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('error: dump_pgd() walks kernel page tables');
  expect(out).toContain('CPU 0: walker');
  expect(out).toContain('CPU 1: hot-remove');
  expect(out).toContain('free_hotplug_pgtable_page(virt_to_page(ptep));');
  expect(out).toMatch(/USED {4}load .* !! use-after-free {2}arch\/arm64\/mm\/dump_unprotected\.c:\d+/);
  const page = join(directory, 'out', 'trace.html');
  expect(out).toContain(page);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*use-after-free/);
});
