/** SARIF: valid by the schema of OASIS, and a race is told as code flows. */
import { expect, test } from 'vitest';
import { scanSarif, type SarifOptions } from '../../../src/core/report/sarif.js';
import type { Trace } from '../../../src/core/trace/trace.js';
import { sarifDefects } from '../../support/sarif-schema.js';
import { finding, report } from './findings.js';

const TRACE: Trace = {
  race: 1,
  title: 'dump against hot-remove',
  arch: 'arm64',
  verdict: 'race',
  kind: 'use-after-free',
  headline: 'dump_pte() reads pte0[0] after hot-remove freed pte0',
  bounds: { entries: 2, levels: ['pud', 'pmd', 'pte'], states: 616, complete: true },
  assumptions: [],
  pages: [],
  locks: [],
  threads: [
    { name: 'walker', cpu: 0, title: 'dump_pgd', role: 'walker' },
    { name: 'hot-remove', cpu: 1, title: 'try_remove_memory', role: 'freer' },
  ],
  steps: [
    {
      t: 'walker',
      text: 'load pmd pmd0[0] -> pte0',
      at: 'arch/arm64/mm/dump.c:5',
      held: [],
      d: {},
      mark: 'took',
    },
    {
      t: 'hot-remove',
      text: 'free pte0',
      at: 'arch/arm64/mm/mmu.c:54',
      held: ['mem_hotplug_lock:w'],
      d: { pte0: 'freed' },
      mark: 'freed',
    },
    { t: 'walker', text: 'load pte pte0[0]', held: [], d: {}, mark: 'used', violation: 'use-after-free' },
  ],
};

const options = (changes: Partial<SarifOptions> = {}): SarifOptions => ({
  version: '1.2.3',
  rootUri: 'file:///linux/',
  rules: [{ id: 'kernel-walk/hot-remove', title: 'a walk', markdown: '# kernel-walk/hot-remove: a walk' }],
  traceOf: () => TRACE,
  ...changes,
});

test('an empty report, one of every kind of finding, a suppressed one: all valid', () => {
  const findings = [
    finding(),
    finding({ id: 'b', severity: 'info', verdict: 'not-replayable', chain: [], function: '' }),
    finding({ id: 'c', severity: 'warning', rule: 'suppression/unused', freer: null, verdict: 'not-run' }),
  ];
  const suppressed = [{ ...finding({ id: 'd' }), justification: 'boot only', allowedAt: 2 }];
  expect(sarifDefects(scanSarif(report([]), options()))).toEqual([]);
  expect(
    sarifDefects(scanSarif(report(findings, { suppressed }), options({ isKnown: ({ id }) => id === 'b' }))),
  ).toEqual([]);
});

test('a file that was given up is a notification of the run, with the reason', () => {
  const log = scanSarif(
    report([], { givenUp: [{ file: 'mm/slow.c', reason: 'took longer than 120000 ms' }] }),
    options(),
  );
  expect(sarifDefects(log)).toEqual([]);
  expect(log.runs[0]?.invocations).toEqual([
    {
      executionSuccessful: true,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: 'gave up mm/slow.c: took longer than 120000 ms' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'mm/slow.c', uriBaseId: 'ROOT' } } }],
        },
      ],
    },
  ]);
});

test('the schema does say no', () => {
  const log = scanSarif(report([finding()]), options());
  expect(sarifDefects({ ...log, version: '2.0.0' as '2.1.0' })).not.toEqual([]);
});

test('one thread flow a CPU, in one order of execution', () => {
  const [result] = scanSarif(report([finding()]), options()).runs[0]?.results ?? [];
  const flows = result?.codeFlows?.[0]?.threadFlows ?? [];
  expect(
    flows.map(({ id, locations }) => [
      id,
      ...locations.map(
        ({ executionOrder, location }) => `${executionOrder ?? ''} ${location?.message?.text ?? ''}`,
      ),
    ]),
  ).toEqual([
    ['walker', '1 load pmd pmd0[0] -> pte0', '3 load pte pte0[0] (use-after-free)'],
    ['hot-remove', '2 free pte0'],
  ]);
});

test('the chain is a stack, innermost first; the id a fingerprint; the baseline a state', () => {
  const [result] =
    scanSarif(report([finding({ id: 'known' })]), options({ isKnown: () => true })).runs[0]?.results ?? [];
  expect(result?.stacks?.[0]?.frames.map(({ location }) => location?.message?.text)).toEqual([
    'dump_pgd() holds nothing',
    'dump_show() holds nothing',
  ]);
  expect(result).toMatchObject({
    level: 'error',
    baselineState: 'unchanged',
    partialFingerprints: { 'walkraceFinding/v1': 'known' },
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'arch/arm64/mm/dump.c', uriBaseId: 'ROOT' } } },
    ],
  });
});

test('the places that help to understand are related locations, and valid', () => {
  const related = [{ file: 'arch/x86/mm/init_64.c', line: 4, message: 'free_pte_table() frees it' }];
  const log = scanSarif(report([finding({ related })]), options());
  expect(sarifDefects(log)).toEqual([]);
  expect(log.runs[0]?.results?.[0]?.relatedLocations).toMatchObject([
    {
      message: { text: 'free_pte_table() frees it' },
      physicalLocation: { artifactLocation: { uri: 'arch/x86/mm/init_64.c' }, region: { startLine: 4 } },
    },
  ]);
});

test('what was looked at is in the run, so that silence can be weighed', () => {
  expect(scanSarif(report([]), options()).runs[0]?.properties).toMatchObject({
    coverage: { walkers: 3, files: 2 },
  });
  expect(
    scanSarif({ ...report([]), judgedAs: 'the newest kernel' }, options()).runs[0]?.properties,
  ).toMatchObject({ judgedAs: 'the newest kernel' });
});
