/** When documents are checked: after a rest, once, never with an old text; driven here with an engine that only counts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '../../../src/core/report/report.js';
import type { Check, CheckPorts, Checks } from '../../../src/server/checks.js';
import { createChecks } from '../../../src/server/checks.js';
import type { Engine } from '../../../src/server/engine.js';
import { finding } from './samples.js';

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

/** An engine that tells its calls, and finds what it is given. */
function bench(found: readonly Finding[], confirms = true): Bench {
  const told: string[] = [];
  const never = (): never => {
    throw new Error('not asked here');
  };
  const engine: Engine = {
    openDocument: (path, text) => told.push(`open ${path} ${text.length}`),
    changeDocument: (path, edits) => told.push(`change ${path} ${edits.length}`),
    closeDocument: (path) => told.push(`close ${path}`),
    diagnose: (path) => {
      told.push(`diagnose ${path}`);
      return { findings: found, walkers: [], defects: [] };
    },
    replay: never,
    freers: never,
    whatIfs: never,
    matrix: never,
    scan: never,
    exportReplay: never,
  };
  const published: Check[] = [];
  const confirmations: Bench['confirmations'] = [];
  const ports: CheckPorts = {
    engineOf: () => engine,
    locate: () => ({ root: '/tree', kernelTree: true, path: 'mm/dump.c' }),
    confirms: () => confirms,
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

test('opening checks once; quick typing is checked once, with its last version', () => {
  const { checks, published, told } = bench([], false);
  checks.open(URI, 'c', 1, 'int a;');
  vi.runAllTimers();
  for (const version of [2, 3, 4]) {
    checks.change(URI, [letter('x')], version);
    vi.advanceTimersByTime(5);
  }
  expect(published.map(({ version }) => version)).toEqual([1]);
  vi.runAllTimers();
  expect(published.map(({ version }) => version)).toEqual([1, 4]);
  expect(told.filter((call) => call.startsWith('change'))).toHaveLength(3);
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
  await vi.advanceTimersByTimeAsync(50);
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

test('closing takes the findings away, and nothing comes after it', async () => {
  const { checks, published, told } = bench([finding()]);
  checks.open(URI, 'c', 1, 'int a;');
  checks.close(URI);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(published).toEqual([]);
  expect(told.slice(-2)).toEqual(['close mm/dump.c', `retract ${URI}`]);
});

test('a request gets the findings of the text as it is now, without waiting for the rest', () => {
  const { checks } = bench([], false);
  checks.open(URI, 'c', 1, 'int a;');
  checks.change(URI, [letter('x')], 2);
  expect(checks.now(URI)?.version).toBe(2);
  expect(checks.now('file:///other.c')).toBeUndefined();
});
