/** The Walkers view's rows: how they are grouped, ordered, filtered and counted. */
import { describe, expect, test } from 'vitest';
import { graveOf, groupsOf, matches } from '../../../src/extension/walkers/rows.js';
import type { Grouping } from '../../../src/extension/walkers/rows.js';
import type { OverviewRow } from '../../../src/protocol/requests.js';

type Told = NonNullable<OverviewRow['finding']>;

const row = (file: string, name: string, line: number, told?: Partial<Told>): OverviewRow => ({
  document: `file:///tree/${file}`,
  file,
  function: name,
  line,
  character: 0,
  finding:
    told === undefined
      ? null
      : {
          rule: 'kernel-walk/hot-remove',
          severity: 'error',
          freer: 'memory-hot-remove',
          verdict: 'confirmed',
          message: `${name}() walks`,
          ...told,
        },
});

const ROWS = [
  row('mm/b.c', 'quiet', 4),
  row('mm/b.c', 'doubtful', 30, { severity: 'warning', verdict: 'unknown', rule: 'kernel-walk/huge-vmap' }),
  row('mm/a.c', 'later', 20, {}),
  row('mm/a.c', 'earlier', 10, {}),
  row('mm/a.c', 'harmless', 1, { severity: 'info', verdict: 'refuted' }),
];

/** `group: function function` */
const listed = (by: Grouping, filter = ''): readonly string[] =>
  groupsOf(ROWS, by, filter).map(({ key, rows }) => `${key}: ${rows.map((one) => one.function).join(' ')}`);

describe('groups', () => {
  test('by file, the gravest first, then in the order of the text', () => {
    expect(listed('file')).toEqual(['mm/a.c: earlier later harmless', 'mm/b.c: doubtful quiet']);
  });
  test('by rule; walkers in which nothing is found come last, under no name', () => {
    expect(listed('rule')).toEqual([
      'kernel-walk/hot-remove: earlier later harmless',
      'kernel-walk/huge-vmap: doubtful',
      ': quiet',
    ]);
  });
  test('by verdict', () => {
    expect(listed('verdict')).toEqual([
      'confirmed: earlier later',
      'unknown: doubtful',
      'refuted: harmless',
      ': quiet',
    ]);
  });
});

describe('the filter', () => {
  test('wants every word, anywhere in what is said, in upper or lower case', () => {
    expect(listed('file', 'A.c CONFIRMED')).toEqual(['mm/a.c: earlier later']);
    expect(listed('file', 'huge-vmap')).toEqual(['mm/b.c: doubtful']);
    expect(listed('file', 'nowhere')).toEqual([]);
  });
  test('empty hides nothing', () => {
    expect(ROWS.every((one) => matches(one, ' '))).toBe(true);
  });
});

test('the badge counts errors and warnings', () => {
  expect(graveOf(ROWS)).toBe(3);
});
