/** What is known is not reported again, and what is gone is told. */
import { expect, test } from 'vitest';
import { compareWithBaseline, readBaseline } from '../../../src/core/report/baseline.js';
import { toJson } from '../../../src/core/report/json.js';
import { finding, report } from './findings.js';

const entriesOf = (text: string): readonly { readonly id: string }[] => {
  const read = readBaseline(text);
  if (!read.ok) throw new Error(read.reason);
  return read.entries;
};

test('a report is its own baseline', () => {
  const read = readBaseline(toJson(report([finding({ id: 'aa' })])));
  expect(read).toEqual({
    ok: true,
    entries: [
      { id: 'aa', rule: 'kernel-walk/hot-remove', file: 'arch/arm64/mm/dump.c', function: 'dump_pgd' },
    ],
  });
});

test('new, known and stale', () => {
  const baseline = entriesOf(
    '{"findings": [{"id": "known", "file": "a.c"}, {"id": "gone", "file": "a.c"}, {"id": "elsewhere", "file": "b.c"}]}',
  );
  const { fresh, known, stale } = compareWithBaseline(
    [finding({ id: 'known' }), finding({ id: 'new' })],
    baseline as Parameters<typeof compareWithBaseline>[1],
    (file) => file === 'a.c',
  );
  expect([fresh, known, stale].map((list) => list.map(({ id }) => id))).toEqual([
    ['new'],
    ['known'],
    ['gone'],
  ]);
});

test.each([
  ['', 'JSON'],
  ['[]', 'no list "findings"'],
  ['{"findings": {}}', 'no list "findings"'],
  ['{"findings": [{"rule": "x"}]}', 'findings[0] has no id'],
])('%j is none, and it says why', (text, why) => {
  expect(readBaseline(text)).toMatchObject({ ok: false, reason: expect.stringContaining(why) as string });
});
