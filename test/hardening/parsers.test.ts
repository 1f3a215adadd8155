/** Every reader of somebody else's text takes time in proportion to the text, whatever is in it: no regular expression that runs wild. */
import { describe, expect, test } from 'vitest';
import { evaluate, parseKconfig } from '../../src/core/kernel/kconfig.js';
import { knowledgeOf } from '../../src/core/program/lower/context.js';
import { readProtection } from '../../src/core/replay/hold.js';
import { readBaseline } from '../../src/core/report/baseline.js';
import { allowancesIn } from '../../src/core/report/suppressions.js';
import { readSeries } from '../../src/core/review/read.js';
import { parseRace } from '../../src/core/trace/language/parse.js';
import { leastGrowth, WILD } from './growth.js';

const KNOWLEDGE = knowledgeOf();

/** Readers of a text, each with how a text of its own begins. */
const READERS: readonly (readonly [string, string, (text: string) => unknown])[] = [
  ['.race files', 'race 1\ntitle x\n', parseRace],
  ['suppressions', '/* walkrace: allow a/b: c */\n', allowancesIn],
  ['Kconfig', 'config A\n\tbool "a"\n\tdepends on ', parseKconfig],
  ['Kconfig conditions', 'A && ', (text) => evaluate(text, () => 'yes')],
  ['protections', 'mmap_read_lock(', (text) => readProtection(text, KNOWLEDGE)],
  ['baselines', '{ "findings": [', readBaseline],
  ['patches', '--- a/x.c\n+++ b/x.c\n@@ -1,1 +1,1 @@\n', (text) => readSeries(Buffer.from(text))],
  [
    'mails',
    'From x Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nSubject: [PATCH] x\n\n',
    (text) => readSeries(Buffer.from(text)),
  ],
];

const PIECES = [
  '/*',
  '*/',
  '//',
  '"',
  "'",
  '\\',
  '(',
  ')',
  '[',
  '<',
  '{',
  '!',
  '&&',
  '||',
  '=',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  'a',
  '0',
  '-',
  '+',
  '@@ ',
  '> ',
  ' @ ',
  '`',
  '#',
  '/* ',
  ' *',
  '\n\n',
  '\n-',
  '\n+',
  '\n>',
  '\nFrom ',
  '\nSubject: x',
  '=?',
  '=?utf-8?q?',
  'if ',
  'lock a read\n',
  'page p pte : leaf\n',
  'walkrace: allow ',
  '\nconfig A\n',
  '\ndiff --git a/x b/x\n',
  '\n@@ -1 +1 @@\n',
  'a b',
  'a,',
  ' \n',
  '.',
  '\u0000',
  '\ud800',
] as const;

describe.each(READERS)('%s', (_, head, read) => {
  test.each(PIECES)(
    '%j over and over',
    async (piece) => expect(await leastGrowth(read, head, piece)).toBeLessThan(WILD),
    300_000,
  );
});
