/** When documents are checked: after a rest, once, never with an old text; driven here with a clock of its own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '../../../src/core/report/report.js';
import type { CheckPorts, Checks } from '../../../src/server/checks.js';
import type { Check } from '../../../src/server/open-documents.js';
import { createChecks } from '../../../src/server/checks.js';
import { finding } from './samples.js';

const CHECK_MS = 20;
const URI = 'file:///tree/mm/dump.c';
const letter = (
  text: string,
): { range: { start: { line: 0; character: 0 }; end: { line: 0; character: 0 } }; text: string } => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  text,
});

interface Bench {
  readonly checks: Checks;
  readonly published: Check[];
  readonly told: string[];
  readonly confirmations: {
    readonly check: Check;
    readonly answer: (findings: readonly Finding[]) => void;
    cancelled: boolean;
  }[];
}

/** Findings that are always the same; `told` are the calls, in order. */
function bench(found: readonly Finding[], confirms = true): Bench {
  const told: string[] = [];
  const published: Check[] = [];
  const confirmations: Bench['confirmations'] = [];
  const ports: CheckPorts = {
    diagnose: async ({ path }) => {
      told.push(`diagnose ${path}`);
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
      return { findings: found, walkers: [], defects: [], isAlone: false };
    },
    locate: () => ({ root: '/tree', kernelTree: true, path: 'mm/dump.c' }),
    confirms: () => confirms,
    settled: () => Promise.resolve(),
    confirm: (check, onCancel) =>
      new Promise((answer) => {
        const entry = { check, answer, cancelled: false };
        confirmations.push(entry);
        onCancel(() => (entry.cancelled = true));
      }),
    publish: (check) => published.push(check),
    retract: (uri) => told.push(`retract ${uri}`),
    warn: (message) => told.push(`warn ${message}`),
  };
  return { checks: createChecks(ports), published, told, confirmations };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a replay that was stopped for a better look at the tree is not told', async () => {
  const { checks, published, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  checks.refresh('/tree');
  expect(confirmations[0]?.cancelled).toBe(true);
  confirmations[0]?.answer([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(published.map(({ diagnosis }) => diagnosis.findings.length)).toEqual([1, 1]);
  expect(confirmations).toHaveLength(2);
});

test('opening checks once; quick typing is checked once, with its last version', async () => {
  const { checks, published, told } = bench([], false);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.runAllTimersAsync();
  for (const version of [2, 3, 4]) {
    checks.change(URI, [letter('x')], version);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(published.map(({ version }) => version)).toEqual([1]);
  await vi.runAllTimersAsync();
  expect(published.map(({ version, text }) => [version, text.getText()])).toEqual([
    [1, 'int a;'],
    [4, 'xxxint a;'],
  ]);
  expect(told).toHaveLength(2);
});

test('findings of a text that was changed while it was checked are dropped; checks do not pile up', async () => {
  const { checks, published, told } = bench([finding()], false);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1);
  for (const version of [2, 3, 4, 5]) {
    checks.change(URI, [letter('x')], version);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.runAllTimersAsync();
  expect(published.map(({ version }) => version)).toEqual([5]);
  expect(told).toHaveLength(2);
});

test('findings are replayed after a longer rest, and published again with their verdicts', async () => {
  const { checks, published, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(published).toHaveLength(1);
  confirmations[0]?.answer([finding({ verdict: 'confirmed', severity: 'error' })]);
  await vi.advanceTimersByTimeAsync(0);
  expect(published.at(-1)?.diagnosis.findings.map(({ verdict, severity }) => [verdict, severity])).toEqual([
    ['confirmed', 'error'],
  ]);
});

test('a verdict that comes after the next keystroke is dropped, and its replay was cancelled', async () => {
  const { checks, published, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  checks.change(URI, [letter('x')], 2);
  expect(confirmations[0]?.cancelled).toBe(true);
  confirmations[0]?.answer([finding({ verdict: 'confirmed' })]);
  await vi.advanceTimersByTimeAsync(200);
  expect(published.map(({ version, diagnosis }) => [version, diagnosis.findings[0]?.verdict])).toEqual([
    [1, 'not-run'],
    [2, 'not-run'],
  ]);
});

test('a known verdict stays while typing, so that nothing flickers, and is asked for again', async () => {
  const { checks, published, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  confirmations[0]?.answer([finding({ verdict: 'confirmed', severity: 'error' })]);
  await vi.advanceTimersByTimeAsync(0);
  checks.change(URI, [letter('x')], 2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(published.at(-1)?.diagnosis.findings[0]?.verdict).toBe('confirmed');
  expect(confirmations).toHaveLength(2);
});

test('replays that nobody asked for give way, and begin anew after a rest', async () => {
  const { checks, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  checks.giveWay();
  expect(confirmations[0]?.cancelled).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(confirmations).toHaveLength(2);
});

test('what the whole tree protects stays hidden while typing', async () => {
  const { checks, published, confirmations } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1_000);
  confirmations[0]?.answer([]);
  await vi.advanceTimersByTimeAsync(0);
  checks.change(URI, [letter('x')], 2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(published.map(({ diagnosis }) => diagnosis.findings.length)).toEqual([1, 0, 0]);
});

test('closing takes the findings away, and nothing comes after it', async () => {
  const { checks, published, told } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  await vi.advanceTimersByTimeAsync(1);
  checks.close(URI);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(published).toEqual([]);
  expect(told).toEqual(['diagnose mm/dump.c', `retract ${URI}`]);
});

test('a request gets the findings of the text as it is now, and shares the check that runs', async () => {
  const { checks, told } = bench([], false);
  checks.open(URI, 'c', 1, 'int a;');
  checks.change(URI, [letter('x')], 2);
  const both = Promise.all([checks.now(URI), checks.now(URI)]);
  await vi.runAllTimersAsync();
  expect((await both).map((check) => check?.version)).toEqual([2, 2]);
  expect(told).toHaveLength(1);
  expect(await checks.now('file:///other.c')).toBeUndefined();
});
