/** What the Walkers view is told: findings that are shown, walkers without one, and an open text before what a scan read. */
import { expect, test } from 'vitest';
import type { OverviewAnswer } from '../../../src/protocol/requests.js';
import { readSettings } from '../../../src/protocol/settings.js';
import { overviewOf } from '../../../src/server/overview.js';
import { check, finding, walker } from './samples.js';

const DEFAULTS = readSettings({});
const told = ({ rows }: OverviewAnswer): readonly string[] =>
  rows.map(
    (row) => `${row.document} ${row.function}:${row.line}:${row.character} ${row.finding?.severity ?? '-'}`,
  );

test('a finding stands at its walk, a walker without one at its own line', () => {
  const checks = [check([finding()], [walker(), walker({ function: 'other', line: 9 })])];
  expect(told(overviewOf(checks, undefined, DEFAULTS))).toEqual([
    'file:///tree/mm/dump.c dump_walk:2:8 warning',
    'file:///tree/mm/dump.c other:8:0 -',
  ]);
});

test('what the settings hide is no finding here either', () => {
  const checks = [check([finding({ severity: 'info' })])];
  expect(told(overviewOf(checks, undefined, DEFAULTS))).toEqual(['file:///tree/mm/dump.c dump_walk:0:0 -']);
  const all = readSettings({ minimumSeverity: 'info' });
  expect(told(overviewOf(checks, undefined, all))).toEqual(['file:///tree/mm/dump.c dump_walk:2:8 info']);
});

test('the text of an open document counts, not what the scan read of its file', () => {
  const scan = {
    root: '/tree',
    report: {
      walkers: [walker(), walker({ file: 'mm/other.c', function: 'g' })],
      findings: [finding(), finding({ file: 'mm/other.c', function: 'g', severity: 'error' })],
    },
  };
  expect(told(overviewOf([check([])], scan, DEFAULTS))).toEqual([
    'file:///tree/mm/dump.c dump_walk:0:0 -',
    'file:///tree/mm/other.c g:2:8 error',
  ]);
});
