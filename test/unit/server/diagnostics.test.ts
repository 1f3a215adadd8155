import { expect, test } from 'vitest';
import { readSettings } from '../../../src/protocol/settings.js';
import { shownSeverity, toDiagnostics } from '../../../src/server/diagnostics.js';
import { finding } from './samples.js';

const context = {
  settings: readSettings({}),
  uriOf: (path: string) => `file:///tree/${path}`,
  pageOf: (rule: string) => `file:///docs/rules/${rule}.md`,
  relatedInformation: true,
};

test('a finding becomes a diagnostic on the walk itself, with its rule as code and a link to the page', () => {
  expect(toDiagnostics([finding()], context)).toEqual([
    {
      source: 'walkrace',
      code: 'kernel-walk/hot-remove',
      codeDescription: { href: 'file:///docs/rules/kernel-walk/hot-remove.md' },
      severity: 2,
      range: { start: { line: 2, character: 8 }, end: { line: 2, character: 28 } },
      message: 'dump_walk() reads pmd entries that memory hot-remove can free; nothing excludes it',
      data: { id: 'f1', function: 'dump_walk', freer: 'memory-hot-remove' },
    },
  ]);
});

test('the chain is told from its root on, with what is held at each hop', () => {
  const chain = [
    { function: 'dump_show', file: 'mm/debug.c', line: 10, held: ['mmap_lock(init_mm):w'] },
    { function: 'dump_walk', file: 'mm/dump.c', line: 1, held: [] },
  ];
  const [diagnostic] = toDiagnostics([finding({ chain })], context);
  expect(
    diagnostic?.relatedInformation?.map(({ message, location }) => [
      message,
      location.uri,
      location.range.start.line,
    ]),
  ).toEqual([
    ['dump_show() holds mmap_lock(init_mm):w', 'file:///tree/mm/debug.c', 9],
    ['dump_walk() holds nothing', 'file:///tree/mm/dump.c', 0],
  ]);
  const [plain] = toDiagnostics([finding({ chain })], { ...context, relatedInformation: false });
  expect(plain).not.toHaveProperty('relatedInformation');
});

test('after the chain come where the freer frees, and a walk that does it right', () => {
  const chain = [{ function: 'dump_walk', file: 'mm/dump.c', line: 1, held: [] }];
  const related = [
    { file: 'arch/x86/mm/init_64.c', line: 4, message: 'free_pte_table() frees it' },
    { file: 'arch/s390/mm/dump.c', line: 7, message: 'dump_walk() does it right' },
  ];
  const [diagnostic] = toDiagnostics([finding({ chain, related })], context);
  expect(diagnostic?.relatedInformation?.map(({ message }) => message)).toEqual([
    'dump_walk() holds nothing',
    'free_pte_table() frees it',
    'dump_walk() does it right',
  ]);
  expect(diagnostic?.relatedInformation?.[1]?.location).toEqual({
    uri: 'file:///tree/arch/x86/mm/init_64.c',
    range: { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } },
  });
});

test('the message ends with the verdict of the replay and the reason', () => {
  const [confirmed] = toDiagnostics(
    [finding({ severity: 'error', verdict: 'confirmed', reason: 'a sweep' })],
    context,
  );
  expect(confirmed?.message).toMatch(/excludes it \(replay: confirmed; a sweep\)$/);
  expect(confirmed?.severity).toBe(1);
});

test('a finding that was made without the tree says so; what a function does wrong by itself needs none', () => {
  const alone = { ...context, isAlone: true };
  const [walk] = toDiagnostics([finding({ reason: 'a sweep' })], alone);
  expect(walk?.message).toMatch(/ \(a sweep; seen from its folder alone\)$/);
  const [own] = toDiagnostics([finding({ freer: null })], alone);
  expect(own?.message).not.toContain('alone');
});

test.each([
  ['info is hidden', {}, finding({ severity: 'info' }), undefined],
  ['info is shown on request', { minimumSeverity: 'info' }, finding({ severity: 'info' }), 'info'],
  ['a rule can be turned off', { ruleSeverity: { 'kernel-walk/hot-remove': 'off' } }, finding(), undefined],
  ['a rule can be made graver', { ruleSeverity: { 'kernel-walk/hot-remove': 'error' } }, finding(), 'error'],
  ['another architecture is hidden', { architectures: ['s390'] }, finding(), undefined],
  ['a latent architecture that was chosen counts', { architectures: ['arm'] }, finding(), 'warning'],
  [
    'a finding of no architecture holds for all',
    { architectures: ['s390'] },
    finding({ live: [], latent: [] }),
    'warning',
  ],
])('settings: %s', (_, settings, given, expected) => {
  expect(shownSeverity(given, readSettings(settings))).toBe(expected);
});
